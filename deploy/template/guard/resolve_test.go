package guard

import (
	"maps"
	"strconv"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// pseudo has the values of CloudFormation's pseudo parameters.
var pseudo = object{
	"AWS::AccountId": "111122223333",
	"AWS::Region":    "us-east-1",
	"AWS::StackName": "edgeresize",
}

// resolver resolves a template before any resource exists. What only an existing
// resource can tell, such as its name, stays an intrinsic function.
type resolver struct {
	t *testing.T
	*cfn.Resolver
}

// newResolver returns a resolver with the given parameters and the defaults of the
// others. It fails the test where the template lacks a given parameter, or a parameter
// has no value.
func newResolver(t *testing.T, template object, given map[string]string) *resolver {
	t.Helper()
	r := &resolver{t, &cfn.Resolver{Document: template, Values: maps.Clone(pseudo), Attribute: func(resource, name string) (any, error) {
		if name == "" {
			return object{"Ref": resource}, nil
		}
		return object{"Fn::GetAtt": []any{resource, name}}, nil
	}}}
	declared := template["Parameters"].(object)
	for name := range given {
		if declared[name] == nil && pseudo[name] == nil {
			t.Fatalf("the template has no parameter %s", name)
		}
	}
	for name, declaration := range declared {
		if value, ok := declaration.(object)["Default"]; ok {
			r.Values[name] = value
		}
	}
	for name, value := range given {
		r.Values[name] = value
		if declaration, ok := declared[name].(object); ok && declaration["Type"] == "Number" {
			number, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			r.Values[name] = number
		}
	}
	for name := range declared {
		if r.Values[name] == nil {
			t.Fatalf("parameter %s has no value", name)
		}
	}
	return r
}

// resolved returns the resources and outputs whose condition holds, with all
// parameters, conditions and mappings resolved.
func (r *resolver) resolved() object {
	r.t.Helper()
	result := object{"AWSTemplateFormatVersion": r.Document["AWSTemplateFormatVersion"]}
	for _, section := range []string{"Resources", "Outputs"} {
		kept := object{}
		for name, value := range r.Section(section) {
			entry := maps.Clone(value.(object))
			holds, err := r.Holds(entry)
			if err != nil {
				r.t.Fatalf("%s: %v", name, err)
			}
			if !holds {
				continue
			}
			delete(entry, "Condition")
			if kept[name], err = r.Value(entry); err != nil {
				r.t.Fatalf("%s: %v", name, err)
			}
		}
		result[section] = kept
	}
	return result
}

// refusals returns the descriptions of the rules' assertions that do not hold.
func (r *resolver) refusals() []string {
	r.t.Helper()
	refused, err := r.Refusals()
	if err != nil {
		r.t.Fatal(err)
	}
	return refused
}
