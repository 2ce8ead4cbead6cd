package fakeaws

import (
	"bytes"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// NewClient returns the SDK's HTTP client, changed to read a response whole before it
// returns it. The SDK closes a request's body as soon as there is a response. If
// net/http only then looks for the body's end, the SDK answers io.EOF (WriteTo of
// smithy-go's safeWriteToReadCloser). net/http takes that for a connection error and
// closes the connection before the response is read. Users' commands try again; a test
// that counts calls cannot.
func NewClient() aws.HTTPClient { return client{awshttp.NewBuildableClient()} }

type client struct{ sdk *awshttp.BuildableClient }

// Do sends a request and reads the response.
func (c client) Do(r *http.Request) (*http.Response, error) {
	response, err := c.sdk.Do(r)
	if err != nil {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	if closed := response.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
