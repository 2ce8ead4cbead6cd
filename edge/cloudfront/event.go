package cloudfront

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// The distribution's names in events and in Via.
const (
	domainName     = "localhost"
	distributionID = "LOCALDISTRIBUTION"
)

// newEvent returns the origin-response event for a request to an origin and its
// answer. query is what the function may see of the query string. CloudFront
// Developer Guide, "Lambda@Edge event structure", "Response events".
func newEvent(origin edge.Origin, v viewerRequest, query string, sent *http.Request, got *http.Response) edge.Event {
	asked := eventHeaders(sent.Header)
	asked.Set("Host", domainOf(origin))
	answered := eventHeaders(got.Header)
	if len(got.TransferEncoding) > 0 { // net/http keeps it separately
		answered.Set("Transfer-Encoding", strings.Join(got.TransferEncoding, ", "))
	}
	return edge.Event{Records: []edge.Record{{CF: edge.CF{
		Config: edge.EventConfig{
			DistributionDomainName: domainName,
			DistributionID:         distributionID,
			EventType:              "origin-response",
			RequestID:              v.id,
		},
		Request: edge.Request{
			ClientIP:    v.clientIP,
			Headers:     asked,
			Method:      v.method,
			Origin:      &origin,
			QueryString: query,
			URI:         v.path,
		},
		Response: edge.Response{
			Headers:           answered,
			Status:            strconv.Itoa(got.StatusCode),
			StatusDescription: http.StatusText(got.StatusCode),
		},
	}}}}
}
