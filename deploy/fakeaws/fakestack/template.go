package fakestack

import (
	"fmt"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// object is a mapping of a template.
type object = cfn.Object

// valuesOf returns the parameters of a stack: the given values, else the template's
// defaults. It refuses what CloudFormation refuses. AWS CloudFormation User Guide,
// "CloudFormation template Parameters syntax".
func valuesOf(t *cfn.Template, given map[string]string) (map[string]any, error) {
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
		if why := declared.Refusal(value); why != "" {
			return nil, fmt.Errorf("ValidationError: Parameter %s failed to satisfy constraint: %s", name, why)
		}
		values[name] = value
	}
	return values, nil
}
