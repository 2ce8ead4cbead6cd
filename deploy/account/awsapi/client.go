package awsapi

import (
	"bytes"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// WholeAnswers returns client, changed to read a response whole before it returns it: for
// APIs whose answers are small.
//
// The SDK closes a request's body as soon as there is a response. If net/http only then
// looks for the body's end, the SDK answers io.EOF (WriteTo of smithy-go's
// safeWriteToReadCloser). net/http takes that for a connection error and closes the
// connection before the response is read. A command would send a change again that it has
// made already, and find that something has changed meanwhile.
func WholeAnswers(client aws.HTTPClient) aws.HTTPClient { return wholeAnswers{client} }

type wholeAnswers struct{ client aws.HTTPClient }

// Do sends a request and reads the response.
func (c wholeAnswers) Do(r *http.Request) (*http.Response, error) {
	response, err := c.client.Do(r)
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
