package cfn

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const text = `
Parameters:
  Name: {Type: String, AllowedPattern: '^[a-z]*$', MaxLength: 5}
  Number: {Type: Number, Default: 5, MinValue: 1, MaxValue: 9}
Rules:
  Two:
    RuleCondition: !Equals [!Ref Name, two]
    Assertions:
      - {Assert: !Not [!Equals [!Ref Number, 5]], AssertDescription: two needs another number}
      - {Assert: !Contains [[six, two], !Ref Name], AssertDescription: never}
  Account:
    Assertions:
      - {Assert: !Equals [!Ref Queue, x], AssertDescription: no queue}
Conditions:
  IsTwo: !Equals [!Ref Name, two]
  IsBoth: !And [!Condition IsTwo, !Or [!Equals [!Ref Number, 6], !Equals [!Ref Number, 7]]]
Mappings:
  Words: {one: {of: first}, two: {of: second}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Condition: IsBoth}
Outputs:
  Second: {Value: 2}
  First: {Value: 1}
`

// resolverOf returns a resolver of text with the parameters values. Its only resource
// is Queue, whose attributes stay intrinsic functions.
func resolverOf(t *testing.T, values map[string]any) *Resolver {
	t.Helper()
	template, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &Resolver{template.Document, values, func(resource, name string) (any, error) {
		switch {
		case resource != "Queue":
			return nil, fmt.Errorf("no resource %s", resource)
		case name == "":
			return Object{"Ref": resource}, nil
		}
		return Object{"Fn::GetAtt": []any{resource, name}}, nil
	}}
}

// TestParse checks what Parse reads of a template, and the texts that it refuses.
func TestParse(t *testing.T) {
	template, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(template.Names, []string{"Name", "Number"}) || !slices.Equal(template.Outputs, []string{"Second", "First"}) {
		t.Errorf("parameters %q and outputs %q", template.Names, template.Outputs)
	}
	if p := template.Parameters["Number"]; p.Type != "Number" || *p.Default != "5" || *p.MaxValue != 9 {
		t.Errorf("%+v", p)
	}
	for _, wrong := range []string{"", "- a", "a: *b", "a: 1\na: 2", "{"} {
		if _, err := Parse([]byte(wrong)); err == nil {
			t.Errorf("%q is a template", wrong)
		}
	}
}

// TestValue checks that functions give what the guide says, and stay functions where
// only an existing resource has the value.
func TestValue(t *testing.T) {
	r := resolverOf(t, map[string]any{"Name": "two", "Number": 6, "AWS::Region": "eu-west-1"})
	for written, want := range map[string]any{
		"!Ref Name": "two",
		"!Sub '${Name}-${Number}-${AWS::Region}-${!a}'":       "two-6-eu-west-1-${!a}",
		"!Sub ['${A}', {A: !If [IsTwo, b, c]}]":               "b",
		"!Sub '${Queue}/${Queue.Arn}/${Name}'":                Object{"Fn::Sub": "${Queue}/${Queue.Arn}/two"},
		"!Sub ['a ${A}', {A: !Sub '${Queue}'}]":               Object{"Fn::Sub": "a ${Queue}"},
		"!Ref Queue":                                          Object{"Ref": "Queue"},
		"!GetAtt Queue.Arn":                                   Object{"Fn::GetAtt": []any{"Queue", "Arn"}},
		"!Join ['-', [a, !FindInMap [Words, !Ref Name, of]]]": "a-second",
		"!Split ['-', a-b]":                                   []any{"a", "b"},
		"!Select [1, !Split ['-', a-b]]":                      "b",
		"!If [IsBoth, {a: !Ref 'AWS::NoValue', b: 1}, 2]":     Object{"b": 1},
		"[1, !Ref 'AWS::NoValue']":                            []any{1},
		"{Condition: [a]}":                                    Object{"Condition": []any{"a"}},
	} {
		value, err := r.Value(document(t, written))
		if err != nil || !reflect.DeepEqual(value, want) {
			t.Errorf("%s: got %#v, %v, want %#v", written, value, err, want)
		}
	}
	for _, wrong := range []string{"!Ref Nothing", "!GetAtt Nothing.Arn", "!If [Nothing, a, b]", "!If [IsTwo]", "!Join [a]", "!Join [a, b]", "!Select [1, [a]]", "!Select [b, [a]]",
		"!Join [a, [!Ref Queue]]", "!Sub [a]", "!Sub '${Nothing}'", "!FindInMap [Words, three, of]", "!Wrong a", "!Sub ['${A}', {A: [1]}]"} {
		if value, err := r.Value(document(t, wrong)); err == nil {
			t.Errorf("%s is %v", wrong, value)
		}
	}
	for _, wrong := range []string{"!Equals [a]", "!Not []", "!And [!Condition IsTwo]", "!Condition Nothing", "a", "!Ref Name"} {
		if holds, err := r.Truth(document(t, wrong)); err == nil {
			t.Errorf("%s is %v", wrong, holds)
		}
	}
}

// document parses written as a template does.
func document(t *testing.T, written string) any {
	t.Helper()
	template, err := Parse([]byte("value: " + written))
	if err != nil {
		t.Fatal(err)
	}
	return template.Document["value"]
}

// TestRefusals checks the descriptions of the assertions that fail.
func TestRefusals(t *testing.T) {
	for number, want := range map[any][]string{5: {"two needs another number"}, "5": {"two needs another number"}, 6: nil} {
		r := resolverOf(t, map[string]any{"Name": "two", "Number": number, "Queue": "x"})
		if got, err := r.Refusals(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v: got %q, %v, want %q", number, got, err, want)
		}
	}
	// The rule that asks for an unknown value is an error, and the others still count.
	r := resolverOf(t, map[string]any{"Name": "two", "Number": 5})
	r.Attribute = func(resource, _ string) (any, error) { return nil, fmt.Errorf("no %s", resource) }
	if got, err := r.Refusals(); err == nil || !strings.Contains(err.Error(), "rule Account: no Queue") || len(got) != 1 {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestHolds checks the conditions of resources.
func TestHolds(t *testing.T) {
	for number, want := range map[int]bool{5: false, 6: true, 7: true} {
		r := resolverOf(t, map[string]any{"Name": "two", "Number": number})
		if got, err := r.Holds(r.Section("Resources")["Queue"].(Object)); err != nil || got != want {
			t.Errorf("%d: got %v, %v", number, got, err)
		}
	}
}

// TestParameterRefusal checks the values that a declaration accepts and refuses.
func TestParameterRefusal(t *testing.T) {
	template, err := Parse([]byte(`
Parameters:
  Pattern: {Type: String, AllowedPattern: 'a|b', ConstraintDescription: must be a or b}
  Plain: {Type: String, AllowedPattern: '[a-z]+', MinLength: 2, MaxLength: 3}
  Least: {Type: Number, MinValue: 2}
  Most: {Type: Number, MaxValue: 3}
  One: {Type: String, AllowedValues: [a, '1']}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, value, want string }{
		{"Pattern", "a", ""}, {"Pattern", "ab", "it must be a or b"}, {"Pattern", "a\n", "it must be a or b"},
		{"Plain", "äö", "it must match [a-z]+"}, {"Plain", "a", "want at least 2 characters"}, {"Plain", "abcd", "want at most 3 characters, not 4"}, {"Plain", "abc", ""},
		{"Least", "2", ""}, {"Least", "1.5", "want at least 2"}, {"Least", "x", "want a number"}, {"Least", "NaN", "want a number"},
		{"Most", "3", ""}, {"Most", "4", "want at most 3"},
		{"One", "1", ""}, {"One", "b", "want one of a, 1"},
	} {
		if got := template.Parameters[tt.name].Refusal(tt.value); got != tt.want {
			t.Errorf("%s=%q: %q, want %q", tt.name, tt.value, got, tt.want)
		}
	}
}
