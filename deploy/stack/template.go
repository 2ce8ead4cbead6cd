package stack

import (
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxTemplate is the size of the longest template that a request may hold, in bytes.
// AWS CloudFormation User Guide, "Understand CloudFormation quotas".
const maxTemplate = 51_200

// Template is a template of CloudFormation, as far as it is looked at here.
type Template struct {
	// Body is the whole, as it is in the file.
	Body string
	// Names are the parameters', in the file's order, and Parameters what is
	// declared of them.
	Names      []string
	Parameters map[string]Parameter
	// Outputs are the outputs' names, in the file's order.
	Outputs []string

	rules []rule
}

// Parameter is what a template declares of a parameter.
type Parameter struct {
	Type                  string   `yaml:"Type"`
	Default               *string  `yaml:"Default"`
	AllowedValues         []string `yaml:"AllowedValues"`
	AllowedPattern        string   `yaml:"AllowedPattern"`
	ConstraintDescription string   `yaml:"ConstraintDescription"`
	MinValue              *float64 `yaml:"MinValue"`
	MaxValue              *float64 `yaml:"MaxValue"`
	MinLength             *int     `yaml:"MinLength"`
	MaxLength             *int     `yaml:"MaxLength"`
}

// ReadTemplate reads a file.
func ReadTemplate(file string) (*Template, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := ParseTemplate(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// ParseTemplate reads a template in YAML.
func ParseTemplate(body []byte) (*Template, error) {
	if len(body) > maxTemplate {
		return nil, fmt.Errorf("%d bytes, more than the %d that CloudFormation takes", len(body), maxTemplate)
	}
	var document struct {
		Parameters yaml.Node            `yaml:"Parameters"`
		Rules      map[string]yaml.Node `yaml:"Rules"`
		Outputs    yaml.Node            `yaml:"Outputs"`
	}
	if err := yaml.Unmarshal(body, &document); err != nil {
		return nil, err
	}
	t := &Template{Body: string(body), Names: keys(document.Parameters), Parameters: map[string]Parameter{}, Outputs: keys(document.Outputs)}
	if len(t.Names) > 0 {
		if err := document.Parameters.Decode(&t.Parameters); err != nil {
			return nil, fmt.Errorf("parameters: %w", err)
		}
	}
	for name, node := range document.Rules {
		r, err := parseRule(node)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", name, err)
		}
		t.rules = append(t.rules, r...)
	}
	return t, nil
}

// keys are the names in a mapping, in its order.
func keys(mapping yaml.Node) (names []string) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		names = append(names, mapping.Content[i].Value)
	}
	return names
}

// values returns the parameters that a stack will have: those that are given, else
// those that it has, else the template's defaults. What has no value is left out.
func (t *Template) values(given, before map[string]string) map[string]string {
	values := map[string]string{}
	for name, declared := range t.Parameters {
		if value, ok := given[name]; ok {
			values[name] = value
		} else if value, ok := before[name]; ok {
			values[name] = value
		} else if declared.Default != nil {
			values[name] = *declared.Default
		}
	}
	return values
}

// ParameterError says what is wrong with the parameters. Nothing has been made.
type ParameterError struct{ Wrong []string }

func (e *ParameterError) Error() string { return strings.Join(e.Wrong, "; ") }
