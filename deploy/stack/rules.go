package stack

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// rule is an assertion of a template about its parameters. AWS CloudFormation User
// Guide, "Validate input parameters with rules".
type rule struct {
	condition, assertion any // in the form of [plain]; condition is nil for always
	text                 string
}

// parseRule reads one of the section Rules.
func parseRule(node yaml.Node) (rules []rule, err error) {
	var written struct {
		RuleCondition yaml.Node `yaml:"RuleCondition"`
		Assertions    []struct {
			Assert            yaml.Node `yaml:"Assert"`
			AssertDescription string    `yaml:"AssertDescription"`
		} `yaml:"Assertions"`
	}
	if err := node.Decode(&written); err != nil {
		return nil, err
	}
	var condition any
	if !written.RuleCondition.IsZero() {
		if condition, err = plain(&written.RuleCondition); err != nil {
			return nil, err
		}
	}
	for _, a := range written.Assertions {
		assertion, err := plain(&a.Assert)
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule{condition, assertion, a.AssertDescription})
	}
	return rules, nil
}

// call is an intrinsic function.
type call struct {
	function  string // "Fn::Equals", for instance
	arguments []any
}

// plain is a node as strings, lists and calls.
func plain(node *yaml.Node) (any, error) {
	var items []any
	name := ""
	switch node.Kind {
	case yaml.ScalarNode:
		items = []any{node.Value}
	case yaml.SequenceNode:
		for _, n := range node.Content {
			item, err := plain(n)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
	case yaml.MappingNode:
		if len(node.Content) != 2 {
			return nil, fmt.Errorf("line %d: want one function", node.Line)
		}
		name = node.Content[0].Value
		argument, err := plain(node.Content[1])
		if err != nil {
			return nil, err
		}
		if list, ok := argument.([]any); ok {
			return call{name, list}, nil
		}
		return call{name, []any{argument}}, nil
	default:
		return nil, fmt.Errorf("line %d: CloudFormation takes no aliases", node.Line)
	}
	if short, ok := strings.CutPrefix(node.Tag, "!"); ok && !strings.HasPrefix(short, "!") {
		if short != "Ref" && short != "Condition" {
			short = "Fn::" + short
		}
		return call{short, items}, nil
	}
	if node.Kind == yaml.ScalarNode {
		return node.Value, nil
	}
	return items, nil
}

// errUnknown says that a rule asks for what is not known here.
var errUnknown = errors.New("not known here")

// refusal is the rule's text where it does not hold. A rule that asks for what is
// not known here is left to CloudFormation.
func (r rule) refusal(values map[string]string) string {
	if r.condition != nil {
		if holds, err := truth(r.condition, values); err != nil || !holds {
			return ""
		}
	}
	if holds, err := truth(r.assertion, values); err != nil || holds {
		return ""
	}
	return r.text
}

// truth evaluates a condition.
func truth(value any, values map[string]string) (bool, error) {
	c, ok := value.(call)
	if !ok {
		return false, errUnknown
	}
	switch {
	case c.function == "Fn::Equals" && len(c.arguments) == 2:
		a, err := text(c.arguments[0], values)
		if err != nil {
			return false, err
		}
		b, err := text(c.arguments[1], values)
		return a == b, err
	case c.function == "Fn::Contains" && len(c.arguments) == 2:
		list, ok := c.arguments[0].([]any)
		one, err := text(c.arguments[1], values)
		if !ok || err != nil {
			return false, errUnknown
		}
		return slices.Contains(list, any(one)), nil
	case c.function == "Fn::Not" && len(c.arguments) == 1:
		holds, err := truth(c.arguments[0], values)
		return !holds, err
	case c.function == "Fn::And", c.function == "Fn::Or":
		for _, argument := range c.arguments {
			holds, err := truth(argument, values)
			if err != nil {
				return false, err
			}
			if holds == (c.function == "Fn::Or") {
				return holds, nil
			}
		}
		return c.function == "Fn::And", nil
	}
	return false, errUnknown
}

// text evaluates what a condition compares.
func text(value any, values map[string]string) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case call:
		if name, ok := v.arguments[0].(string); ok && v.function == "Ref" {
			if text, known := values[name]; known {
				return text, nil
			}
		}
	}
	return "", errUnknown
}
