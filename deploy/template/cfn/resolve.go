package cfn

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// noValue stands for AWS::NoValue: the property that has it is left out.
var noValue = new(struct{})

// Resolver evaluates the conditions, rules and intrinsic functions of a template.
type Resolver struct {
	Document Object
	// Values has the values of parameters and pseudo parameters, by name.
	Values map[string]any
	// Attribute returns an attribute of a resource, or its Ref where name is "". It may
	// return an intrinsic function, which then stays in the result.
	Attribute func(resource, name string) (any, error)
}

// Section returns a section of the document, empty where the document lacks it.
func (r *Resolver) Section(name string) Object {
	section, _ := r.Document[name].(Object)
	return section
}

// Refusals returns the descriptions of the rules' assertions that do not hold. AWS
// CloudFormation User Guide, "Validate input parameters with rules". err joins the
// errors of the rules that could not be evaluated.
func (r *Resolver) Refusals() (refused []string, err error) {
	for name, rule := range r.Section("Rules") {
		found, failed := r.refusalsOf(rule)
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("rule %s: %w", name, failed))
		}
		refused = append(refused, found...)
	}
	slices.Sort(refused)
	return refused, err
}

// refusalsOf returns the descriptions of a rule's assertions that do not hold.
func (r *Resolver) refusalsOf(rule any) (refused []string, err error) {
	written, _ := rule.(Object)
	if condition, ok := written["RuleCondition"]; ok {
		if holds, err := r.Truth(condition); err != nil || !holds {
			return nil, err
		}
	}
	assertions, _ := written["Assertions"].([]any)
	for _, a := range assertions {
		assertion, _ := a.(Object)
		if holds, err := r.Truth(assertion["Assert"]); err != nil {
			return refused, err
		} else if !holds {
			refused = append(refused, fmt.Sprint(assertion["AssertDescription"]))
		}
	}
	return refused, nil
}

// Holds reports whether the condition of a resource or output holds. One without a
// condition holds.
func (r *Resolver) Holds(entry Object) (bool, error) {
	name, ok := entry["Condition"].(string)
	if !ok {
		return true, nil
	}
	return r.Truth(Object{"Condition": name})
}

// least has the smallest number of arguments of a function.
var least = map[string]int{
	"Fn::Equals": 2, "Fn::Contains": 2, "Fn::Not": 1, "Fn::And": 2, "Fn::Or": 2,
	"Fn::GetAtt": 2, "Fn::If": 3, "Fn::Join": 2, "Fn::Split": 2, "Fn::Select": 2,
}

// argumentsOf returns a function's list of arguments. It returns nil where the argument
// is no list and the function needs none.
func argumentsOf(function string, argument any) ([]any, error) {
	arguments, _ := argument.([]any)
	if len(arguments) < least[function] {
		return nil, fmt.Errorf("%s takes %d arguments: %v", function, least[function], argument)
	}
	return arguments, nil
}

// Truth evaluates a condition or an assertion.
func (r *Resolver) Truth(value any) (bool, error) {
	function, argument := Intrinsic(value)
	arguments, err := argumentsOf(function, argument)
	if err != nil {
		return false, err
	}
	switch function {
	case "Condition":
		condition, ok := r.Section("Conditions")[argument.(string)]
		if !ok {
			return false, fmt.Errorf("no condition %v", argument)
		}
		return r.Truth(condition)
	case "Fn::Equals":
		a, err := r.Value(arguments[0])
		if err != nil {
			return false, err
		}
		b, err := r.Value(arguments[1])
		return fmt.Sprint(a) == fmt.Sprint(b), err
	case "Fn::Contains":
		list, ok := arguments[0].([]any)
		b, err := r.Value(arguments[1])
		return ok && slices.ContainsFunc(list, func(a any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }), err
	case "Fn::Not":
		holds, err := r.Truth(arguments[0])
		return !holds, err
	case "Fn::And", "Fn::Or":
		if len(arguments) > 10 {
			return false, fmt.Errorf("%s takes 2 to 10 conditions, not %d", function, len(arguments))
		}
		for _, a := range arguments {
			if holds, err := r.Truth(a); err != nil || holds == (function == "Fn::Or") {
				return holds, err
			}
		}
		return function == "Fn::And", nil
	}
	return false, fmt.Errorf("no condition: %v", value)
}

// Value returns value with its intrinsic functions evaluated.
func (r *Resolver) Value(value any) (any, error) {
	if function, argument := Intrinsic(value); function != "" {
		return r.call(function, argument)
	}
	switch v := value.(type) {
	case Object:
		m := Object{}
		for name, item := range v {
			item, err := r.Value(item)
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
			item, err := r.Value(item)
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

// call evaluates an intrinsic function.
func (r *Resolver) call(function string, argument any) (any, error) {
	arguments, err := argumentsOf(function, argument)
	if err != nil {
		return nil, err
	}
	switch function {
	case "Ref":
		return r.ref(fmt.Sprint(argument))
	case "Fn::GetAtt":
		return r.Attribute(fmt.Sprint(arguments[0]), fmt.Sprint(arguments[1]))
	case "Fn::If":
		holds, err := r.Truth(Object{"Condition": arguments[0]})
		if err != nil {
			return nil, err
		}
		if holds {
			return r.Value(arguments[1])
		}
		return r.Value(arguments[2])
	case "Fn::FindInMap":
		found := any(r.Section("Mappings"))
		for _, key := range arguments {
			name, err := r.Value(key)
			if err != nil {
				return nil, err
			}
			m, _ := found.(Object)
			if found = m[fmt.Sprint(name)]; found == nil {
				return nil, fmt.Errorf("unable to get mapping for %v", arguments)
			}
		}
		return found, nil
	case "Fn::Sub":
		if text, ok := argument.(string); ok {
			return r.sub(text, nil)
		}
		if len(arguments) == 2 {
			text, _ := arguments[0].(string)
			own, _ := arguments[1].(Object)
			return r.sub(text, own)
		}
		return nil, fmt.Errorf("Fn::Sub takes a text, or one and its variables: %v", argument)
	}
	return r.list(function, argument)
}

// list evaluates the functions of lists, and Fn::ImportValue.
func (r *Resolver) list(function string, argument any) (any, error) {
	resolved, err := r.Value(argument)
	if err != nil {
		return nil, err
	}
	arguments, err := argumentsOf(function, resolved)
	if err != nil {
		return nil, err
	}
	switch function {
	case "Fn::Join":
		list, ok := arguments[1].([]any)
		var parts []string
		for _, part := range list {
			name, _ := Intrinsic(part)
			ok = ok && name == ""
			parts = append(parts, fmt.Sprint(part))
		}
		if !ok {
			return nil, fmt.Errorf("Fn::Join takes a list of texts: %v", arguments[1])
		}
		return strings.Join(parts, fmt.Sprint(arguments[0])), nil
	case "Fn::Split":
		list := []any{}
		for part := range strings.SplitSeq(fmt.Sprint(arguments[1]), fmt.Sprint(arguments[0])) {
			list = append(list, part)
		}
		return list, nil
	case "Fn::Select":
		list, _ := arguments[1].([]any)
		index, err := strconv.Atoi(fmt.Sprint(arguments[0]))
		if err != nil || index < 0 || index >= len(list) {
			return nil, fmt.Errorf("Fn::Select cannot select %v of %v", arguments[0], arguments[1])
		}
		return list[index], nil
	case "Fn::ImportValue":
		return "imported-" + fmt.Sprint(resolved), nil
	}
	return nil, fmt.Errorf("no function %s", function)
}

// ref evaluates Ref.
func (r *Resolver) ref(name string) (any, error) {
	if name == "AWS::NoValue" {
		return noValue, nil
	}
	if value, ok := r.Values[name]; ok {
		return value, nil
	}
	return r.Attribute(name, "")
}

// variable matches a variable in the text of Fn::Sub.
var variable = regexp.MustCompile(`\$\{([A-Za-z0-9:.]+)\}`)

// sub evaluates Fn::Sub with the text's own variables. It returns an Fn::Sub where the
// attribute of a resource stays an intrinsic function.
func (r *Resolver) sub(text string, own Object) (any, error) {
	var failed error
	open := false
	text = variable.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		value, err := any(nil), error(nil)
		if given, ok := own[name]; ok {
			value, err = r.Value(given)
		} else if resource, attribute, ok := strings.Cut(name, "."); ok {
			value, err = r.Attribute(resource, attribute)
		} else {
			value, err = r.ref(name)
		}
		switch function, argument := Intrinsic(value); function {
		case "Ref":
			open = true
			return fmt.Sprintf("${%v}", argument)
		case "Fn::GetAtt":
			open = true
			parts, _ := argumentsOf(function, argument)
			return fmt.Sprintf("${%v.%v}", parts[0], parts[1])
		case "Fn::Sub":
			open = true
			return fmt.Sprint(argument) // its own variables are resolved
		}
		if kind := reflect.ValueOf(value).Kind(); err == nil && (kind == reflect.Map || kind == reflect.Slice) {
			err = fmt.Errorf("Fn::Sub of %s: %v", name, value)
		}
		failed = errors.Join(failed, err)
		return fmt.Sprint(value)
	})
	if open {
		return Object{"Fn::Sub": text}, failed
	}
	return text, failed
}

// Intrinsic returns the name and the argument of the intrinsic function that value is.
// The name is "" where value is none.
func Intrinsic(value any) (name string, argument any) {
	m, ok := value.(Object)
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
