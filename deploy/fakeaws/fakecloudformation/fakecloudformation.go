// Package fakecloudformation fakes the part of AWS CloudFormation's API that makes and
// updates stacks by change sets. It reads a template's parameters and resources, and
// refuses what CloudFormation refuses of them. A resource fails because its name is
// taken, because its code is not in the region, or because a test wants it. What takes
// time takes a number of polls of the stack. Conditions and rules are not evaluated:
// every resource is made.
//
// Sources are the AWS CloudFormation API Reference, and "Stack status codes", "Update
// behaviors of stack resources" and "Understand CloudFormation quotas" in its User
// Guide.
package fakecloudformation

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/"

// CloudFormation is a fake CloudFormation. Its fields are set before the first request,
// or while the server is locked.
type CloudFormation struct {
	// Fail has the reasons for which resources fail, by logical ID.
	Fail map[string]string
	// Hold has the reasons for which resources prevent a roll-back, by logical ID.
	Hold map[string]string
	// Code, where set, returns the region of a package, and reports whether it exists.
	Code func(bucket, key string) (region string, ok bool)
	// Outputs, where set, returns the outputs of a stack that was made.
	Outputs func(s *Stack) map[string]string
	// Pace is the number of events for each poll; 0 stands for 1.
	Pace int
	// PageSize is the maximum number of events on a page; 0 stands for 100.
	PageSize int

	server *fakeaws.Server
	stacks []*Stack
	taken  map[string]string // ARN of the stack, by region, type and name
	made   int               // number of IDs so far
}

// Stack is a stack.
type Stack struct {
	Name, Region, ID string
	Status           string
	Parameters       map[string]string

	order         []string // names of the parameters
	outputs       map[string]string
	body          string
	events        []event // the oldest first
	scheduled     []event
	sets          []*changeSet
	oldParameters map[string]string // before an update
	oldBody       string            // before an update
}

// event is an event of a stack.
type event struct {
	EventID              string `xml:"EventId"`
	StackID              string `xml:"StackId"`
	StackName            string
	LogicalResourceID    string `xml:"LogicalResourceId"`
	PhysicalResourceID   string `xml:"PhysicalResourceId"`
	ResourceType         string
	Timestamp            string
	ResourceStatus       string
	ResourceStatusReason string `xml:",omitempty"`
}

// New adds CloudFormation to server.
func New(server *fakeaws.Server) *CloudFormation {
	c := &CloudFormation{server: server, taken: map[string]string{}}
	service := server.Service("cloudformation", fakeaws.RefuseQuery)
	service.ARN = func(r *fakeaws.Request) string {
		return "arn:aws:cloudformation:" + r.Region + ":" + fakeaws.Account + ":stack/" + r.PostForm.Get("StackName") + "/*"
	}
	operations := map[string]fakeaws.Operation{}
	for _, op := range []fakeaws.Operation{
		{Name: "DescribeStacks", Do: c.describeStacks},
		{Name: "DescribeStackEvents", Do: c.describeStackEvents},
		{Name: "CreateChangeSet", Writes: true, Do: c.createChangeSet},
		{Name: "DescribeChangeSet", Do: c.describeChangeSet},
		{Name: "ExecuteChangeSet", Writes: true, Do: c.executeChangeSet},
		{Name: "DeleteChangeSet", Writes: true, Do: c.deleteChangeSet},
		{Name: "DeleteStack", Writes: true, Do: c.deleteStack},
	} {
		operations[op.Name] = op
	}
	service.HandleQuery("2010-05-15", operations)
	return c
}

// Stack returns the stack with a name in a region, or nil where there is none or it was
// deleted.
func (c *CloudFormation) Stack(region, name string) *Stack {
	c.server.Lock()
	defer c.server.Unlock()
	return c.find(region, name)
}

// Put sets the status of a stack.
func (c *CloudFormation) Put(region, name, status string) {
	c.server.Lock()
	defer c.server.Unlock()
	c.find(region, name).Status = status
}

// Run applies all scheduled events.
func (c *CloudFormation) Run() {
	c.server.Lock()
	defer c.server.Unlock()
	for _, s := range c.stacks {
		for len(s.scheduled) > 0 {
			c.step(s)
		}
	}
}

// invalid returns a ValidationError, which is almost all that CloudFormation answers.
func invalid(format string, args ...any) error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: "ValidationError", Message: fmt.Sprintf(format, args...)}
}

// find returns the stack with an ID, or with a name unless it was deleted, or nil.
func (c *CloudFormation) find(region, name string) *Stack {
	for _, s := range slices.Backward(c.stacks) {
		if s.Region == region && (s.ID == name || s.Name == name && s.Status != "DELETE_COMPLETE") {
			return s
		}
	}
	return nil
}

// id returns the next ID.
func (c *CloudFormation) id() string {
	c.made++
	return fmt.Sprintf("00000000-0000-0000-0000-%012d", c.made)
}

type member struct {
	Name, Value string
}

// describeStacks handles DescribeStacks of one stack.
func (c *CloudFormation) describeStacks(r *fakeaws.Request) (*fakeaws.Response, error) {
	s := c.find(r.Region, r.PostForm.Get("StackName"))
	if s == nil {
		return nil, invalid("Stack with id %s does not exist", r.PostForm.Get("StackName"))
	}
	c.step(s)
	var b strings.Builder
	fmt.Fprintf(&b, "<StackId>%s</StackId><StackName>%s</StackName><StackStatus>%s</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Parameters>", s.ID, s.Name, s.Status)
	for _, name := range s.order {
		writeMember(&b, "Parameter", member{name, s.Parameters[name]})
	}
	b.WriteString("</Parameters><Outputs>")
	for name, value := range s.outputs {
		writeMember(&b, "Output", member{name, value})
	}
	b.WriteString("</Outputs>")
	return fakeaws.QueryResult("DescribeStacks", namespace, raw("Stacks", "<member>"+b.String()+"</member>"))
}

// writeMember writes a parameter or an output.
func writeMember(b *strings.Builder, kind string, m member) {
	b.WriteString("<member>")
	for _, part := range []member{{kind + "Key", m.Name}, {kind + "Value", m.Value}} {
		b.WriteString("<" + part.Name + ">")
		_ = xml.EscapeText(b, []byte(part.Value)) // a strings.Builder takes everything
		b.WriteString("</" + part.Name + ">")
	}
	b.WriteString("</member>")
}

// element is an element with XML in it.
type element struct {
	XMLName xml.Name
	Inner   string `xml:",innerxml"`
}

func raw(name, inner string) element { return element{xml.Name{Local: name}, inner} }

// describeStackEvents handles DescribeStackEvents, with the newest event first.
func (c *CloudFormation) describeStackEvents(r *fakeaws.Request) (*fakeaws.Response, error) {
	s := c.find(r.Region, r.PostForm.Get("StackName"))
	if s == nil {
		return nil, invalid("Stack [%s] does not exist", r.PostForm.Get("StackName"))
	}
	newest := slices.Clone(s.events)
	slices.Reverse(newest)
	if after := r.PostForm.Get("NextToken"); after == "" {
		c.step(s)
		newest = slices.Clone(s.events)
		slices.Reverse(newest)
	} else {
		i := slices.IndexFunc(newest, func(e event) bool { return e.EventID == after })
		if i < 0 {
			return nil, invalid("Invalid token")
		}
		newest = newest[i+1:]
	}
	size := c.PageSize
	if size == 0 {
		size = 100
	}
	type page struct {
		XMLName xml.Name `xml:"StackEvents"`
		Events  []event  `xml:"member"`
	}
	answer := []any{page{Events: newest[:min(size, len(newest))]}}
	if len(newest) > size {
		answer = append(answer, raw("NextToken", newest[size-1].EventID))
	}
	return fakeaws.QueryResult("DescribeStackEvents", namespace, answer)
}

// deleteStack handles DeleteStack, which takes effect at once.
func (c *CloudFormation) deleteStack(r *fakeaws.Request) (*fakeaws.Response, error) {
	if s := c.find(r.Region, r.PostForm.Get("StackName")); s != nil {
		s.scheduled = nil
		c.apply(s, c.event(s, nil, "DELETE_IN_PROGRESS", "User Initiated"))
		c.free(s)
		c.apply(s, c.event(s, nil, "DELETE_COMPLETE", ""))
	}
	return fakeaws.QueryResult("DeleteStack", namespace, nil)
}

// event returns a new event of a resource, or of the stack itself where of is nil.
func (c *CloudFormation) event(s *Stack, of *resource, status, reason string) event {
	e := event{c.id(), s.ID, s.Name, s.Name, s.ID, "AWS::CloudFormation::Stack", "2026-01-01T00:00:00Z", status, reason}
	if of != nil {
		e.LogicalResourceID, e.ResourceType, e.PhysicalResourceID = of.id, of.kind, s.Name+"-"+of.id
	}
	return e
}

// apply adds an event to a stack, and changes the stack accordingly.
func (c *CloudFormation) apply(s *Stack, e event) {
	s.events = append(s.events, e)
	if e.PhysicalResourceID != s.ID {
		return
	}
	s.Status = e.ResourceStatus
	switch s.Status {
	case "UPDATE_ROLLBACK_IN_PROGRESS":
		s.Parameters, s.body = s.oldParameters, s.oldBody
	case "CREATE_COMPLETE", "UPDATE_COMPLETE":
		if c.Outputs != nil {
			s.outputs = c.Outputs(s)
		}
	}
}

// step applies the next c.Pace events.
func (c *CloudFormation) step(s *Stack) {
	for n := 0; n < max(c.Pace, 1) && len(s.scheduled) > 0; n++ {
		e := s.scheduled[0]
		s.scheduled = s.scheduled[1:]
		c.apply(s, e)
	}
}

// stackName matches the names of stacks.
var stackName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)
