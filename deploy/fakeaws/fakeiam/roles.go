package fakeiam

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Trusts reports whether a service may assume the role with an ARN. The caller holds
// the server's lock.
func (i *IAM) Trusts(arn, service string) bool {
	r := i.roles[arn[strings.LastIndexByte(arn, '/')+1:]]
	return r != nil && strings.Contains(r.trust, `"`+service+`"`)
}

// String returns the whole state as text.
func (i *IAM) String() string {
	i.server.Lock()
	defer i.server.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(i.roles)) {
		r := i.roles[name]
		fmt.Fprintf(&b, "%s (%s) trusts %s\n", name, r.description, r.trust)
		for _, policy := range slices.Sorted(maps.Keys(r.policies)) {
			fmt.Fprintf(&b, "%s %s: %s\n", name, policy, r.policies[policy])
		}
	}
	return b.String()
}

// Outdate makes a role trust Lambda alone and removes its policies, as if an older
// version of a program had made it.
func (i *IAM) Outdate(name string) {
	i.server.Lock()
	defer i.server.Unlock()
	i.roles[name].trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	i.roles[name].policies = map[string]string{}
}

func refused(status int, code, format string, args ...any) error {
	return &fakeaws.Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// find returns a role.
func (i *IAM) find(name string) (*role, error) {
	r := i.roles[name]
	if r == nil {
		return nil, refused(http.StatusNotFound, "NoSuchEntity", "The role with name %s cannot be found.", name)
	}
	return r, nil
}

// roleElement is a Role in a response.
type roleElement struct {
	XMLName                  xml.Name `xml:"Role"`
	Path, RoleName           string
	RoleId, Arn, CreateDate  string
	AssumeRolePolicyDocument string
	Description              string `xml:",omitempty"`
}

// element returns the role for a response.
func (r *role) element(name string) roleElement {
	return roleElement{
		Path: "/", RoleName: name, RoleId: "AROAFAKEAWSFAKEAWS00", Arn: arnOf(name), CreateDate: "2026-01-01T00:00:00Z",
		// "Policies returned by this operation are URL-encoded."
		AssumeRolePolicyDocument: url.QueryEscape(r.trust), Description: r.description,
	}
}

// getRole handles GetRole.
func (i *IAM) getRole(r *fakeaws.Request) (*fakeaws.Response, error) {
	name := r.PostForm.Get("RoleName")
	found, err := i.find(name)
	if err != nil {
		return nil, err
	}
	return fakeaws.QueryResult("GetRole", namespace, found.element(name))
}

// The names of roles and policies, and the descriptions of roles, that IAM takes. AWS
// IAM API Reference, "CreateRole", "PutRolePolicy".
var (
	roleName    = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	policyName  = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	description = regexp.MustCompile(`^[\t\n\r -~\x{A1}-\x{FF}]{0,1000}$`)
)

// maxInline is the maximum length of a role's inline policies together, in characters
// other than white space. AWS IAM User Guide, "IAM and AWS STS quotas".
const maxInline = 10240

// document returns the policy document in a field of a request.
func document(r *fakeaws.Request, field string) (string, error) {
	text := r.PostForm.Get(field)
	var parsed struct {
		Version   string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &parsed); err != nil || parsed.Version != "2012-10-17" || len(parsed.Statement) == 0 {
		return "", refused(http.StatusBadRequest, "MalformedPolicyDocument", "Syntax errors in policy. (%v)", err)
	}
	if strings.ContainsFunc(text, func(c rune) bool { return c > 0xff }) {
		return "", refused(http.StatusBadRequest, "ValidationError", "Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+")
	}
	return text, nil
}

// createRole handles CreateRole.
func (i *IAM) createRole(r *fakeaws.Request) (*fakeaws.Response, error) {
	name, text := r.PostForm.Get("RoleName"), r.PostForm.Get("Description")
	trust, err := document(r, "AssumeRolePolicyDocument")
	switch {
	case err != nil:
		return nil, err
	case !roleName.MatchString(name) || !description.MatchString(text):
		return nil, refused(http.StatusBadRequest, "ValidationError", "The name %q or the description %q is not valid.", name, text)
	case i.roles[name] != nil:
		return nil, refused(http.StatusConflict, "EntityAlreadyExists", "Role with name %s already exists.", name)
	}
	made := &role{trust: trust, description: text, policies: map[string]string{}}
	i.roles[name] = made
	return fakeaws.QueryResult("CreateRole", namespace, made.element(name))
}

// updateTrust handles UpdateAssumeRolePolicy.
func (i *IAM) updateTrust(r *fakeaws.Request) (*fakeaws.Response, error) {
	found, err := i.find(r.PostForm.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if found.trust, err = document(r, "PolicyDocument"); err != nil {
		return nil, err
	}
	return fakeaws.QueryResult("UpdateAssumeRolePolicy", namespace, []any{})
}

// deleteRole handles DeleteRole.
func (i *IAM) deleteRole(r *fakeaws.Request) (*fakeaws.Response, error) {
	found, err := i.find(r.PostForm.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if len(found.policies) > 0 {
		return nil, refused(http.StatusConflict, "DeleteConflict", "Cannot delete entity, must delete policies first.")
	}
	delete(i.roles, r.PostForm.Get("RoleName"))
	return fakeaws.QueryResult("DeleteRole", namespace, []any{})
}

// putRolePolicy handles PutRolePolicy.
func (i *IAM) putRolePolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	found, err := i.find(r.PostForm.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	name := r.PostForm.Get("PolicyName")
	text, err := document(r, "PolicyDocument")
	if err != nil {
		return nil, err
	}
	if !policyName.MatchString(name) {
		return nil, refused(http.StatusBadRequest, "ValidationError", "The name %q is not valid.", name)
	}
	total := len(strings.Join(strings.Fields(text), ""))
	for other, policy := range found.policies {
		if other != name {
			total += len(strings.Join(strings.Fields(policy), ""))
		}
	}
	if total > maxInline {
		return nil, refused(http.StatusConflict, "LimitExceeded", "Maximum policy size of %d bytes exceeded for role %s", maxInline, r.PostForm.Get("RoleName"))
	}
	found.policies[name] = text
	return fakeaws.QueryResult("PutRolePolicy", namespace, []any{})
}

// inline returns the role of a request and the name of the policy that the request
// means.
func (i *IAM) inline(r *fakeaws.Request) (*role, string, error) {
	found, err := i.find(r.PostForm.Get("RoleName"))
	if err != nil {
		return nil, "", err
	}
	name := r.PostForm.Get("PolicyName")
	if _, ok := found.policies[name]; !ok {
		return nil, "", refused(http.StatusNotFound, "NoSuchEntity", "The role policy with name %s cannot be found.", name)
	}
	return found, name, nil
}

// getRolePolicy handles GetRolePolicy.
func (i *IAM) getRolePolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	found, name, err := i.inline(r)
	if err != nil {
		return nil, err
	}
	type element struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
	}
	return fakeaws.QueryResult("GetRolePolicy", namespace, []element{
		{xml.Name{Local: "RoleName"}, r.PostForm.Get("RoleName")}, {xml.Name{Local: "PolicyName"}, name},
		{xml.Name{Local: "PolicyDocument"}, url.QueryEscape(found.policies[name])},
	})
}

// deleteRolePolicy handles DeleteRolePolicy.
func (i *IAM) deleteRolePolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	found, name, err := i.inline(r)
	if err != nil {
		return nil, err
	}
	delete(found.policies, name)
	return fakeaws.QueryResult("DeleteRolePolicy", namespace, []any{})
}

// listRolePolicies handles ListRolePolicies.
func (i *IAM) listRolePolicies(r *fakeaws.Request) (*fakeaws.Response, error) {
	found, err := i.find(r.PostForm.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	type names struct {
		XMLName xml.Name `xml:"PolicyNames"`
		Member  []string `xml:"member"`
	}
	type truncated struct {
		XMLName xml.Name `xml:"IsTruncated"`
		Text    string   `xml:",chardata"`
	}
	return fakeaws.QueryResult("ListRolePolicies", namespace, []any{names{Member: slices.Sorted(maps.Keys(found.policies))}, truncated{Text: "false"}})
}
