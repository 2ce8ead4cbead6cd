package fakecloudfront

import (
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// functionARN is what the ARN of a CloudFront Function is before its name.
const functionARN = "arn:aws:cloudfront::" + fakeaws.Account + ":function/"

// AddFunction makes a CloudFront Function and publishes it. The result is its ARN.
func (c *CloudFront) AddFunction(name, code string) (arn string) {
	c.server.Lock()
	defer c.server.Unlock()
	c.viewerFunctions[name] = code
	return functionARN + name
}

// getFunction is GetFunction. What is published is the same in both stages.
func (c *CloudFront) getFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	switch stage := r.URL.Query().Get("Stage"); stage {
	case "", "DEVELOPMENT", "LIVE":
	default:
		return nil, invalid("InvalidArgument", "Stage is %q", stage)
	}
	code, ok := c.viewerFunctions[r.PathValue("name")]
	if !ok {
		return nil, noFunction()
	}
	header := http.Header{"Content-Type": {"application/octet-stream"}, "ETag": {"E1"}}
	return &fakeaws.Response{Header: header, Body: []byte(code)}, nil
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
		if _, exists := c.viewerFunctions[name]; !ok || !exists {
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
