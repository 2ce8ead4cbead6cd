package probe

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// question is something that AWS's guides leave open.
type question struct {
	id   string
	text string
	// how says how it is measured, and code which code depends on the answer.
	how, code string
	// ask returns the verdict. If it cannot tell, its error is an unmeasured.
	ask func(context.Context, *session) (verdict string, err error)
}

// unmeasured is the reason why a question has no answer.
type unmeasured string

func (u unmeasured) Error() string { return string(u) }

// Questions returns a row for each question: its ID, its text, how it is measured and
// which code depends on the answer.
func Questions() (rows [][4]string) {
	for _, q := range questions() {
		rows = append(rows, [4]string{q.id, q.text, q.how, q.code})
	}
	return rows
}

// questions returns all questions in the order in which they are asked.
func questions() []question {
	return slices.Concat(queryQuestions, bodyQuestions, revalidationQuestions, staleQuestions, turnQuestions, rangeQuestions, errorQuestions,
		headerQuestions, metadataQuestions, requestQuestions, uriQuestions, invalidationQuestions, functionQuestions, logQuestions, freezeQuestions, originQuestions, openQuestions)
}

// askAll asks every question. A question that fails is reported as not measured.
func (s *session) askAll(ctx context.Context) error {
	all := questions()
	for i, q := range all {
		s.tell("question %d of %d: %s", i+1, len(all), q.text)
		f := Fact{ID: q.id, Question: q.text}
		verdict, err := s.conclude(ctx, q)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.Verdict, f.Evidence = verdict, s.evidence
		if err != nil {
			f.Verdict, f.Reason = NotMeasured, s.anonymous(err.Error())
		}
		s.report.Facts = append(s.report.Facts, f)
	}
	slices.Sort(s.report.Regions)
	slices.Sort(s.report.Locations)
	return nil
}

// conclude asks a question and returns the verdict. It returns an error if a request failed
// for a reason that has nothing to do with the question, or if caches of several locations
// answered.
func (s *session) conclude(ctx context.Context, q question) (verdict string, err error) {
	s.evidence, s.locations, s.trouble = map[string]string{}, nil, ""
	verdict, err = q.ask(ctx, s)
	switch {
	case err != nil:
		return "", err
	case s.trouble != "":
		return "", unmeasured("a request was blocked or failed: " + s.trouble)
	case len(s.locations) > 1:
		return "", unmeasured("several locations answered, each with a cache of its own: " + strings.Join(s.locations, ", "))
	}
	return verdict, nil
}

// saw notes an answer as evidence.
func (s *session) saw(what string, seen any) { s.evidence[what] = s.anonymous(fmt.Sprint(seen)) }

// arn matches ARNs, which errors of AWS name: of the caller, keys, log groups and so on.
var arn = regexp.MustCompile(`\barn:aws[a-z-]*:[^\s"',]+`)

// account matches account IDs.
var account = regexp.MustCompile(`\b[0-9]{12}\b`)

// anonymous returns text without the names of the user's bucket, distribution, folder and
// function, without ARNs, and without the account.
func (s *session) anonymous(text string) string {
	pairs := []string{s.host, "HOST", s.id, "DISTRIBUTION", s.bucket, "BUCKET"}
	if s.keyPrefix != "" {
		pairs = append(pairs, strings.TrimSuffix(s.keyPrefix, "/"), "FOLDER")
	}
	if s.resizer != "" && s.resizer != defaultFunction {
		pairs = append(pairs, s.resizer, "FUNCTION")
	}
	text = strings.NewReplacer(pairs...).Replace(arn.ReplaceAllString(text, "ARN"))
	return account.ReplaceAllString(text, "ACCOUNT")
}

// errMissingReport says that an answer should come from the function, but has no report.
var errMissingReport = errors.New("the answer has no report of the function")

// reported returns an error unless the function has reported.
func reported(a *answer) error {
	if a.seen == nil {
		return fmt.Errorf("%w: %s", errMissingReport, a)
	}
	return nil
}
