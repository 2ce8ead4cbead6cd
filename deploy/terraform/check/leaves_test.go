package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// leaves are the values of a resource that are no objects, by path. A path has the names of
// properties with dots between, then the keys of elements of lists, as in
// "Origins.OriginPath [images]".
type leaves map[string]string

// keysOf are the properties that tell elements of a list apart. Without one the index does;
// 0 is left out, as Terraform has a list wherever a block stands.
var keysOf = []string{"origin_id", "Id", "id", "path_pattern", "PathPattern", "DomainName"}

// documents are properties whose value is compared as a whole.
var documents = regexp.MustCompile(`(^|\.)(policy|assume_role_policy|event_pattern|dashboard_body|input_paths|PolicyDocument|AssumeRolePolicyDocument|EventPattern|DashboardBody|InputPathsMap)$`)

// flatten adds the leaves of value, which stands at a path. An object without any is a leaf.
func (l leaves) flatten(path string, keys []string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case map[string]any:
		if documents.MatchString(path) {
			break
		}
		before := len(l)
		for name, inner := range v {
			l.flatten(strings.TrimPrefix(path+"."+name, "."), keys, inner)
		}
		if len(l) == before && path != "" {
			l.add(path, keys, "{}")
		}
		return
	case []any:
		if !slices.ContainsFunc(v, isObject) {
			break
		}
		for i, inner := range v {
			inside := keys
			if key := keyOf(i, inner); key != "" {
				inside = append(slices.Clone(keys), key)
			}
			l.flatten(path, inside, inner)
		}
		return
	}
	if text := plain(value, documents.MatchString(path)); text != "" && text != "[]" {
		l.add(path, keys, text)
	}
}

// add adds a leaf.
func (l leaves) add(path string, keys []string, text string) {
	if len(keys) > 0 {
		path += " " + fmt.Sprint(keys)
	}
	l[path] = text
}

// isObject reports whether a value is an object.
func isObject(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

// keyOf returns the key of element i of a list, "" for the first of no key.
func keyOf(i int, element any) string {
	object, _ := element.(map[string]any)
	for _, name := range keysOf {
		if key, ok := object[name].(string); ok && key != "" && !strings.HasPrefix(key, "<") {
			return key
		}
	}
	if i == 0 {
		return ""
	}
	return fmt.Sprint(i)
}

// plain returns a value as text in one spelling: CloudFormation takes a scalar as text or
// not, and the order of a list of scalars means nothing. A document may be in JSON, and
// keeps the order of its lists.
func plain(value any, document bool) string {
	switch v := value.(type) {
	case string:
		var parsed any
		if document && json.Unmarshal([]byte(v), &parsed) == nil {
			return plain(parsed, true)
		}
		return v
	case []any:
		var texts []string
		for _, inner := range v {
			texts = append(texts, plain(inner, document))
		}
		if !slices.ContainsFunc(v, isObject) && !document {
			slices.Sort(texts)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = append(texts, name+": "+plain(v[name], document))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
