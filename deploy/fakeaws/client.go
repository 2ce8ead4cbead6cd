package fakeaws

import (
	"bytes"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// NewClient returns the SDK's own client, but that it has read an answer whole before it
// hands that out. The SDK closes a request's body as soon as there is an answer, and then
// says io.EOF to net/http, if that only now looks for the body's end (WriteTo of smithy-go's
// safeWriteToReadCloser): net/http takes it for an error of the connection, which it closes
// below what is left to read. Users' commands try again; a test that counts calls does not.
func NewClient() aws.HTTPClient { return client{awshttp.NewBuildableClient()} }

type client struct{ sdk *awshttp.BuildableClient }

// Do sends a request and reads the answer.
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
