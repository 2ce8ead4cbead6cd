package s3origin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/edgeresize/edgeresize/edge"
)

var (
	errEmpty    = errors.New("the object has no bytes")
	errChanged  = errors.New("the object changed while it was read")
	errNoETag   = errors.New("the body ended early, and it cannot be resumed without an ETag")
	errPanicked = errors.New("the code panicked")
	errNoObject = errors.New("the answer is neither an object nor a part of one")
	errSilent   = fmt.Errorf("no more bytes came: %w", context.DeadlineExceeded)
)

// tooManyBytesError says that an object is larger than the limit.
type tooManyBytesError struct {
	length int64 // bytes; -1 if S3 did not say
	limit  int64 // bytes
}

func (e *tooManyBytesError) Error() string {
	if e.length < 0 {
		return fmt.Sprintf("the object has more than %d bytes", e.limit)
	}
	return fmt.Sprintf("the object has %d bytes, more than %d", e.length, e.limit)
}

// bodyError says that a body broke off.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return fmt.Sprintf("body: %v", e.err) }

func (e *bodyError) Unwrap() error { return e.err }

// because adds the reason, the object and the attempt to err.
func because(l edge.Location, t tries, err error) error {
	return edge.Because(reason(err), fmt.Errorf("bucket %s, key %q, attempt %d: %w", l.Bucket, l.Key, t, err))
}

// worthAnother reports whether the same request may succeed the next time.
func worthAnother(err error) bool {
	var (
		unsent *smithyhttp.RequestSendError
		body   *bodyError
	)
	if errors.Is(err, errPanicked) {
		return false
	}
	return serverFailed(err) || isTimeout(err) || clockIsOff(err) || errors.As(err, &unsent) || errors.As(err, &body)
}

// clockIsOff reports whether S3 refused the request because of its time. That
// happens after a freeze of the sandbox. The client corrects its clock by that
// answer.
func clockIsOff(err error) bool { return codeOf(err) == "RequestTimeTooSkewed" }

// serverFailed reports whether the server answered that it failed, and may
// succeed another time. Amazon S3 API Reference, "Error responses".
func serverFailed(err error) bool {
	status := statusOf(err)
	if status >= 500 || status == http.StatusTooManyRequests {
		return true
	}
	switch codeOf(err) {
	case "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable":
		return true
	}
	return false
}

// reason returns the reason that err stands for.
func reason(err error) edge.Reason {
	var tooMany *tooManyBytesError
	switch {
	case errors.As(err, &tooMany):
		return edge.TooManyBytes
	case errors.Is(err, errEmpty):
		return edge.EmptyOriginal
	case errors.Is(err, errChanged):
		return edge.S3Changed
	case errors.Is(err, errPanicked):
		return edge.Panicked
	case errors.Is(err, errNoCredentials):
		return edge.S3Denied
	case clockIsOff(err): // with status 403
		return edge.S3Failed
	}
	switch codeOf(err) {
	case "InvalidToken": // with status 400
		return edge.S3Denied
	case "ExpiredToken": // with status 400; the next sandbox has another token, so nobody needs to repair anything
		return edge.S3Failed
	}
	switch status := statusOf(err); {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return edge.S3Denied
	case status == http.StatusNotFound:
		return edge.S3NotFound
	case status == http.StatusPreconditionFailed:
		return edge.S3Changed
	case isTimeout(err):
		return edge.S3Timeout
	}
	return edge.S3Failed
}

// isTimeout reports whether time ran out or the caller gave up.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

// isSilence reports whether S3 did not answer in time.
func isSilence(err error) bool { return isTimeout(err) && !errors.Is(err, context.Canceled) }

// statusOf returns the status of an error answer, or 0 if there was none.
func statusOf(err error) int {
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() == http.StatusOK {
		return 0
	}
	return response.HTTPStatusCode()
}

func codeOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}

var regionName = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// bucketRegion returns the bucket's region if S3 refused a request because it
// was sent to, or signed for, another one; otherwise "". Amazon S3 User Guide,
// "Making requests using the REST API", "Request redirection".
func bucketRegion(err error) string {
	switch statusOf(err) {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
	default:
		return ""
	}
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) {
		return ""
	}
	region := response.Response.Header.Get("X-Amz-Bucket-Region")
	if !regionName.MatchString(region) {
		return ""
	}
	return region
}
