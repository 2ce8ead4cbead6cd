// Package iampolicy reads the policy documents of IAM roles and S3 buckets: which
// actions a statement allows to whom, and on what condition.
//
// It ignores NotAction, NotResource and NotPrincipal, so that a statement with one of
// them may allow more than this package reports. Source: AWS IAM User Guide, "IAM JSON
// policy element reference".
package iampolicy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Policy is a policy document.
type Policy struct {
	Statement List[Statement]
}

// Statement is one statement of a policy.
type Statement struct {
	Sid       string
	Effect    string
	Principal Principal
	Action    List[string]
	Resource  List[string]
	// Condition holds the wanted values by operator and key.
	Condition map[string]map[string]List[Value]
}

// Principal holds principals by kind, such as "Service". Everybody is "*" of the kind
// "*".
type Principal map[string]List[string]

// Value is a value that a condition wants. Booleans and numbers keep their JSON
// spelling.
type Value string

// List is a JSON array of values, or a value alone.
type List[T any] []T

// Parse reads a policy. It returns the errors of encoding/json.
func Parse(text string) (Policy, error) {
	var p Policy
	err := json.Unmarshal([]byte(text), &p)
	return p, err
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Principal) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = Principal{"*": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]List[string])(p))
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*string)(v))
	}
	*v = Value(data)
	return nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*[]T)(l))
	}
	var one T
	err := json.Unmarshal(data, &one)
	*l = List[T]{one}
	return err
}

// Trusts reports whether a role's policy lets a service assume the role.
func (p Policy) Trusts(service string) bool {
	return slices.ContainsFunc(p.Statement, func(s Statement) bool {
		return s.Allows("sts:AssumeRole") && s.IsFor(service)
	})
}

// Allows reports whether the statement allows an action, such as "s3:GetObject". It
// ignores the case of letters.
func (s Statement) Allows(action string) bool {
	return s.Effect == "Allow" && slices.ContainsFunc(s.Action, func(pattern string) bool {
		return Matches(strings.ToLower(pattern), strings.ToLower(action))
	})
}

// IsFor reports whether the statement names a service, such as "s3.amazonaws.com".
func (s Statement) IsFor(service string) bool {
	return slices.Contains(s.Principal["Service"], service)
}

// IsForEverybody reports whether the statement is for everybody, without a condition.
func (s Statement) IsForEverybody() bool {
	return len(s.Condition) == 0 && (slices.Contains(s.Principal["*"], "*") || slices.Contains(s.Principal["AWS"], "*"))
}

// Covers reports whether the statement is for a resource, whose ARN may end in "*".
func (s Statement) Covers(resource string) bool {
	return slices.ContainsFunc(s.Resource, func(pattern string) bool { return Matches(pattern, resource) })
}

// Wanted returns the values that the statement's conditions want of a key, such as
// "aws:SourceArn", whatever the operator.
func (s Statement) Wanted(key string) (values []string) {
	for _, operator := range s.Condition {
		for name, wanted := range operator {
			if strings.EqualFold(name, key) {
				for _, v := range wanted {
					values = append(values, string(v))
				}
			}
		}
	}
	return values
}

// Matches reports whether text matches pattern. It knows one wildcard: a "*" at the
// end.
func Matches(pattern, text string) bool {
	start, wild := strings.CutSuffix(pattern, "*")
	return pattern == text || wild && strings.HasPrefix(text, start)
}
