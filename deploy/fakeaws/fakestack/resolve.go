package fakestack

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// noValue is what AWS::NoValue stands for: the property is left out.
var noValue = new(struct{})

// resolver does what CloudFormation does with intrinsic functions.
type resolver struct {
	template *Template
	values   map[string]any // of parameters and pseudo parameters
	// attribute is what a resource that is made, if need be by this call, has: its
	// Ref with "".
	attribute func(resource, name string) (any, error)
}

// errNone says that a resource's condition does not hold, or that there is none.
var errNone = errors.New("unresolved resource dependencies")

// refusals are the descriptions of the rules' assertions that do not hold.
func (r *resolver) refusals() (refused []string, err error) {
	for _, rule := range r.template.section("Rules") {
		if condition, ok := rule.(object)["RuleCondition"]; ok {
			if holds, err := r.truth(condition); err != nil {
				return nil, err
			} else if !holds {
				continue
			}
		}
		for _, a := range rule.(object)["Assertions"].([]any) {
			if holds, err := r.truth(a.(object)["Assert"]); err != nil {
				return nil, err
			} else if !holds {
				refused = append(refused, fmt.Sprint(a.(object)["AssertDescription"]))
			}
		}
	}
	slices.Sort(refused)
	return refused, nil
}

// holds is the value of a resource's or output's condition.
func (r *resolver) holds(entry object) (bool, error) {
	name, ok := entry["Condition"].(string)
	if !ok {
		return true, nil
	}
	return r.truth(object{"Condition": name})
}

// truth is the value of a condition, or of an assertion.
func (r *resolver) truth(value any) (bool, error) {
	function, argument := intrinsic(value)
	arguments, _ := argument.([]any)
	switch function {
	case "Condition":
		condition, ok := r.template.section("Conditions")[argument.(string)]
		if !ok {
			return false, fmt.Errorf("no condition %v", argument)
		}
		return r.truth(condition)
	case "Fn::Equals":
		a, err := r.value(arguments[0])
		if err != nil {
			return false, err
		}
		b, err := r.value(arguments[1])
		return fmt.Sprint(a) == fmt.Sprint(b), err
	case "Fn::Contains":
		list, ok := arguments[0].([]any)
		b, err := r.value(arguments[1])
		return ok && slices.ContainsFunc(list, func(a any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }), err
	case "Fn::Not":
		holds, err := r.truth(arguments[0])
		return !holds, err
	case "Fn::And", "Fn::Or":
		if len(arguments) < 2 || len(arguments) > 10 {
			return false, fmt.Errorf("%s takes 2 to 10 conditions, not %d", function, len(arguments))
		}
		for _, a := range arguments {
			if holds, err := r.truth(a); err != nil || holds == (function == "Fn::Or") {
				return holds, err
			}
		}
		return function == "Fn::And", nil
	}
	return false, fmt.Errorf("no condition: %v", value)
}

// value resolves the intrinsic functions within a value.
func (r *resolver) value(value any) (any, error) {
	if function, argument := intrinsic(value); function != "" {
		return r.call(function, argument)
	}
	switch v := value.(type) {
	case object:
		m := object{}
		for name, item := range v {
			item, err := r.value(item)
			if err != nil {
				return nil, err
			}
			if item != any(noValue) {
				m[name] = item
			}
		}
		return m, nil
	case []any:
		list := []any{}
		for _, item := range v {
			item, err := r.value(item)
			if err != nil {
				return nil, err
			}
			if item != any(noValue) {
				list = append(list, item)
			}
		}
		return list, nil
	}
	return value, nil
}

func (r *resolver) call(function string, argument any) (any, error) {
	arguments, _ := argument.([]any)
	switch function {
	case "Ref":
		return r.ref(argument.(string))
	case "Fn::GetAtt":
		return r.attribute(arguments[0].(string), arguments[1].(string))
	case "Fn::If":
		holds, err := r.truth(object{"Condition": arguments[0]})
		if err != nil {
			return nil, err
		}
		if holds {
			return r.value(arguments[1])
		}
		return r.value(arguments[2])
	case "Fn::FindInMap":
		found := any(r.template.section("Mappings"))
		for _, key := range arguments {
			name, err := r.value(key)
			if err != nil {
				return nil, err
			}
			m, _ := found.(object)
			if found = m[fmt.Sprint(name)]; found == nil {
				return nil, fmt.Errorf("unable to get mapping for %v", arguments)
			}
		}
		return found, nil
	case "Fn::Sub":
		if text, ok := argument.(string); ok {
			return r.sub(text, nil)
		}
		return r.sub(arguments[0].(string), arguments[1].(object))
	}
	return r.list(function, argument)
}

// list carries out the functions of lists, and Fn::ImportValue.
func (r *resolver) list(function string, argument any) (any, error) {
	resolved, err := r.value(argument)
	if err != nil {
		return nil, err
	}
	arguments, _ := resolved.([]any)
	switch function {
	case "Fn::Join":
		var parts []string
		for _, part := range arguments[1].([]any) {
			parts = append(parts, fmt.Sprint(part))
		}
		return strings.Join(parts, fmt.Sprint(arguments[0])), nil
	case "Fn::Split":
		list := []any{}
		for part := range strings.SplitSeq(fmt.Sprint(arguments[1]), fmt.Sprint(arguments[0])) {
			list = append(list, part)
		}
		return list, nil
	case "Fn::ImportValue":
		return "imported-" + fmt.Sprint(resolved), nil
	}
	return nil, fmt.Errorf("no function %s", function)
}

func (r *resolver) ref(name string) (any, error) {
	if name == "AWS::NoValue" {
		return noValue, nil
	}
	if value, ok := r.values[name]; ok {
		return value, nil
	}
	return r.attribute(name, "")
}

// variable is one of Fn::Sub.
var variable = regexp.MustCompile(`\$\{([A-Za-z0-9:.]+)\}`)

// sub is Fn::Sub.
func (r *resolver) sub(text string, own object) (any, error) {
	var failed error
	text = variable.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		value, err := any(nil), error(nil)
		if given, ok := own[name]; ok {
			value, err = r.value(given)
		} else if resource, attribute, ok := strings.Cut(name, "."); ok {
			value, err = r.attribute(resource, attribute)
		} else {
			value, err = r.ref(name)
		}
		if kind := reflect.ValueOf(value).Kind(); err == nil && (kind == reflect.Map || kind == reflect.Slice) {
			err = fmt.Errorf("Fn::Sub of %s: %v", name, value)
		}
		failed = errors.Join(failed, err)
		return fmt.Sprint(value)
	})
	return text, failed
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
