package trial

import (
	"encoding/base64"
	"encoding/json"
	"net/url"

	"github.com/edgeresize/edgeresize/edge"
)

// Event returns CloudFront's origin-response event for a request for an object in a bucket
// in us-east-1, with a raw query string. The origin's response has status 200 and headers.
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

// ReadResponse parses a function's response and returns it and its body, which is empty
// for an original.
func ReadResponse(response []byte) (r edge.Response, body []byte, err error) {
	if err := json.Unmarshal(response, &r); err != nil {
		return r, nil, err
	}
	body, err = base64.StdEncoding.DecodeString(r.Body)
	return r, body, err
}
