package fakestack

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// object is a mapping of a template, in the long form that JSON has.
type object = map[string]any

// Template is a template as it is written, with the short forms of intrinsic functions
// (!Ref, !Sub, …) spelled out.
type Template struct {
	Parameters map[string]Parameter
	document   object
}

// Parameter is what a template declares of a parameter.
type Parameter struct {
	Type           string   `yaml:"Type"`
	Default        *string  `yaml:"Default"`
	AllowedValues  []string `yaml:"AllowedValues"`
	AllowedPattern string   `yaml:"AllowedPattern"`
	MinValue       *float64 `yaml:"MinValue"`
	MaxValue       *float64 `yaml:"MaxValue"`
	MinLength      *int     `yaml:"MinLength"`
	MaxLength      *int     `yaml:"MaxLength"`
}

// Read reads a template.
func Read(file string) (*Template, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := Parse(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// Parse reads a template's YAML.
func Parse(content []byte) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("no template")
	}
	value, err := longForm(document.Content[0])
	if err != nil {
		return nil, err
	}
	var declared struct {
		Parameters map[string]Parameter `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal(content, &declared); err != nil {
		return nil, err
	}
	whole, ok := value.(object)
	if !ok {
		return nil, fmt.Errorf("the template is no mapping")
	}
	return &Template{declared.Parameters, whole}, nil
}

// section is one of the template's, empty where it has none.
func (t *Template) section(name string) object {
	section, _ := t.document[name].(object)
	return section
}

// longForm is a YAML node as maps, slices and scalars. AWS CloudFormation Template
// Reference, "Intrinsic function reference".
func longForm(node *yaml.Node) (any, error) {
	value, err := plain(node)
	if err != nil || !isShort(node.Tag) {
		return value, err
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

// plain is a node without its tag.
func plain(node *yaml.Node) (value any, err error) {
	switch node.Kind {
	case yaml.MappingNode:
		m := object{}
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

// isShort tells the tag of an intrinsic function from one of YAML's own.
func isShort(tag string) bool { return strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") }

// values are the parameters that a stack has: those that are given, else the
// template's defaults. The error is what CloudFormation refuses of them. AWS
// CloudFormation User Guide, "CloudFormation template Parameters syntax".
func (t *Template) values(given map[string]string) (map[string]any, error) {
	for name := range given {
		if _, ok := t.Parameters[name]; !ok {
			return nil, fmt.Errorf("ValidationError: Parameters: [%s] do not exist in the template", name)
		}
	}
	values := map[string]any{}
	for name, declared := range t.Parameters {
		value, ok := given[name]
		switch {
		case ok:
		case declared.Default != nil:
			value = *declared.Default
		default:
			return nil, fmt.Errorf("ValidationError: Parameters: [%s] must have values", name)
		}
		if why := declared.refusal(value); why != "" {
			return nil, fmt.Errorf("ValidationError: Parameter %s failed to satisfy constraint: %s", name, why)
		}
		values[name] = value
	}
	return values, nil
}

// refusal is the constraint that a value does not satisfy, or "".
func (p Parameter) refusal(value string) string {
	switch {
	case len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value):
		return fmt.Sprintf("%q is none of %q", value, p.AllowedValues)
	case p.AllowedPattern != "" && !regexp.MustCompile("^(?:"+p.AllowedPattern+")$").MatchString(value):
		return fmt.Sprintf("%q does not match %s", value, p.AllowedPattern)
	case p.MaxLength != nil && utf8.RuneCountInString(value) > *p.MaxLength, p.MinLength != nil && utf8.RuneCountInString(value) < *p.MinLength:
		return fmt.Sprintf("%q has %d characters", value, utf8.RuneCountInString(value))
	case p.Type != "Number":
		return ""
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || p.MinValue != nil && number < *p.MinValue || p.MaxValue != nil && number > *p.MaxValue {
		return fmt.Sprintf("%q is not a number within the limits", value)
	}
	return ""
}
