// Package fakeiam fakes the part of AWS IAM's API that concerns roles. It evaluates
// inline policies as IAM does, but knows Effect, Action and Resource only.
//
// Sources are the AWS IAM API Reference and "Policy evaluation logic" in the IAM User
// Guide.
package fakeiam

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/"

// IAM is a fake IAM.
type IAM struct {
	server *fakeaws.Server
	roles  map[string]*role // by name
}

// role is a role, with its inline policies by name.
type role struct {
	trust, description string
	policies           map[string]string
}

// New adds IAM to server.
func New(server *fakeaws.Server) *IAM {
	i := &IAM{server: server, roles: map[string]*role{}}
	service := server.Service("iam", fakeaws.RefuseQuery)
	service.ARN = func(r *fakeaws.Request) string {
		return cmp.Or(r.PostForm.Get("PolicySourceArn"), arnOf(r.PostForm.Get("RoleName")))
	}
	service.HandleQuery("2010-05-08", map[string]fakeaws.Operation{
		"CreateRole":              {Name: "CreateRole", Writes: true, Do: i.createRole},
		"DeleteRole":              {Name: "DeleteRole", Writes: true, Do: i.deleteRole},
		"DeleteRolePolicy":        {Name: "DeleteRolePolicy", Writes: true, Do: i.deleteRolePolicy},
		"GetRole":                 {Name: "GetRole", Do: i.getRole},
		"GetRolePolicy":           {Name: "GetRolePolicy", Do: i.getRolePolicy},
		"ListRolePolicies":        {Name: "ListRolePolicies", Do: i.listRolePolicies},
		"PutRolePolicy":           {Name: "PutRolePolicy", Writes: true, Do: i.putRolePolicy},
		"SimulatePrincipalPolicy": {Name: "SimulatePrincipalPolicy", Do: i.simulate},
		"UpdateAssumeRolePolicy":  {Name: "UpdateAssumeRolePolicy", Writes: true, Do: i.updateTrust},
	})
	return i
}

// Role makes or replaces a role with a trust policy and an inline policy, both in JSON.
func (i *IAM) Role(name, trust, policy string) {
	i.server.Lock()
	defer i.server.Unlock()
	i.roles[name] = &role{trust: trust, policies: map[string]string{"edgeresize": policy}}
}

// arnOf returns the ARN of a role.
func arnOf(role string) string { return "arn:aws:iam::" + fakeaws.Account + ":role/" + role }

// evaluation is the decision for one action.
type evaluation struct {
	XMLName          xml.Name `xml:"member"`
	EvalActionName   string
	EvalResourceName string
	EvalDecision     string
}

// simulate handles SimulatePrincipalPolicy.
func (i *IAM) simulate(r *fakeaws.Request) (*fakeaws.Response, error) {
	arn := r.PostForm.Get("PolicySourceArn")
	name, ok := strings.CutPrefix(arn, arnOf(""))
	if !ok {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidInput", Message: "Invalid Entity Arn: " + arn}
	}
	found, err := i.find(path.Base(name))
	if err != nil {
		return nil, err
	}
	type result struct {
		XMLName     xml.Name `xml:"EvaluationResults"`
		Evaluations []evaluation
	}
	var all result
	for n := 1; r.PostForm.Has(fmt.Sprintf("ActionNames.member.%d", n)); n++ {
		action, resource := r.PostForm.Get(fmt.Sprintf("ActionNames.member.%d", n)), r.PostForm.Get("ResourceArns.member.1")
		decision, err := found.decide(action, resource)
		if err != nil {
			return nil, err
		}
		all.Evaluations = append(all.Evaluations, evaluation{EvalActionName: action, EvalResourceName: resource, EvalDecision: decision})
	}
	return fakeaws.QueryResult("SimulatePrincipalPolicy", namespace, []any{all, struct {
		XMLName xml.Name `xml:"IsTruncated"`
		Text    string   `xml:",chardata"`
	}{Text: "false"}})
}

// decide returns the decision of all policies of a role on an action and a resource.
func (r *role) decide(action, resource string) (string, error) {
	all := "implicitDeny"
	for _, policy := range r.policies {
		switch decision, err := Decide(policy, action, resource); {
		case err != nil || decision == "explicitDeny":
			return decision, err
		case decision == "allowed":
			all = decision
		}
	}
	return all, nil
}

// Decide returns the decision of a policy in JSON on an action and a resource:
// "allowed", "explicitDeny" or "implicitDeny". A denial outweighs a permission.
func Decide(policy, action, resource string) (string, error) {
	var document struct {
		Statement []struct {
			Effect           string
			Action, Resource any
		}
	}
	if policy == "" {
		return "implicitDeny", nil
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return "", err
	}
	decision := "implicitDeny"
	for _, s := range document.Statement {
		if !anyMatches(s.Action, action) || !anyMatches(s.Resource, resource) {
			continue
		}
		if s.Effect == "Deny" {
			return "explicitDeny", nil
		}
		decision = "allowed"
	}
	return decision, nil
}

// anyMatches reports whether a pattern, or one in a list of patterns, matches name.
func anyMatches(patterns any, name string) bool {
	switch patterns := patterns.(type) {
	case string:
		return matches(patterns, name)
	case []any:
		for _, pattern := range patterns {
			if anyMatches(pattern, name) {
				return true
			}
		}
	}
	return false
}

// matches reports whether pattern, in which "*" stands for anything, matches name. A
// name may end in "*" too, and then stands for all names that begin so.
func matches(pattern, name string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return strings.EqualFold(pattern, name)
	}
	if !strings.HasPrefix(name, before) {
		return false
	}
	for rest := name[len(before):]; ; rest = rest[1:] {
		if matches(after, rest) {
			return true
		}
		if rest == "" {
			return false
		}
	}
}
