package prepare

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
	"github.com/edgeresize/edgeresize/deploy/template/policies"
)

// statement is a statement of a policy document, as JSON.
type statement map[string]any

// read decodes the statement.
func (s statement) read() (read iampolicy.Statement, err error) {
	text, err := json.Marshal(s)
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(text, &read)
}

// document is a policy document.
type document struct {
	Version   string
	Statement []statement
}

// String returns the document in the characters that IAM takes, U+0020 to U+00FF, with
// JSON's escapes for others. AWS IAM User Guide, "IAM and AWS STS quotas".
func (d document) String() string {
	text, _ := json.Marshal(d) // it was read from JSON
	var escaped strings.Builder
	for _, c := range string(text) {
		if c <= 0xff {
			escaped.WriteRune(c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&escaped, `\u%04x`, unit)
		}
	}
	return escaped.String()
}

// readDocument reads a policy document of package policies and fills in a bucket and
// the folders of its keys. words are pairs: a placeholder and its value.
func readDocument(file, bucket string, keys []string, words ...string) (document, error) {
	text, err := policies.Read(file)
	if err != nil {
		return document{}, err
	}
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return document{}, fmt.Errorf("%s: %w", file, err)
	}
	for _, s := range d.Statement {
		for name, value := range s {
			s[name] = filled(value, bucket, keys, words)
		}
	}
	return d, nil
}

// literal escapes characters that have a meaning in policies. AWS IAM User Guide, "IAM
// policy elements: Variables and tags".
var literal = strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}")

// filled returns a value of a policy document with its placeholders replaced. A string
// with PREFIX becomes a list if there are several folders.
func filled(value any, bucket string, keys []string, words []string) any {
	switch v := value.(type) {
	case string:
		if !strings.Contains(v, "PREFIX/") {
			return strings.NewReplacer(append(slices.Clone(words), "BUCKET", bucket)...).Replace(v)
		}
		var all []any
		for _, folder := range keys {
			if folder != "" {
				folder = literal.Replace(folder) + "/"
			}
			all = append(all, strings.NewReplacer("BUCKET", bucket, "PREFIX/", folder).Replace(v))
		}
		if len(all) == 1 {
			return all[0]
		}
		return all
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = filled(one, bucket, keys, words)
		}
		return list
	case map[string]any:
		for name, one := range v {
			v[name] = filled(one, bucket, keys, words)
		}
	}
	return value
}

// same reports whether two values have the same JSON, apart from empty values and the
// order of strings in lists.
func same(a, b any) bool { return reflect.DeepEqual(essence(a), essence(b)) }

// essence returns value as decoded JSON without null, false, 0 and empty values.
func essence(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var read any
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	return pruned(read)
}

func pruned(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, one := range v {
			if v[name] = pruned(one); v[name] == nil {
				delete(v, name)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
		for i, one := range v {
			v[i] = pruned(one)
		}
		slices.SortStableFunc(v, func(a, b any) int {
			x, _ := a.(string)
			y, _ := b.(string)
			return strings.Compare(x, y)
		})
		if len(v) == 1 { // policies may have a value in place of a list of one
			return v[0]
		}
	case bool:
		if !v {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	}
	return value
}
