// Package fakecloudfront fakes the part of CloudFront's API that concerns
// distributions, the policies and functions that they use, and invalidations. It keeps
// configs as they are given, byte for byte. It does not serve viewers;
// [CloudFront.Live] is for packages that do.
//
// Sources are the Amazon CloudFront API Reference and, for the texts of errors, reports
// of users.
package fakecloudfront

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Functions is Lambda as CloudFront sees it. Its methods are called while the server is
// locked.
type Functions interface {
	// CheckAssociation returns why a function cannot be associated with an event type,
	// or nil.
	CheckAssociation(arn, eventType string) error
	// Associate replaces the versions that a distribution is associated with.
	Associate(distribution string, arns []string)
}

// Example is a config with two behaviours and no function: the default one and
// "/img/*".
//
//go:embed example.xml
var Example []byte

// CloudFront is a fake CloudFront. Its fields are set before the first request.
type CloudFront struct {
	// Polls is how many reads show a changed distribution InProgress before it is
	// Deployed.
	Polls int
	// PageSize, where set, is the maximum number of distributions or invalidations on a
	// page.
	PageSize int
	// InvalidationPolls is how many reads show an invalidation InProgress before it is
	// Completed.
	InvalidationPolls int
	// Quotas says which quotas limit invalidations. [New] sets InProgress.
	Quotas Quotas
	// Invalidated, where set, is called once for each new invalidation, with those of
	// its paths and tags that remove something.
	Invalidated func(distribution string, paths []string)
	// MaxOrigins, where set, is the maximum number of origins of a distribution.
	MaxOrigins int
	// SpacesRefused refuses origins whose path has a space.
	SpacesRefused bool
	// AnyPath has invalidations take every path, and pass it to Invalidated: the caller
	// decides what it removes.
	AnyPath bool
	// Tested returns the compute utilisation, in percent, and the error message of
	// TestFunction for a function's code. [New] sets it to find neither worth mention.
	Tested func(code string, event []byte) (utilisation int, message string)
	// StorePolls is how many reads show a new key value store PROVISIONING before it is
	// READY.
	StorePolls int
	// Now returns the time for the dates of invalidations.
	Now func() time.Time

	server        *fakeaws.Server
	functions     Functions
	distributions []*distribution

	viewerFunctions                                               map[string]*viewerFunction // by name
	cachePolicies, originRequestPolicies, responseHeadersPolicies *policies
	accessControls                                                map[string]*accessControl // by ID
	stores                                                        map[string]*keyValueStore // by name
}

// New adds CloudFront to server.
func New(server *fakeaws.Server, functions Functions) *CloudFront {
	c := &CloudFront{Quotas: InProgress, Now: time.Now, Tested: func(string, []byte) (int, string) { return 1, "" }, server: server, functions: functions,
		viewerFunctions: map[string]*viewerFunction{}, accessControls: map[string]*accessControl{}, stores: map[string]*keyValueStore{},
		cachePolicies:           newPolicies("CachePolicy", checkCachePolicy),
		originRequestPolicies:   newPolicies("OriginRequestPolicy", checkOriginRequestPolicy),
		responseHeadersPolicies: newPolicies("ResponseHeadersPolicy", checkResponseHeadersPolicy)}
	service := server.Service("cloudfront", refuse)
	service.ARN = requestARN
	for pattern, op := range map[string]fakeaws.Operation{
		"GET /2020-05-31/distribution":             {Name: "ListDistributions", Do: c.listDistributions},
		"GET /2020-05-31/distribution/{id}":        {Name: "GetDistribution", Do: c.getDistribution},
		"GET /2020-05-31/distribution/{id}/config": {Name: "GetDistributionConfig", Do: c.getDistributionConfig},
		"PUT /2020-05-31/distribution/{id}/config": {Name: "UpdateDistribution", Writes: true, Do: c.updateDistribution},
		"POST /2020-05-31/distribution/{id}/invalidation": {Name: "CreateInvalidation", Writes: true,
			Do: c.createInvalidation},
		"GET /2020-05-31/distribution/{id}/invalidation":                {Name: "ListInvalidations", Do: c.listInvalidations},
		"GET /2020-05-31/distribution/{id}/invalidation/{invalidation}": {Name: "GetInvalidation", Do: c.getInvalidation},
	} {
		service.Handle(pattern, op)
	}
	c.handlePolicies(service, "cache-policy", "CachePolicies", c.cachePolicies)
	c.handlePolicies(service, "origin-request-policy", "OriginRequestPolicies", c.originRequestPolicies)
	c.handlePolicies(service, "response-headers-policy", "ResponseHeadersPolicies", c.responseHeadersPolicies)
	c.handleFunctions(service)
	c.handleAccessControls(service)
	c.handleStores(service)
	c.handleTags(service)
	c.addManaged()
	return c
}

// requestARN returns the ARN of what a request is about.
func requestARN(r *fakeaws.Request) string {
	if arn := r.URL.Query().Get("Resource"); arn != "" {
		return arn
	}
	path := strings.Split(r.URL.Path, "/")                                      // such as /2020-05-31/distribution/ID/config
	if len(path) == 3 && path[2] == "function" && r.Method == http.MethodPost { // the function is to be created
		var in functionRequest
		_ = xml.Unmarshal(r.Body, &in) // createFunction refuses what is wrong
		return functionARN + in.Name
	}
	if len(path) == 3 && path[2] == "key-value-store" { // its ID is not known yet
		return storeARN + "new"
	}
	if len(path) < 4 {
		return "*"
	}
	return "arn:aws:cloudfront::" + fakeaws.Account + ":" + path[2] + "/" + path[3]
}

const namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"

// refuse writes an error in the REST-XML protocol.
func refuse(w http.ResponseWriter, e *fakeaws.Error, requestID string) {
	fault := "Sender"
	if e.Status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(e.Status)
	fmt.Fprintf(w, `<?xml version="1.0"?>`+"\n"+`<ErrorResponse xmlns="%s"><Error><Type>%s</Type><Code>%s</Code>`+
		`<Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>`,
		namespace, fault, escaped(e.Code), escaped(e.Message), requestID)
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}

func invalid(code, format string, args ...any) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// answer returns a response with a document and, unless it is "", an ETag.
func answer(etag, document string) *fakeaws.Response {
	header := http.Header{"Content-Type": {"text/xml"}}
	if etag != "" {
		header.Set("ETag", etag)
	}
	return &fakeaws.Response{Header: header, Body: []byte(document)}
}
