package guard

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pseudo are the values of CloudFormation's pseudo parameters.
var pseudo = object{
	"AWS::AccountId": "111122223333",
	"AWS::Region":    "us-east-1",
	"AWS::StackName": "edgeresize",
}

// noValue is what AWS::NoValue stands for: the property is left out.
var noValue = new(struct{})

// resolver does what CloudFormation does with a template and parameters before
// it makes a resource. What only a resource that exists can tell, its name for
// one, stays an intrinsic function.
type resolver struct {
	template object
	values   object // of parameters and pseudo parameters
}

// newResolver is one with parameters given as strings; the others have their
// defaults. It fails the test where the template has no such parameter, or one
// without a value.
func newResolver(t *testing.T, template object, given map[string]string) *resolver {
	t.Helper()
	r := &resolver{template, maps.Clone(pseudo)}
	declared := template["Parameters"].(object)
	for name := range given {
		if declared[name] == nil && pseudo[name] == nil {
			t.Fatalf("the template has no parameter %s", name)
		}
	}
	for name, declaration := range declared {
		if value, ok := declaration.(object)["Default"]; ok {
			r.values[name] = value
		}
	}
	for name, value := range given {
		r.values[name] = value
		if declaration, ok := declared[name].(object); ok && declaration["Type"] == "Number" {
			number, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			r.values[name] = number
		}
	}
	for name := range declared {
		if r.values[name] == nil {
			t.Fatalf("parameter %s has no value", name)
		}
	}
	return r
}

// resolved is the template that is left: resources and outputs whose condition
// holds, with no parameter, condition or mapping.
func (r *resolver) resolved() object {
	result := object{"AWSTemplateFormatVersion": r.template["AWSTemplateFormatVersion"]}
	for _, section := range []string{"Resources", "Outputs"} {
		kept := object{}
		for name, value := range r.template[section].(object) {
			entry := maps.Clone(value.(object))
			if condition, ok := entry["Condition"].(string); ok && !r.condition(condition) {
				continue
			}
			delete(entry, "Condition")
			kept[name] = r.value(entry)
		}
		result[section] = kept
	}
	return result
}

func (r *resolver) condition(name string) bool {
	return r.truth(r.template["Conditions"].(object)[name])
}

// truth is the value of a condition, or of an assertion of a rule.
func (r *resolver) truth(value any) bool {
	function, argument := intrinsic(value)
	arguments, _ := argument.([]any)
	switch function {
	case "Condition":
		return r.condition(argument.(string))
	case "Fn::Equals":
		return reflect.DeepEqual(r.value(arguments[0]), r.value(arguments[1]))
	case "Fn::Not":
		return !r.truth(arguments[0])
	case "Fn::And", "Fn::Or":
		for _, a := range arguments {
			if r.truth(a) == (function == "Fn::Or") {
				return function == "Fn::Or"
			}
		}
		return function == "Fn::And"
	}
	panic(fmt.Sprintf("no condition: %v", value))
}

// refusals are the descriptions of the assertions that do not hold.
func (r *resolver) refusals() []string {
	var refused []string
	for _, rule := range r.template["Rules"].(object) {
		condition, ok := rule.(object)["RuleCondition"]
		if ok && !r.truth(condition) {
			continue
		}
		for _, a := range rule.(object)["Assertions"].([]any) {
			if !r.truth(a.(object)["Assert"]) {
				refused = append(refused, a.(object)["AssertDescription"].(string))
			}
		}
	}
	return refused
}

// value resolves intrinsic functions within a value.
func (r *resolver) value(value any) any {
	if function, argument := intrinsic(value); function != "" {
		return r.call(function, argument)
	}
	switch v := value.(type) {
	case object:
		m := object{}
		for name, item := range v {
			if item := r.value(item); item != any(noValue) {
				m[name] = item
			}
		}
		return m
	case []any:
		list := []any{}
		for _, item := range v {
			if item := r.value(item); item != any(noValue) {
				list = append(list, item)
			}
		}
		return list
	}
	return value
}

func (r *resolver) call(function string, argument any) any {
	arguments, _ := argument.([]any)
	switch function {
	case "Ref":
		return r.ref(argument.(string))
	case "Fn::GetAtt":
		return object{function: argument}
	case "Fn::If":
		if r.condition(arguments[0].(string)) {
			return r.value(arguments[1])
		}
		return r.value(arguments[2])
	case "Fn::FindInMap":
		found := r.template["Mappings"]
		for _, key := range arguments {
			found = found.(object)[key.(string)]
		}
		return found
	case "Fn::Join":
		var parts []string
		for _, part := range arguments[1].([]any) {
			parts = append(parts, r.value(part).(string))
		}
		return strings.Join(parts, arguments[0].(string))
	case "Fn::Sub":
		if text, ok := argument.(string); ok {
			return r.sub(text, nil)
		}
		return r.sub(arguments[0].(string), arguments[1].(object))
	}
	panic("the resolver has no " + function)
}

func (r *resolver) ref(name string) any {
	if name == "AWS::NoValue" {
		return noValue
	}
	if value, ok := r.values[name]; ok {
		return value
	}
	return object{"Ref": name}
}

// variable is one of Fn::Sub.
var variable = regexp.MustCompile(`\$\{([A-Za-z0-9:.]+)\}`)

// sub is Fn::Sub; what it cannot resolve stays an Fn::Sub.
func (r *resolver) sub(text string, own object) any {
	open := false
	text = variable.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		value := r.ref(name)
		if v, ok := own[name]; ok {
			value = r.value(v)
		}
		switch v := value.(type) {
		case string:
			return v
		case int:
			return fmt.Sprint(v)
		case object: // a resource's name or attribute
			open = true
			if resource, ok := v["Ref"].(string); ok {
				return "${" + resource + "}"
			}
		}
		panic(fmt.Sprintf("Fn::Sub of %s: %v", name, value))
	})
	if open {
		return object{"Fn::Sub": text}
	}
	return text
}

// intrinsic is the name and the argument of an intrinsic function, or "".
func intrinsic(value any) (name string, argument any) {
	m, ok := value.(object)
	if !ok || len(m) != 1 {
		return "", nil
	}
	for name, argument := range m {
		if name == "Ref" || strings.HasPrefix(name, "Fn::") {
			return name, argument
		}
		if _, ok := argument.(string); ok && name == "Condition" {
			return name, argument
		}
	}
	return "", nil
}
