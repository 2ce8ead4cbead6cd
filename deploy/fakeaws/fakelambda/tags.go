package fakelambda

import (
	"maps"
	"net/http"
	"regexp"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// tagText matches the keys and values of tags. AWS Lambda API Reference, "TagResource".
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// maxTags is the maximum number of a function's tags. AWS Lambda Developer Guide,
// "Using tags on Lambda functions".
const maxTags = 50

func tooManyTags() error { return invalid("The number of tags exceeds the limit: %d", maxTags) }

// checkTags refuses tags outside of Lambda's limits. AWS Lambda Developer Guide, "Using
// tags on Lambda functions".
func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return tooManyTags()
	}
	for key, value := range tags {
		if key == "" || len([]rune(key)) > 128 || len([]rune(value)) > 256 ||
			!tagText.MatchString(key) || !tagText.MatchString(value) || strings.HasPrefix(strings.ToLower(key), "aws:") {
			return invalid("Invalid tag: %q=%q", key, value)
		}
	}
	return nil
}

// OfStack gives a function the tag that CloudFormation gives to what a stack makes. No
// request may give that tag.
func (l *Lambda) OfStack(region, name, stack string) {
	l.server.Lock()
	defer l.server.Unlock()
	f := l.functions[functionKey{region, name}]
	f.tags = maps.Clone(f.tags)
	if f.tags == nil {
		f.tags = map[string]string{}
	}
	f.tags["aws:cloudformation:stack-name"] = stack
}

// tagged returns the function that a request on tags names by ARN.
func (l *Lambda) tagged(r *fakeaws.Request) (*function, error) {
	arn := r.PathValue("arn")
	for at, f := range l.functions {
		if at.region == r.Region && f.arn == arn {
			return f, nil
		}
	}
	return nil, notFound("Function not found: %s", arn)
}

// listTags handles ListTags.
func (l *Lambda) listTags(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := l.tagged(r)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, map[string]any{"Tags": f.tags})
}

// tagResource handles TagResource.
func (l *Lambda) tagResource(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := l.tagged(r)
	if err != nil {
		return nil, err
	}
	var input struct{ Tags map[string]string }
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	if err := checkTags(input.Tags); err != nil {
		return nil, err
	}
	tags := maps.Clone(f.tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, input.Tags)
	if len(tags) > maxTags {
		return nil, tooManyTags()
	}
	f.tags = tags
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// untagResource handles UntagResource.
func (l *Lambda) untagResource(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := l.tagged(r)
	if err != nil {
		return nil, err
	}
	for _, key := range r.URL.Query()["tagKeys"] {
		delete(f.tags, key)
	}
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}
