package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// maxTemplate is the maximum size of a template in a request, in bytes. AWS
// CloudFormation User Guide, "Understand CloudFormation quotas".
const maxTemplate = 51_200

// Template is the template of a stack.
type Template struct{ *cfn.Template }

// ReadTemplate parses the template in a file. One larger than maxTemplate becomes JSON,
// without comments, indentation and what only the console shows of parameters. It refuses
// one that is larger even so.
func ReadTemplate(file string) (*Template, error) {
	t, err := cfn.Read(file)
	if err != nil {
		return nil, err
	}
	if len(t.Body) > maxTemplate {
		var shorter strings.Builder
		encoder := json.NewEncoder(&shorter)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(withoutTexts(t.Document)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		t.Body = shorter.String()
	}
	if len(t.Body) > maxTemplate {
		return nil, fmt.Errorf("%s: %d bytes, more than the %d that CloudFormation allows", file, len(t.Body), maxTemplate)
	}
	return &Template{t}, nil
}

// withoutTexts returns a template without its metadata and the descriptions of its
// parameters.
func withoutTexts(document cfn.Object) cfn.Object {
	shorter := maps.Clone(document)
	delete(shorter, "Metadata")
	declared, _ := shorter["Parameters"].(cfn.Object)
	parameters := cfn.Object{}
	for name, parameter := range declared {
		if parameter, ok := parameter.(cfn.Object); ok {
			undescribed := maps.Clone(parameter)
			delete(undescribed, "Description")
			parameters[name] = undescribed
		}
	}
	if len(parameters) > 0 {
		shorter["Parameters"] = parameters
	}
	return shorter
}

// values returns the parameters that a stack will have: a given value, else the value
// before, else the template's default. A parameter with none of these is left out.
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

// brokenRules returns the descriptions of the rules that values break. It leaves rules
// that ask for values unknown here to CloudFormation.
func (t *Template) brokenRules(values map[string]string) (texts []string) {
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
