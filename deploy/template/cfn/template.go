// Package cfn reads CloudFormation templates and evaluates their parameters, rules,
// conditions and intrinsic functions as CloudFormation does, without AWS.
//
// It does so by hand because the libraries for it fall short. aws-cloudformation/rain
// (v1.24.4) resolves only the references of its own modules, and brings 90 modules
// along. awslabs/goformation (v7.14.9) is not kept up, and gives null for a value that
// only AWS knows, where this package keeps the function.
//
// The source is the AWS CloudFormation User Guide and its Template Reference.
package cfn

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Object is a mapping of a template, in the long form that JSON has.
type Object = map[string]any

// Template is a template as it is written, with the short forms of intrinsic functions
// (!Ref, !Sub, …) spelled out.
type Template struct {
	// Body is the file's content.
	Body string
	// Names has the names of the parameters in the file's order, and Parameters their
	// declarations.
	Names      []string
	Parameters map[string]Parameter
	// Outputs has the names of the outputs in the file's order.
	Outputs []string
	// Document is the whole template.
	Document Object
}

// Read parses the template in a file.
func Read(file string) (*Template, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := Parse(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// Parse parses a template in YAML. It refuses aliases and names that occur twice.
func Parse(body []byte) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(body, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New("no template")
	}
	value, err := longForm(document.Content[0])
	if err != nil {
		return nil, err
	}
	whole, ok := value.(Object)
	if !ok {
		return nil, errors.New("the template is no mapping")
	}
	var declared struct {
		Parameters map[string]Parameter `yaml:"Parameters"`
	}
	if err := document.Decode(&declared); err != nil {
		return nil, err
	}
	var order struct {
		Parameters yaml.Node `yaml:"Parameters"`
		Outputs    yaml.Node `yaml:"Outputs"`
	}
	if err := document.Decode(&order); err != nil {
		return nil, err
	}
	return &Template{string(body), keys(order.Parameters), declared.Parameters, keys(order.Outputs), whole}, nil
}

// keys returns the names in a mapping, in its order.
func keys(mapping yaml.Node) (names []string) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		names = append(names, mapping.Content[i].Value)
	}
	return names
}

// longForm converts a YAML node to maps, slices and scalars, with intrinsic functions
// in their long form. AWS CloudFormation Template Reference, "Intrinsic function
// reference".
func longForm(node *yaml.Node) (any, error) {
	value, err := plain(node)
	if err != nil || !isShort(node.Tag) {
		return value, err
	}
	switch name := node.Tag[1:]; name {
	case "Ref", "Condition":
		return Object{name: value}, nil
	case "GetAtt":
		resource, attribute, _ := strings.Cut(node.Value, ".")
		return Object{"Fn::GetAtt": []any{resource, attribute}}, nil
	default:
		return Object{"Fn::" + name: value}, nil
	}
}

// plain converts a YAML node like longForm, but ignores the node's own tag.
func plain(node *yaml.Node) (value any, err error) {
	switch node.Kind {
	case yaml.MappingNode:
		m := Object{}
		for i := 0; i < len(node.Content); i += 2 {
			key := node.Content[i].Value
			if _, twice := m[key]; twice {
				return nil, fmt.Errorf("line %d: %s for the second time", node.Content[i].Line, key)
			}
			if m[key], err = longForm(node.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, n := range node.Content {
			if list[i], err = longForm(n); err != nil {
				return nil, err
			}
		}
		return list, nil
	case yaml.ScalarNode:
		if isShort(node.Tag) {
			return node.Value, nil
		}
		err = node.Decode(&value)
		return value, err
	}
	return nil, fmt.Errorf("line %d: CloudFormation takes no aliases", node.Line)
}

// isShort reports whether tag is that of an intrinsic function, not one of YAML's own.
func isShort(tag string) bool { return strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") }
