package fakeaws

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// maxSkew is how far a request's date may be off. AWS IAM User Guide,
// "Troubleshoot Signature Version 4 signing for AWS API requests".
const maxSkew = 5 * time.Minute

// authorization is the header of Signature Version 4. AWS IAM User Guide,
// "Create a signed AWS API request".
var authorization = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?` +
		`SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$`)

// scope is who signed a request and for what.
type scope struct {
	accessKey, region, service string
	headers                    []string // that are signed, in lower case
}

func scopeOf(r *http.Request) (scope, bool) {
	m := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return scope{}, false
	}
	return scope{m[1], m[2], m[3], strings.Split(m[4], ";")}, true
}

// The refusals of a signature. Services that have codes of their own for them
// rename them in their [Refuser].
var (
	ErrUnknownKey = &Error{http.StatusForbidden, "InvalidClientTokenId",
		"The security token included in the request is invalid."}
	ErrBadSignature = &Error{http.StatusForbidden, "SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
)

// verify checks a request's signature by making it again. A body that was
// changed after it had been signed does not pass.
func (s *Server) verify(r *http.Request, given scope, body []byte) *Error {
	if given.accessKey != s.Credentials.AccessKeyID || r.Header.Get("X-Amz-Security-Token") != s.Credentials.SessionToken {
		return ErrUnknownKey
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || time.Since(at).Abs() > maxSkew || !slices.Contains(given.headers, "host") {
		return ErrBadSignature
	}
	sum := sha256.Sum256(body)
	url := *r.URL // the signer sorts its query string
	again := &http.Request{Method: r.Method, URL: &url, Host: r.Host, Header: http.Header{}}
	for _, name := range given.headers {
		if name == "content-length" {
			again.ContentLength = r.ContentLength
		} else if values := r.Header.Values(name); len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	err = v4.NewSigner().SignHTTP(r.Context(), s.Credentials, again, hex.EncodeToString(sum[:]), given.service, given.region, at)
	made := again.Header.Get("Authorization")
	if err != nil || subtle.ConstantTimeCompare([]byte(canonical(made)), []byte(canonical(r.Header.Get("Authorization")))) != 1 {
		return ErrBadSignature
	}
	return nil
}

// canonical has no spaces: the aws command line and the SDK put them
// differently.
func canonical(authorization string) string { return strings.ReplaceAll(authorization, " ", "") }
