package fakecloudformation

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// changeSet is a change set of a stack.
type changeSet struct {
	id, name   string
	create     bool
	parameters map[string]string
	body       string
	template   *template
	polls      int // so far
	nothing    bool
}

// createChangeSet handles CreateChangeSet with a template in the request.
func (c *CloudFormation) createChangeSet(r *fakeaws.Request) (*fakeaws.Response, error) {
	form := r.PostForm
	name, body := form.Get("StackName"), form.Get("TemplateBody")
	create := form.Get("ChangeSetType") == "CREATE"
	switch {
	case !stackName.MatchString(name):
		return nil, invalid("1 validation error detected: Value '%s' at 'stackName' failed to satisfy constraint", name)
	case !stackName.MatchString(form.Get("ChangeSetName")):
		return nil, invalid("1 validation error detected: Value at 'changeSetName' failed to satisfy constraint")
	case body == "" || len(body) > 51_200:
		return nil, invalid("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200")
	}
	t, err := read(body)
	if err != nil {
		return nil, err
	}
	s := c.find(r.Region, name)
	switch {
	case create && s != nil && s.Status != "REVIEW_IN_PROGRESS":
		return nil, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", name, form.Get("ChangeSetName"))
	case !create && s == nil:
		return nil, invalid("Stack [%s] does not exist", name)
	case !create && !slices.Contains([]string{"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}, s.Status):
		return nil, invalid("Stack:%s is in %s state and can not be updated.", s.ID, s.Status)
	}
	values, err := given(r, t, s, create)
	if err != nil {
		return nil, err
	}
	if need := t.capability(); need != "" && !hasMember(r, "Capabilities", need) && !hasMember(r, "Capabilities", "CAPABILITY_NAMED_IAM") {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InsufficientCapabilitiesException", Message: "Requires capabilities : [" + need + "]"}
	}
	if s == nil {
		s = &Stack{Name: name, Region: r.Region, Parameters: map[string]string{}}
		s.ID = "arn:aws:cloudformation:" + r.Region + ":" + fakeaws.Account + ":stack/" + name + "/" + c.id()
		c.stacks = append(c.stacks, s)
		c.apply(s, c.event(s, nil, "REVIEW_IN_PROGRESS", "User Initiated"))
	}
	if slices.ContainsFunc(s.sets, func(o *changeSet) bool { return o.name == form.Get("ChangeSetName") }) {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "AlreadyExistsException", Message: "ChangeSet " + form.Get("ChangeSetName") + " already exists"}
	}
	set := &changeSet{name: form.Get("ChangeSetName"), create: create, parameters: values, body: body, template: t,
		nothing: !create && body == s.body && maps.Equal(values, s.Parameters)}
	set.id = "arn:aws:cloudformation:" + r.Region + ":" + fakeaws.Account + ":changeSet/" + set.name + "/" + c.id()
	s.sets = append(s.sets, set)
	return fakeaws.QueryResult("CreateChangeSet", namespace, []any{raw("Id", set.id), raw("StackId", s.ID)})
}

// given returns the values of all parameters that follow from a request.
func given(r *fakeaws.Request, t *template, s *Stack, create bool) (map[string]string, error) {
	values := map[string]string{}
	for name, p := range t.parameters {
		if p.Default != nil {
			values[name] = *p.Default
		}
	}
	for n := 1; r.PostForm.Has(fmt.Sprintf("Parameters.member.%d.ParameterKey", n)); n++ {
		at := fmt.Sprintf("Parameters.member.%d.", n)
		name := r.PostForm.Get(at + "ParameterKey")
		if r.PostForm.Get(at+"UsePreviousValue") != "true" {
			values[name] = r.PostForm.Get(at + "ParameterValue")
			continue
		}
		if create {
			return nil, invalid("Cannot specify UsePreviousValue on Parameters when ChangeSetType is CREATE")
		}
		before, ok := s.Parameters[name]
		if !ok || r.PostForm.Has(at+"ParameterValue") {
			return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", name)
		}
		values[name] = before
	}
	return values, t.check(values)
}

// hasMember reports whether a list in a request has a value.
func hasMember(r *fakeaws.Request, list, value string) bool {
	for n := 1; r.PostForm.Has(fmt.Sprintf("%s.member.%d", list, n)); n++ {
		if r.PostForm.Get(fmt.Sprintf("%s.member.%d", list, n)) == value {
			return true
		}
	}
	return false
}

// findSet returns the change set whose ARN a request gives, and its stack.
func (c *CloudFormation) findSet(r *fakeaws.Request) (*Stack, *changeSet, error) {
	for _, s := range c.stacks {
		for _, set := range s.sets {
			if s.Region == r.Region && set.id == r.PostForm.Get("ChangeSetName") {
				return s, set, nil
			}
		}
	}
	return nil, nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "ChangeSetNotFound", Message: "ChangeSet [" + r.PostForm.Get("ChangeSetName") + "] does not exist"}
}

// describeChangeSet handles DescribeChangeSet. The first poll finds the set in
// creation.
func (c *CloudFormation) describeChangeSet(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, set, err := c.findSet(r)
	if err != nil {
		return nil, err
	}
	status, reason := "CREATE_COMPLETE", ""
	switch set.polls++; {
	case set.polls == 1:
		status = "CREATE_IN_PROGRESS"
	case set.nothing:
		status, reason = "FAILED", "The submitted information didn't contain changes. Submit different information to create a change set."
	}
	return fakeaws.QueryResult("DescribeChangeSet", namespace, []any{
		raw("ChangeSetId", set.id), raw("StackId", s.ID), raw("Status", status), raw("StatusReason", escaped(reason)),
	})
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}

// deleteChangeSet handles DeleteChangeSet.
func (c *CloudFormation) deleteChangeSet(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, set, err := c.findSet(r)
	if err != nil {
		return nil, err
	}
	s.sets = slices.DeleteFunc(s.sets, func(o *changeSet) bool { return o == set })
	return fakeaws.QueryResult("DeleteChangeSet", namespace, nil)
}

// executeChangeSet handles ExecuteChangeSet. It schedules the events of each resource
// and, where one fails, of the roll-back.
func (c *CloudFormation) executeChangeSet(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, set, err := c.findSet(r)
	if err != nil {
		return nil, err
	}
	if set.polls < 2 || set.nothing || len(s.scheduled) > 0 {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidChangeSetStatus", Message: "ChangeSet [" + set.id + "] cannot be executed in its current status"}
	}
	s.oldParameters, s.oldBody, s.sets = s.Parameters, s.body, nil
	s.Parameters, s.body, s.order = set.parameters, set.body, set.template.names
	verb, gerund := "UPDATE", "update"
	if set.create {
		verb, gerund = "CREATE", "creation"
	}
	c.apply(s, c.event(s, nil, verb+"_IN_PROGRESS", "User Initiated"))
	schedule := func(of *resource, status, reason string) {
		s.scheduled = append(s.scheduled, c.event(s, of, status, reason))
	}
	for i := range set.template.resources {
		of := &set.template.resources[i]
		schedule(of, verb+"_IN_PROGRESS", "")
		if reason := c.failure(s, of); reason != "" {
			if i+1 < len(set.template.resources) {
				next := &set.template.resources[i+1]
				schedule(next, verb+"_IN_PROGRESS", "")
				schedule(next, verb+"_FAILED", "Resource "+gerund+" cancelled")
			}
			schedule(of, verb+"_FAILED", reason)
			c.rollBack(s, set, of.id, schedule)
			return fakeaws.QueryResult("ExecuteChangeSet", namespace, nil)
		}
		schedule(of, verb+"_COMPLETE", "")
	}
	if !set.create {
		schedule(nil, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "")
	}
	schedule(nil, verb+"_COMPLETE", "")
	return fakeaws.QueryResult("ExecuteChangeSet", namespace, nil)
}

// rollBack schedules the events of a stack whose resource cause has failed.
func (c *CloudFormation) rollBack(s *Stack, set *changeSet, cause string, schedule func(*resource, string, string)) {
	prefix, verb := "UPDATE_ROLLBACK", "UPDATE"
	if set.create {
		prefix, verb = "ROLLBACK", "DELETE"
		c.free(s)
	}
	schedule(nil, prefix+"_IN_PROGRESS", "The following resource(s) failed: ["+cause+"]. ")
	for i := range set.template.resources {
		of := &set.template.resources[i]
		if reason := c.Hold[of.id]; reason != "" {
			schedule(of, verb+"_FAILED", reason)
			schedule(nil, prefix+"_FAILED", "The following resource(s) failed: ["+of.id+"]. ")
			return
		}
	}
	schedule(nil, prefix+"_COMPLETE", "")
}

// failure returns why a resource cannot be made, or "". It takes the resource's name.
func (c *CloudFormation) failure(s *Stack, of *resource) string {
	if reason := c.Fail[of.id]; reason != "" {
		return reason
	}
	if name := of.name(s); name != "" {
		key := of.scope(s.Region) + " " + of.kind + " " + name
		if owner, ok := c.taken[key]; ok && owner != s.ID {
			return name + " already exists in stack " + owner
		}
		c.taken[key] = s.ID
	}
	if code := property(of.properties, "Code"); code != nil && c.Code != nil {
		bucket, key := property(code, "S3Bucket"), property(code, "S3Key")
		switch region, ok := c.Code(s.resolve(bucket), s.resolve(key)); {
		case !ok:
			return "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
		case region != s.Region:
			return "Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: " + region + "."
		}
	}
	return ""
}

// free releases the names that a stack has taken.
func (c *CloudFormation) free(s *Stack) {
	maps.DeleteFunc(c.taken, func(_, owner string) bool { return owner == s.ID })
}
