package fakecloudfront

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// functionARN is the ARN of a CloudFront Function without its name.
const functionARN = "arn:aws:cloudfront::" + fakeaws.Account + ":function/"

// maxFunction is the maximum size of a function's code, in bytes. CloudFront Developer
// Guide, "Quotas on CloudFront Functions".
const maxFunction = 10 * 1024

// viewerFunction is a CloudFront Function. live is nil until development is published.
type viewerFunction struct {
	development stagedFunction
	live        *stagedFunction
}

// stagedFunction is a function in the stage DEVELOPMENT or LIVE.
// Store is the ARN of its key value store, or "".
type stagedFunction struct{ code, comment, runtime, etag, store string }

// AddFunction makes and publishes a CloudFront Function, and returns its ARN.
func (c *CloudFront) AddFunction(name, code string) (arn string) {
	c.server.Lock()
	defer c.server.Unlock()
	made := stagedFunction{code: code, comment: "a function", runtime: "cloudfront-js-2.0", etag: newETag()}
	c.viewerFunctions[name] = &viewerFunction{made, &made}
	return functionARN + name
}

// AddSigningFunction does what AddFunction does, for a function with a key value store.
func (c *CloudFront) AddSigningFunction(name, code, store string) (arn string) {
	arn = c.AddFunction(name, code)
	c.server.Lock()
	defer c.server.Unlock()
	f := c.viewerFunctions[name]
	f.development.store, f.live.store = store, store
	return arn
}

// handleFunctions adds the operations on CloudFront Functions.
func (c *CloudFront) handleFunctions(service *fakeaws.Service) {
	for pattern, op := range map[string]fakeaws.Operation{
		"POST /2020-05-31/function":                {Name: "CreateFunction", Writes: true, Do: c.createFunction},
		"GET /2020-05-31/function/{name}":          {Name: "GetFunction", Do: c.getFunction},
		"PUT /2020-05-31/function/{name}":          {Name: "UpdateFunction", Writes: true, Do: c.updateFunction},
		"DELETE /2020-05-31/function/{name}":       {Name: "DeleteFunction", Writes: true, Do: c.deleteFunction},
		"GET /2020-05-31/function/{name}/describe": {Name: "DescribeFunction", Do: c.describeFunction},
		"POST /2020-05-31/function/{name}/test":    {Name: "TestFunction", Do: c.testFunction},
		"POST /2020-05-31/function/{name}/publish": {Name: "PublishFunction", Writes: true, Do: c.publishFunction},
	} {
		service.Handle(pattern, op)
	}
}

// staged returns the function that a request names, in the stage that it names.
func (c *CloudFront) staged(r *fakeaws.Request) (stagedFunction, error) {
	f := c.viewerFunctions[r.PathValue("name")]
	switch name := r.URL.Query().Get("Stage"); {
	case name != "" && name != "DEVELOPMENT" && name != "LIVE":
		return stagedFunction{}, invalid("InvalidArgument", "Stage is %q", name)
	case f == nil || name == "LIVE" && f.live == nil:
		return stagedFunction{}, noFunction()
	case name == "LIVE":
		return *f.live, nil
	default:
		return f.development, nil
	}
}

// getFunction handles GetFunction.
func (c *CloudFront) getFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.staged(r)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/octet-stream"}, "ETag": {s.etag}}
	return &fakeaws.Response{Header: header, Body: []byte(s.code)}, nil
}

// describeFunction handles DescribeFunction.
func (c *CloudFront) describeFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.staged(r)
	if err != nil {
		return nil, err
	}
	return answer(s.etag, s.summary(r.PathValue("name"), r.URL.Query().Get("Stage"))), nil
}

// summary returns a FunctionSummary in XML. The stage is DEVELOPMENT where at is "".
func (s stagedFunction) summary(name, at string) string {
	if at == "" {
		at = "DEVELOPMENT"
	}
	return fmt.Sprintf(`%s<FunctionSummary xmlns="%s"><Name>%s</Name><Status>UNPUBLISHED</Status><FunctionConfig><Comment>%s</Comment><Runtime>%s</Runtime>%s</FunctionConfig>`+
		`<FunctionMetadata><FunctionARN>%s%s</FunctionARN><Stage>%s</Stage><CreatedTime>2026-01-01T00:00:00Z</CreatedTime><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>`+
		`</FunctionMetadata></FunctionSummary>`, xml.Header, namespace, escaped(name), escaped(s.comment), s.runtime, s.storeElements(), functionARN, escaped(name), at)
}

// functionName matches the names of functions. CloudFront API Reference,
// "CreateFunction".
var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// functionRequest is the body of CreateFunction, or of UpdateFunction, which has no
// name.
type functionRequest struct {
	XMLName        xml.Name
	Name           string
	FunctionConfig *struct {
		Comment, Runtime          string
		KeyValueStoreAssociations *associatedStores
	}
	FunctionCode string // in base64
}

// readFunction parses a request with the element root, and refuses a function that
// CloudFront refuses.
func (c *CloudFront) readFunction(r *fakeaws.Request, root string) (name string, s stagedFunction, err error) {
	var in functionRequest
	if err := xml.Unmarshal(r.Body, &in); err != nil || in.XMLName.Local != root || in.XMLName.Space != namespace || in.FunctionConfig == nil {
		return "", stagedFunction{}, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	}
	code, err := base64.StdEncoding.DecodeString(in.FunctionCode)
	if err != nil {
		return "", stagedFunction{}, invalid("MalformedXML", "FunctionCode: %v", err)
	}
	s = stagedFunction{string(code), in.FunctionConfig.Comment, in.FunctionConfig.Runtime, newETag(), ""}
	if s.store, err = in.FunctionConfig.KeyValueStoreAssociations.one(); err != nil {
		return "", stagedFunction{}, err
	}
	if err := c.checkStore(s); err != nil {
		return "", stagedFunction{}, err
	}
	switch {
	case s.runtime != "cloudfront-js-1.0" && s.runtime != "cloudfront-js-2.0", s.code == "", len(s.comment) > 128:
		return "", stagedFunction{}, invalid("InvalidArgument", "The runtime is %q, the comment %q, and there are %d bytes of code.", s.runtime, s.comment, len(s.code))
	case len(s.code) > maxFunction:
		return "", stagedFunction{}, &fakeaws.Error{Status: http.StatusRequestEntityTooLarge, Code: "FunctionSizeLimitExceeded", Message: "The function is too large."}
	}
	return in.Name, s, nil
}

// createFunction handles CreateFunction.
func (c *CloudFront) createFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	name, made, err := c.readFunction(r, "CreateFunctionRequest")
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

// changedFunction returns the function that a request changes, if If-Match allows it.
func (c *CloudFront) changedFunction(r *fakeaws.Request) (*viewerFunction, error) {
	f := c.viewerFunctions[r.PathValue("name")]
	if f == nil {
		return nil, noFunction()
	}
	return f, checkIfMatch(r, f.development.etag)
}

// updateFunction handles UpdateFunction.
func (c *CloudFront) updateFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := c.changedFunction(r)
	if err != nil {
		return nil, err
	}
	_, made, err := c.readFunction(r, "UpdateFunctionRequest")
	if err != nil {
		return nil, err
	}
	f.development = made
	return answer(made.etag, made.summary(r.PathValue("name"), "")), nil
}

// publishFunction handles PublishFunction.
func (c *CloudFront) publishFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := c.changedFunction(r)
	if err != nil {
		return nil, err
	}
	live := f.development
	f.live = &live
	return answer("", live.summary(r.PathValue("name"), "LIVE")), nil
}

// deleteFunction handles DeleteFunction.
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

// testFunction handles TestFunction. It does not run the function: c.Tested says what
// comes of it.
func (c *CloudFront) testFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := c.changedFunction(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		XMLName     xml.Name `xml:"TestFunctionRequest"`
		EventObject string   // in base64
	}
	if err := xml.Unmarshal(r.Body, &in); err != nil {
		return nil, invalid("MalformedXML", "%v", err)
	}
	event, err := base64.StdEncoding.DecodeString(in.EventObject)
	if err != nil || !json.Valid(event) {
		return nil, invalid("InvalidArgument", "The event object is not valid JSON.")
	}
	utilisation, message := c.Tested(f.development.code, event)
	return answer("", fmt.Sprintf(`%s<TestResult xmlns="%s"><ComputeUtilization>%d</ComputeUtilization><FunctionErrorMessage>%s</FunctionErrorMessage></TestResult>`,
		xml.Header, namespace, utilisation, escaped(message))), nil
}

func noFunction() error {
	return &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchFunctionExists", Message: "The specified function does not exist."}
}

// checkViewerFunctions refuses associations of CloudFront Functions that CloudFront
// refuses. An event has one function at most, and viewer events do not have both kinds
// of functions. CloudFront Developer Guide, "Restrictions on all edge functions".
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
