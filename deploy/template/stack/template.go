package stack

import (
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// maxTemplate is the size of the longest template that a request may hold, in bytes.
// AWS CloudFormation User Guide, "Understand CloudFormation quotas".
const maxTemplate = 51_200

// Template is a template that a stack is made of.
type Template struct{ *cfn.Template }

// ReadTemplate reads a file.
func ReadTemplate(file string) (*Template, error) {
	t, err := cfn.Read(file)
	if err != nil {
		return nil, err
	}
	if len(t.Body) > maxTemplate {
		return nil, fmt.Errorf("%s: %d bytes, more than the %d that CloudFormation takes", file, len(t.Body), maxTemplate)
	}
	return &Template{t}, nil
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

// broken returns the texts of the rules that values do not keep. A rule that asks for
// what is not known here is left to CloudFormation.
func (t *Template) broken(values map[string]string) (texts []string) {
	r := cfn.Resolver{Document: t.Document, Values: map[string]any{}, Attribute: func(resource, name string) (any, error) {
		return nil, fmt.Errorf("%s %s: not known here", resource, name)
	}}
	for name, value := range values {
		r.Values[name] = value
	}
	refused, _ := r.Refusals()
	for _, text := range refused {
		texts = append(texts, strings.TrimSuffix(text, "."))
	}
	return texts
}

// ParameterError says what is wrong with the parameters. Nothing has been made.
type ParameterError struct{ Wrong []string }

func (e *ParameterError) Error() string { return strings.Join(e.Wrong, "; ") }
