// Package sigv4 verifies requests that are signed with AWS Signature Version 4, for the
// servers that stand in for AWS's services. It signs a request again with the same
// credentials and compares.
//
// It knows the signature in the Authorization header and the one in the query string,
// over the whole payload or over UNSIGNED-PAYLOAD. It does not know payloads that are
// signed chunk by chunk, or Signature Version 4A.
package sigv4

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// EmptyPayload is the SHA-256 of no bytes, the payload that a GET is signed with.
const EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// NewSigner returns a signer of requests to a service. S3 wants paths escaped once,
// every other service twice. AWS IAM User Guide, "Create a signed AWS API request".
func NewSigner(service string) *v4.Signer {
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
}

// Authorization is an Authorization header, parsed.
type Authorization struct {
	AccessKey, Date, Region, Service string
	SignedHeaders                    []string // in lower case
	signature                        string
}

// authorization matches the header of Signature Version 4. AWS IAM User Guide, "Create
// a signed AWS API request". The aws command line and the SDK put spaces differently.
var authorization = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?` +
		`SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`)

// Parse parses an Authorization header.
func Parse(header string) (a Authorization, ok bool) {
	m := authorization.FindStringSubmatch(header)
	if m == nil {
		return Authorization{}, false
	}
	return Authorization{m[1], m[2], m[3], m[4], strings.Split(m[5], ";"), m[6]}, true
}

// What may be wrong with a signed request.
var (
	ErrAccessKey = errors.New("sigv4: the access key is unknown")
	ErrToken     = errors.New("sigv4: the session token is another one")
	ErrRegion    = errors.New("sigv4: it is signed for another region")
	ErrDate      = errors.New("sigv4: X-Amz-Date is missing, malformed or of another day than the signature's")
	ErrSkew      = errors.New("sigv4: X-Amz-Date is too far from the time")
	ErrUnsigned  = errors.New("sigv4: a header that must be signed is not")
	ErrMismatch  = errors.New("sigv4: the signature does not match")
)

// Verifier verifies the signatures of one access key.
type Verifier struct {
	Credentials aws.Credentials
	Region      string        // that requests must be signed for; "" for any
	MaxSkew     time.Duration // how far X-Amz-Date may be from the time
}

// VerifyScope checks the access key, the session token, the region and the time of r's
// signature. Its error is ErrAccessKey, ErrToken, ErrRegion, ErrDate or ErrSkew.
func (v Verifier) VerifyScope(r *http.Request, a Authorization) error {
	switch {
	case a.AccessKey != v.Credentials.AccessKeyID:
		return ErrAccessKey
	case r.Header.Get("X-Amz-Security-Token") != v.Credentials.SessionToken:
		return ErrToken
	case v.Region != "" && a.Region != v.Region:
		return ErrRegion
	}
	at, err := signedAt(r)
	if err != nil || at.Format("20060102") != a.Date {
		return ErrDate
	}
	if time.Since(at).Abs() > v.MaxSkew {
		return ErrSkew
	}
	return nil
}

// signedAt returns the time of r's signature by its X-Amz-Date.
func signedAt(r *http.Request) (time.Time, error) {
	return time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
}

// VerifySignature signs r again, with the headers that a names, and compares. payload is
// the hex SHA-256 of r's payload, or UNSIGNED-PAYLOAD. The error is ErrUnsigned, ErrDate
// or ErrMismatch.
func (v Verifier) VerifySignature(r *http.Request, a Authorization, payload string) error {
	if err := checkSigned(r, a); err != nil {
		return err
	}
	at, err := signedAt(r)
	if err != nil {
		return ErrDate
	}
	target := *r.URL // the signer sorts its query string
	again := &http.Request{Method: r.Method, URL: &target, Host: r.Host, Header: http.Header{}}
	for _, name := range a.SignedHeaders {
		if name == "content-length" {
			again.ContentLength = r.ContentLength
		} else if values := r.Header.Values(name); len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if err := NewSigner(a.Service).SignHTTP(r.Context(), v.Credentials, again, payload, a.Service, a.Region, at); err != nil {
		return ErrMismatch
	}
	made, ok := Parse(again.Header.Get("Authorization"))
	if !ok || !slices.Equal(made.SignedHeaders, a.SignedHeaders) || subtle.ConstantTimeCompare([]byte(made.signature), []byte(a.signature)) != 1 {
		return ErrMismatch
	}
	return nil
}

// checkSigned returns ErrUnsigned unless Host and all headers that begin with x-amz-
// are signed. AWS IAM User Guide, "Create a signed AWS API request".
func checkSigned(r *http.Request, a Authorization) error {
	must := []string{"host"}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") {
			must = append(must, lower)
		}
	}
	for _, name := range must {
		if !slices.Contains(a.SignedHeaders, name) {
			return ErrUnsigned
		}
	}
	return nil
}

// VerifyURL verifies the signature in the query string of u: it signs a GET of u again, at
// the time at, for service in region, and compares. Host is the only signed header. The
// error is ErrMismatch. The caller checks the other parameters of the signature. AWS IAM
// User Guide, "Authenticating requests: using query parameters".
func VerifyURL(ctx context.Context, u *url.URL, credentials aws.Credentials, service, region string, at time.Time) error {
	query := u.Query()
	given := query.Get("X-Amz-Signature")
	for name := range query {
		if strings.HasPrefix(name, "X-Amz-") && name != "X-Amz-Expires" {
			query.Del(name)
		}
	}
	unsigned := *u
	unsigned.RawQuery = query.Encode()
	request := (&http.Request{Method: http.MethodGet, URL: &unsigned, Host: u.Host, Header: http.Header{}}).WithContext(ctx)
	signed, _, err := NewSigner(service).PresignHTTP(ctx, credentials, request, EmptyPayload, service, region, at)
	if err != nil {
		return ErrMismatch
	}
	again, err := url.Parse(signed)
	if err != nil || subtle.ConstantTimeCompare([]byte(again.Query().Get("X-Amz-Signature")), []byte(given)) != 1 {
		return ErrMismatch
	}
	return nil
}
