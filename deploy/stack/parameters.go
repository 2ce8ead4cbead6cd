package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// refusals are what the template does not take of the parameters that are given.
func (t *Template) refusals(given map[string]string) (wrong []string) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		declared, ok := t.Parameters[name]
		if !ok {
			wrong = append(wrong, t.unknown(name))
		} else if want := declared.refusal(given[name]); want != "" {
			wrong = append(wrong, fmt.Sprintf("%s is %q: %s", name, given[name], want))
		}
	}
	return wrong
}

// contradictions are what the template does not take of all parameters together.
func (t *Template) contradictions(values map[string]string) (wrong []string) {
	for _, name := range t.Names {
		value, ok := values[name]
		if _, later := fromElsewhere[name]; later {
			continue
		}
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s has no value: give PARAMETERS='%s=…'", name, name))
		} else if want := t.Parameters[name].refusal(value); want != "" {
			wrong = append(wrong, fmt.Sprintf("%s is %q: %s", name, value, want))
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	for _, r := range t.rules {
		if text := r.refusal(values); text != "" {
			wrong = append(wrong, strings.TrimSuffix(text, "."))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// unknown says of a name that there is none, and which may be meant.
func (t *Template) unknown(name string) string {
	nearest, least := "", 1+max(2, len(name)/3)
	var others []string
	for _, other := range t.Names {
		if _, elsewhere := fromElsewhere[other]; elsewhere {
			continue
		}
		others = append(others, other)
		short, long := strings.ToLower(name), strings.ToLower(other)
		n := distance(short, long)
		if len(short) > 3 && strings.Contains(long, short) {
			n = min(n, 2)
		}
		if n < least {
			nearest, least = other, n
		}
	}
	if nearest == "" {
		return fmt.Sprintf("there is no parameter %s: want one of %s", name, strings.Join(others, ", "))
	}
	return fmt.Sprintf("there is no parameter %s: is it %s?", name, nearest)
}

// distance is how many letters have to be put in, taken away, or changed, to make
// one word of another (Levenshtein's).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, above+1, corner+cost)
			corner = above
		}
	}
	return row[len(b)]
}

// refusal says what a value has to be that the declaration refuses; "" where it
// takes it. AWS CloudFormation User Guide, "CloudFormation template Parameters
// syntax".
func (p Parameter) refusal(value string) string {
	if len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value) {
		return "want one of " + strings.Join(p.AllowedValues, ", ")
	}
	if p.AllowedPattern != "" && !wholly(p.AllowedPattern, value) {
		if p.ConstraintDescription != "" {
			return "it " + p.ConstraintDescription
		}
		return "it must match " + p.AllowedPattern
	}
	length := utf8.RuneCountInString(value)
	switch {
	case p.MinLength != nil && length < *p.MinLength:
		return fmt.Sprintf("want at least %d characters", *p.MinLength)
	case p.MaxLength != nil && length > *p.MaxLength:
		return fmt.Sprintf("want at most %d characters, not %d", *p.MaxLength, length)
	case p.Type != "Number":
		return ""
	}
	number, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || number != number:
		return "want a number"
	case p.MinValue != nil && number < *p.MinValue, p.MaxValue != nil && number > *p.MaxValue:
		return "want " + p.span()
	}
	return ""
}

// span is the numbers that are taken, in words.
func (p Parameter) span() string {
	switch {
	case p.MaxValue == nil:
		return fmt.Sprintf("at least %v", *p.MinValue)
	case p.MinValue == nil:
		return fmt.Sprintf("at most %v", *p.MaxValue)
	}
	return fmt.Sprintf("%v to %v", *p.MinValue, *p.MaxValue)
}

// wholly reports whether a pattern is for all of a value. A pattern that Go does not
// know is left to CloudFormation.
func wholly(pattern, value string) bool {
	expression, err := regexp.Compile(`^(?:` + pattern + `)$`)
	return err != nil || expression.MatchString(value)
}
