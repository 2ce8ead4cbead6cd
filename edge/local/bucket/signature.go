package bucket

import (
	"crypto/subtle"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// maxSkew is how far a request's date may be off. Amazon S3 API Reference,
// "Error responses", RequestTimeTooSkewed.
const maxSkew = 15 * time.Minute

// EmptyPayload is the SHA-256 of no bytes, the payload with which a GET is
// signed.
const EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// authorization matches the header of Signature Version 4. AWS IAM User Guide,
// "Create a signed AWS API request".
var authorization = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/s3/aws4_request, ?` +
		`SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`)

// signature holds the contents of a request's Authorization header.
type signature struct {
	accessKey, date, region string
	headers                 []string // those that are signed, in lower case
	value                   string
}

func parseSignature(header string) (signature, bool) {
	m := authorization.FindStringSubmatch(header)
	if m == nil {
		return signature{}, false
	}
	return signature{m[1], m[2], m[3], strings.Split(m[4], ";"), m[5]}, true
}

func denied(code, message string) *apiError {
	return &apiError{http.StatusForbidden, code, message}
}

func malformed(code, message string) *apiError {
	return &apiError{http.StatusBadRequest, code, message}
}

// verify checks a request's signature by computing it again.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) *apiError {
	header := r.Header.Get("Authorization")
	if header == "" {
		return accessDenied
	}
	given, ok := parseSignature(header)
	switch {
	case !ok:
		return malformed("AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.")
	case given.accessKey != s.Credentials.AccessKeyID:
		return denied("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
	case r.Header.Get("X-Amz-Security-Token") != s.Credentials.SessionToken:
		return malformed("InvalidToken", "The provided token is malformed or otherwise invalid.")
	case s.Region != "" && given.region != s.Region:
		w.Header().Set("X-Amz-Bucket-Region", s.Region)
		return malformed("AuthorizationHeaderMalformed", "The authorization header is malformed; the region '"+
			given.region+"' is wrong; expecting '"+s.Region+"'")
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || at.Format("20060102") != given.date {
		return denied("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
	}
	if skew := time.Since(at); skew.Abs() > maxSkew {
		return denied("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
	}
	if err := checkSigned(r, given.headers); err != nil {
		return err
	}
	return s.verifyValue(r, given, at)
}

// checkSigned checks that signed names all headers that must be signed: Host,
// and all that begin with x-amz-. Amazon S3 API Reference, "Signature
// calculations for the Authorization header".
func checkSigned(r *http.Request, signed []string) *apiError {
	switch r.Header.Get("X-Amz-Content-Sha256") {
	case EmptyPayload, "UNSIGNED-PAYLOAD":
	case "":
		return malformed("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	default:
		return malformed("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	must := []string{"host"}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") {
			must = append(must, lower)
		}
	}
	for _, name := range must {
		if !slices.Contains(signed, name) {
			return denied("AccessDenied", "There were headers present in the request which were not signed")
		}
	}
	return nil
}

// verifyValue signs the request again, with the same headers, and compares the
// signatures.
func (s *Server) verifyValue(r *http.Request, given signature, at time.Time) *apiError {
	mismatch := denied("SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your key and signing method.")
	url := *r.URL // a copy, because the signer sorts its query string
	again := &http.Request{Method: r.Method, URL: &url, Host: r.Host, Header: http.Header{}}
	for _, name := range given.headers {
		if values := r.Header.Values(name); len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	err := NewSigner().SignHTTP(r.Context(), s.Credentials, again, r.Header.Get("X-Amz-Content-Sha256"), "s3", given.region, at)
	if err != nil {
		return mismatch
	}
	made, ok := parseSignature(again.Header.Get("Authorization"))
	if !ok || !slices.Equal(made.headers, given.headers) || subtle.ConstantTimeCompare([]byte(made.value), []byte(given.value)) != 1 {
		return mismatch
	}
	return nil
}

// NewSigner returns a signer that signs requests as S3 demands: it escapes
// paths once.
func NewSigner() *v4.Signer {
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
}
