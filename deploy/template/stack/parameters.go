package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// refusals returns what is wrong with given parameters, one by one.
func (t *Template) refusals(given map[string]string) (wrong []string) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		declared, ok := t.Parameters[name]
		if !ok {
			wrong = append(wrong, t.unknown(name))
		} else if want := declared.Refusal(given[name]); want != "" {
			wrong = append(wrong, fmt.Sprintf("%s is %q: %s", name, given[name], want))
		}
	}
	return wrong
}

// contradictions returns what is wrong with all parameters of a stack: values that the
// template refuses, else the rules that are broken.
func (t *Template) contradictions(values map[string]string) (wrong []string) {
	for _, name := range t.Names {
		value, ok := values[name]
		if _, later := fromElsewhere[name]; later {
			continue
		}
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s has no value: give PARAMETERS='%s=…'", name, name))
		} else if want := t.Parameters[name].Refusal(value); want != "" {
			wrong = append(wrong, fmt.Sprintf("%s is %q: %s", name, value, want))
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return t.brokenRules(values)
}

// unknown returns a message that the template has no parameter name, with the most
// similar name or with all of them.
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

// distance returns how many letters must be inserted, deleted or replaced to turn a
// into b (the Levenshtein distance).
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
