package s3bucket

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Error says in one line what is wrong, followed by what S3 or the system said.
type Error struct {
	Says string
	Err  error
	// Fatal says that every request fails until something is set up
	// differently.
	Fatal bool
}

func (e *Error) Error() string { return e.Says + " (" + Cause(e.Err) + ")" }

func (e *Error) Unwrap() error { return e.Err }

// Cause returns the innermost part of an SDK's error on one line, without the
// layers that it went through.
func Cause(err error) string {
	var (
		api       smithy.APIError
		request   *url.Error
		sent      *smithyhttp.RequestSendError
		operation *smithy.OperationError
	)
	switch {
	case errors.As(err, &api) && api.ErrorMessage() != "":
		return api.ErrorCode() + ": " + oneLine(api.ErrorMessage())
	case errors.As(err, &request):
		return oneLine(request.Err.Error())
	case errors.As(err, &sent):
		return oneLine(sent.Err.Error())
	case errors.As(err, &operation):
		return oneLine(operation.Err.Error())
	}
	return oneLine(err.Error())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// badCredentials maps S3's error codes for invalid credentials to what to do.
// Amazon S3 API Reference, "Error responses".
var badCredentials = map[string]string{
	"InvalidAccessKeyId":    "S3 does not know the access key: does it belong to another profile?",
	"SignatureDoesNotMatch": "S3 says that the secret access key is wrong",
	"ExpiredToken":          "the credentials have expired: log in again, for instance with aws sso login",
	"TokenRefreshRequired":  "the credentials have expired: log in again, for instance with aws sso login",
	"InvalidToken":          "S3 refuses the session token: log in again, for instance with aws sso login",
	"RequestTimeTooSkewed":  "S3 says that this machine's clock is wrong: set it",
}

// explain turns an error of a request for the bucket into an *Error.
func (b *Bucket) explain(err error) *Error {
	if says := b.unreachable(err); says != "" {
		return &Error{says, err, true}
	}
	var api smithy.APIError
	code, status := "", 0
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	switch says := badCredentials[code]; {
	case says != "":
		return &Error{says, err, true}
	case code == "NoSuchBucket":
		return &Error{fmt.Sprintf("S3 has no bucket %q", b.Name), err, true}
	case regionOf(err) != "" && regionOf(err) != b.Region:
		return &Error{fmt.Sprintf("the bucket %q is in %s, not in %s", b.Name, regionOf(err), b.Region), err, true}
	case status == http.StatusForbidden:
		return &Error{fmt.Sprintf("these credentials may not list the bucket %q: they need s3:ListBucket", b.Name), err, false}
	case status == http.StatusNotImplemented:
		return &Error{b.Endpoint.Host + " does not support listing buckets", err, false}
	case status >= 300 && status != http.StatusNotFound: // S3 would have named the bucket
		return &Error{fmt.Sprintf("S3 answered with status %d", status), err, false}
	}
	return &Error{b.Endpoint.String() + " does not speak S3's protocol", err, true}
}

// unreachable returns why there was no answer, or "".
func (b *Bucket) unreachable(err error) string {
	var (
		sent    *smithyhttp.RequestSendError
		unknown *net.DNSError
		record  tls.RecordHeaderError
		timeout net.Error
	)
	hint := "is -region right, and is the network up?"
	if b.Custom {
		hint = "is -s3-endpoint right, and is its server running?"
	}
	at := b.Endpoint.String()
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return at + " does not answer in time: " + hint
	case errors.As(err, &unknown):
		return "no server has the name " + b.Endpoint.Hostname() + ": " + hint
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at " + at + ": " + hint
	case errors.As(err, &record), err != nil && strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return at + " speaks HTTP, not HTTPS: " + hint
	case errors.As(err, &sent):
		return at + " cannot be reached: " + hint
	}
	return ""
}

// regionOf returns the bucket's region according to S3's error, or "". Amazon
// S3 User Guide, "Making requests using the REST API", "Request redirection".
func regionOf(err error) string {
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() == http.StatusForbidden {
		return ""
	}
	return response.Response.Header.Get("X-Amz-Bucket-Region")
}

// noCredentials returns an *Error that says why there are no credentials.
// profile is the one that was named, or "".
func noCredentials(err error, profile string) *Error {
	named, login := "", "aws sso login"
	if profile != "" {
		named, login = fmt.Sprintf(" of the profile %q", profile), "aws sso login --profile "+profile
	}
	var (
		missing   config.SharedConfigProfileNotExistError
		file      config.SharedConfigLoadError
		token     *ssocreds.InvalidTokenError
		operation *smithy.OperationError
	)
	service := ""
	if errors.As(err, &operation) {
		service = operation.Service()
	}
	switch {
	case errors.As(err, &missing):
		return &Error{fmt.Sprintf("there is no profile %q: run aws configure list-profiles to see which there are", missing.Profile), err, true}
	case errors.As(err, &file):
		return &Error{file.Filename + " cannot be read", err, true}
	case errors.As(err, &token), service == "SSO", service == "SSO OIDC", strings.Contains(err.Error(), "cached SSO token"):
		return &Error{"the login" + named + " has expired or is missing: run " + login, err, true}
	case service == "STS":
		return &Error{"the role" + named + " cannot be assumed", err, true}
	case service == "ec2imds":
		return &Error{"-bucket needs credentials, and there are none: log in with aws sso login or aws configure, or name a profile " +
			"with -profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", err, true}
	}
	return &Error{"-bucket needs credentials, and there are none" + named, err, true}
}
