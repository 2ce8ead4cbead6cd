// Package fakecloudfront is the part of CloudFront's API that concerns
// distributions, the policies and functions that they name, and invalidations. It
// keeps their configs as they are given, byte for byte, and serves no viewers;
// [CloudFront.Live] is for those who do.
//
// Sources are the Amazon CloudFront API Reference and, for the texts of
// errors, reports of users.
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

// Functions is Lambda as CloudFront sees it. Both are called while the
// server's lock is held.
type Functions interface {
	// CheckAssociation is why a function cannot be associated with an event
	// type, or nil.
	CheckAssociation(arn, eventType string) error
	// Associate says which versions a distribution is associated with.
	Associate(distribution string, arns []string)
}

// Example is a config with two behaviours and no function: the default one and
// "/img/*".
//
//go:embed example.xml
var Example []byte

// CloudFront is the service. Its fields are set before the first request.
type CloudFront struct {
	// Polls is how many times a distribution is read InProgress before it is
	// Deployed.
	Polls int
	// PageSize, where set, is the most distributions or invalidations that are listed
	// at once.
	PageSize int
	// InvalidationPolls is how many times an invalidation is read InProgress
	// before it is Completed.
	InvalidationPolls int
	// Quotas are what invalidations are held to; [New] says InProgress.
	Quotas Quotas
	// Invalidated, where set, is told of each invalidation that was made, once,
	// with the paths and tags of it that remove anything.
	Invalidated func(distribution string, paths []string)
	// Now is the clock that invalidations are dated by.
	Now func() time.Time

	server        *fakeaws.Server
	functions     Functions
	distributions []*distribution

	viewerFunctions                                               map[string]*viewerFunction // by name
	cachePolicies, originRequestPolicies, responseHeadersPolicies *policies
	accessControls                                                map[string]*accessControl // by ID
}

// New adds CloudFront to server.
func New(server *fakeaws.Server, functions Functions) *CloudFront {
	c := &CloudFront{Quotas: InProgress, Now: time.Now, server: server, functions: functions,
		viewerFunctions: map[string]*viewerFunction{}, accessControls: map[string]*accessControl{},
		cachePolicies:           newPolicies("CachePolicy", checkCachePolicy),
		originRequestPolicies:   newPolicies("OriginRequestPolicy", checkOriginRequestPolicy),
		responseHeadersPolicies: newPolicies("ResponseHeadersPolicy", checkResponseHeadersPolicy)}
	service := server.Service("cloudfront", refuse)
	service.ARN = arnOf
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
	c.handleTags(service)
	c.addManaged()
	return c
}

// arnOf is what a request is about.
func arnOf(r *fakeaws.Request) string {
	if arn := r.URL.Query().Get("Resource"); arn != "" {
		return arn
	}
	path := strings.Split(r.URL.Path, "/")                                      // such as /2020-05-31/distribution/ID/config
	if len(path) == 3 && path[2] == "function" && r.Method == http.MethodPost { // to be created
		var in functionRequest
		_ = xml.Unmarshal(r.Body, &in) // createFunction refuses what is wrong
		return functionARN + in.Name
	}
	if len(path) < 4 {
		return "*"
	}
	return "arn:aws:cloudfront::" + fakeaws.Account + ":" + path[2] + "/" + path[3]
}

const namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"

// refuse answers with an error in the REST-XML protocol.
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
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

func invalid(code, format string, args ...any) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// answer is a document with the ETag of what it is about.
func answer(etag, document string) *fakeaws.Response {
	header := http.Header{"Content-Type": {"text/xml"}}
	if etag != "" {
		header.Set("ETag", etag)
	}
	return &fakeaws.Response{Header: header, Body: []byte(document)}
}
