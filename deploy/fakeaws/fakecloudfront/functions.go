package fakecloudfront

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// functionARN is what the ARN of a CloudFront Function is before its name.
const functionARN = "arn:aws:cloudfront::" + fakeaws.Account + ":function/"

// maxFunction is how much code a function may have, in bytes. CloudFront Developer
// Guide, "Quotas on CloudFront Functions".
const maxFunction = 10 * 1024

// viewerFunction is a CloudFront Function: what is worked on and, once that has been
// published, what runs.
type viewerFunction struct {
	development stage
	live        *stage
}

// stage is a function in one of its stages.
type stage struct{ code, comment, runtime, etag string }

// AddFunction makes a CloudFront Function and publishes it. The result is its ARN.
func (c *CloudFront) AddFunction(name, code string) (arn string) {
	c.server.Lock()
	defer c.server.Unlock()
	made := stage{code: code, comment: "a function", runtime: "cloudfront-js-2.0", etag: newETag()}
	c.viewerFunctions[name] = &viewerFunction{made, &made}
	return functionARN + name
}

func (c *CloudFront) handleFunctions(service *fakeaws.Service) {
	for pattern, op := range map[string]fakeaws.Operation{
		"POST /2020-05-31/function":                {Name: "CreateFunction", Writes: true, Do: c.createFunction},
		"GET /2020-05-31/function/{name}":          {Name: "GetFunction", Do: c.getFunction},
		"PUT /2020-05-31/function/{name}":          {Name: "UpdateFunction", Writes: true, Do: c.updateFunction},
		"DELETE /2020-05-31/function/{name}":       {Name: "DeleteFunction", Writes: true, Do: c.deleteFunction},
		"GET /2020-05-31/function/{name}/describe": {Name: "DescribeFunction", Do: c.describeFunction},
		"POST /2020-05-31/function/{name}/publish": {Name: "PublishFunction", Writes: true, Do: c.publishFunction},
	} {
		service.Handle(pattern, op)
	}
}

// stage is the stage of a function that a request names.
func (c *CloudFront) stage(r *fakeaws.Request) (stage, error) {
	f := c.viewerFunctions[r.PathValue("name")]
	switch name := r.URL.Query().Get("Stage"); {
	case name != "" && name != "DEVELOPMENT" && name != "LIVE":
		return stage{}, invalid("InvalidArgument", "Stage is %q", name)
	case f == nil || name == "LIVE" && f.live == nil:
		return stage{}, noFunction()
	case name == "LIVE":
		return *f.live, nil
	default:
		return f.development, nil
	}
}

// getFunction is GetFunction.
func (c *CloudFront) getFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.stage(r)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/octet-stream"}, "ETag": {s.etag}}
	return &fakeaws.Response{Header: header, Body: []byte(s.code)}, nil
}

// describeFunction is DescribeFunction.
func (c *CloudFront) describeFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.stage(r)
	if err != nil {
		return nil, err
	}
	return answer(s.etag, s.summary(r.PathValue("name"), r.URL.Query().Get("Stage"))), nil
}

// summary is a FunctionSummary.
func (s stage) summary(name, at string) string {
	if at == "" {
		at = "DEVELOPMENT"
	}
	return fmt.Sprintf(`%s<FunctionSummary xmlns="%s"><Name>%s</Name><Status>UNPUBLISHED</Status><FunctionConfig><Comment>%s</Comment><Runtime>%s</Runtime></FunctionConfig>`+
		`<FunctionMetadata><FunctionARN>%s%s</FunctionARN><Stage>%s</Stage><CreatedTime>2026-01-01T00:00:00Z</CreatedTime><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>`+
		`</FunctionMetadata></FunctionSummary>`, xml.Header, namespace, escaped(name), escaped(s.comment), s.runtime, functionARN, escaped(name), at)
}

// functionName matches what a function may be called. CloudFront API Reference,
// "CreateFunction".
var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// functionRequest is the body of CreateFunction or, without a name, of
// UpdateFunction.
type functionRequest struct {
	XMLName        xml.Name
	Name           string
	FunctionConfig *struct{ Comment, Runtime string }
	FunctionCode   string // in base64
}

// readFunction reads a function, and refuses one that CloudFront does not take.
func readFunction(r *fakeaws.Request, root string) (name string, s stage, err error) {
	var in functionRequest
	if err := xml.Unmarshal(r.Body, &in); err != nil || in.XMLName.Local != root || in.XMLName.Space != namespace || in.FunctionConfig == nil {
		return "", stage{}, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	}
	code, err := base64.StdEncoding.DecodeString(in.FunctionCode)
	if err != nil {
		return "", stage{}, invalid("MalformedXML", "FunctionCode: %v", err)
	}
	s = stage{string(code), in.FunctionConfig.Comment, in.FunctionConfig.Runtime, newETag()}
	switch {
	case s.runtime != "cloudfront-js-1.0" && s.runtime != "cloudfront-js-2.0", s.code == "", len(s.comment) > 128:
		return "", stage{}, invalid("InvalidArgument", "The runtime is %q, the comment %q, and there are %d bytes of code.", s.runtime, s.comment, len(s.code))
	case len(s.code) > maxFunction:
		return "", stage{}, &fakeaws.Error{Status: http.StatusRequestEntityTooLarge, Code: "FunctionSizeLimitExceeded", Message: "The function is too large."}
	}
	return in.Name, s, nil
}

// createFunction is CreateFunction.
func (c *CloudFront) createFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	name, made, err := readFunction(r, "CreateFunctionRequest")
	switch {
	case err != nil:
		return nil, err
	case !functionName.MatchString(name):
		return nil, invalid("InvalidArgument", "The name is %q.", name)
	case c.viewerFunctions[name] != nil:
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "FunctionAlreadyExists", Message: "A function with the same name already exists."}
	}
	c.viewerFunctions[name] = &viewerFunction{development: made}
	response := answer(made.etag, made.summary(name, ""))
	response.Status = http.StatusCreated
	return response, nil
}

// changedFunction is the function that a request changes.
func (c *CloudFront) changedFunction(r *fakeaws.Request) (*viewerFunction, error) {
	f := c.viewerFunctions[r.PathValue("name")]
	if f == nil {
		return nil, noFunction()
	}
	return f, matched(r, f.development.etag)
}

// updateFunction is UpdateFunction.
func (c *CloudFront) updateFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := c.changedFunction(r)
	if err != nil {
		return nil, err
	}
	_, made, err := readFunction(r, "UpdateFunctionRequest")
	if err != nil {
		return nil, err
	}
	f.development = made
	return answer(made.etag, made.summary(r.PathValue("name"), "")), nil
}

// publishFunction is PublishFunction.
func (c *CloudFront) publishFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := c.changedFunction(r)
	if err != nil {
		return nil, err
	}
	live := f.development
	f.live = &live
	return answer("", live.summary(r.PathValue("name"), "LIVE")), nil
}

// deleteFunction is DeleteFunction.
func (c *CloudFront) deleteFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	if _, err := c.changedFunction(r); err != nil {
		return nil, err
	}
	if c.uses("FunctionARN", functionARN+r.PathValue("name")) {
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "FunctionInUse", Message: "Cannot delete the function because it's attached to one or more cache behaviors."}
	}
	delete(c.viewerFunctions, r.PathValue("name"))
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

func noFunction() error {
	return &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchFunctionExists", Message: "The specified function does not exist."}
}

// checkViewerFunctions refuses the CloudFront Functions of a behaviour as CloudFront
// does. CloudFront Developer Guide, "Restrictions on all edge functions": one
// function for each event, and at viewers' events not both kinds of functions.
func (c *CloudFront) checkViewerFunctions(b behavior) error {
	associations := b.FunctionAssociations.Items.FunctionAssociation
	if !consistent(b.FunctionAssociations.Quantity, len(associations)) {
		return inconsistent("FunctionAssociations")
	}
	var seen []string
	for _, a := range associations {
		if a.EventType != "viewer-request" && a.EventType != "viewer-response" || slices.Contains(seen, a.EventType) {
			return invalid("InvalidFunctionAssociation", "A CloudFront Function cannot be associated with %s, or not twice.", a.EventType)
		}
		seen = append(seen, a.EventType)
		name, ok := strings.CutPrefix(a.FunctionARN, functionARN)
		if f := c.viewerFunctions[name]; !ok || f == nil || f.live == nil {
			return invalid("InvalidFunctionAssociation", "The function %s does not exist or is not published.", a.FunctionARN)
		}
		for _, l := range b.LambdaFunctionAssociations.Items.LambdaFunctionAssociation {
			if strings.HasPrefix(l.EventType, "viewer-") {
				return invalid("InvalidFunctionAssociation", "CloudFront Functions and Lambda@Edge cannot both be associated with viewer events.")
			}
		}
	}
	return nil
}
