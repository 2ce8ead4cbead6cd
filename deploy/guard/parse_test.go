package guard

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// templateFile is read through the link checked, which stands for deploy: the go
// command knows a test to be stale by files within its module only.
const templateFile = "checked/template.yaml"

// object is a mapping of a template, in the long form that JSON has.
type object = map[string]any

// parsed is the site's template.
func parsed(t *testing.T) object {
	t.Helper()
	return parsedFile(t, templateFile)
}

// parsedFile is a template as it is written, with the short forms of intrinsic
// functions (!Ref, !Sub, …) spelled out.
func parsedFile(t *testing.T, file string) object {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	value, err := longForm(document.Content[0])
	if err != nil {
		t.Fatal(err)
	}
	return value.(object)
}

// longForm is a YAML node as maps, slices and scalars. AWS CloudFormation
// Template Reference, "Intrinsic function reference".
func longForm(node *yaml.Node) (any, error) {
	var value any
	switch node.Kind {
	case yaml.MappingNode:
		m := object{}
		for i := 0; i < len(node.Content); i += 2 {
			key := node.Content[i].Value
			if _, twice := m[key]; twice {
				return nil, fmt.Errorf("line %d: %s for the second time", node.Content[i].Line, key)
			}
			v, err := longForm(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[key] = v
		}
		value = m
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, n := range node.Content {
			v, err := longForm(n)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		value = list
	case yaml.ScalarNode:
		if isShort(node.Tag) {
			value = node.Value
		} else if err := node.Decode(&value); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("line %d: CloudFormation takes no aliases", node.Line)
	}
	if !isShort(node.Tag) {
		return value, nil
	}
	switch name := node.Tag[1:]; name {
	case "Ref", "Condition":
		return object{name: value}, nil
	case "GetAtt":
		resource, attribute, _ := strings.Cut(node.Value, ".")
		return object{"Fn::GetAtt": []any{resource, attribute}}, nil
	default:
		return object{"Fn::" + name: value}, nil
	}
}

// isShort tells the tag of an intrinsic function from one of YAML's own.
func isShort(tag string) bool { return strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") }
