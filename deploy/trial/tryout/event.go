package tryout

import (
	"encoding/json"
	"net/url"

	"github.com/edgeresize/edgeresize/edge"
)

// Event is CloudFront's event for a request of an object in a bucket in
// us-east-1 with a raw query string, answered with status 200 and headers.
func Event(bucket, key, query string, headers edge.Headers) ([]byte, error) {
	return json.Marshal(edge.Event{Records: []edge.Record{{CF: edge.CF{
		Config: edge.EventConfig{EventType: "origin-response"},
		Request: edge.Request{
			Headers: edge.Headers{}, Method: "GET", URI: "/" + url.PathEscape(key), QueryString: query,
			Origin: &edge.Origin{S3: &edge.S3Origin{
				AuthMethod: "none", CustomHeaders: edge.Headers{},
				DomainName: bucket + ".s3.us-east-1.amazonaws.com", Region: "us-east-1",
			}},
		},
		Response: edge.Response{Headers: headers, Status: "200", StatusDescription: "OK"},
	}}}})
}
