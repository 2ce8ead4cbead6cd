package guard

import (
	"maps"
	"strconv"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// pseudo are the values of CloudFormation's pseudo parameters.
var pseudo = object{
	"AWS::AccountId": "111122223333",
	"AWS::Region":    "us-east-1",
	"AWS::StackName": "edgeresize",
}

// resolver does what CloudFormation does with a template and parameters before
// it makes a resource. What only a resource that exists can tell, its name for
// one, stays an intrinsic function.
type resolver struct {
	t *testing.T
	*cfn.Resolver
}

// newResolver is one with parameters given as strings; the others have their
// defaults. It fails the test where the template has no such parameter, or one
// without a value.
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

// resolved is the template that is left: resources and outputs whose condition
// holds, with no parameter, condition or mapping.
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

// refusals are the descriptions of the assertions that do not hold.
func (r *resolver) refusals() []string {
	r.t.Helper()
	refused, err := r.Refusals()
	if err != nil {
		r.t.Fatal(err)
	}
	return refused
}
