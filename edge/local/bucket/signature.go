package bucket

import (
	"crypto/subtle"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// maxSkew is how far a request's date may be off. Amazon S3 API Reference,
// "Error responses", RequestTimeTooSkewed.
const maxSkew = 15 * time.Minute

// authorization is the header of Signature Version 4. AWS IAM User Guide,
// "Create a signed AWS API request".
var authorization = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/s3/aws4_request, ?` +
		`SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`)

// verify checks a request's signature by making it again.
func (s *Server) verify(r *http.Request) *apiError {
	denied := func(code, message string) *apiError { return &apiError{http.StatusForbidden, code, message} }
	header := r.Header.Get("Authorization")
	if header == "" {
		return denied("AccessDenied", "Access Denied")
	}
	m := authorization.FindStringSubmatch(header)
	if m == nil {
		return &apiError{http.StatusBadRequest, "AuthorizationHeaderMalformed", "The authorization header is malformed."}
	}
	accessKey, date, region, signed := m[1], m[2], m[3], strings.Split(m[4], ";")
	if accessKey != s.AccessKey {
		return denied("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
	}
	if s.Region != "" && region != s.Region {
		return &apiError{http.StatusBadRequest, "AuthorizationHeaderMalformed",
			"The authorization header is malformed; the region '" + region + "' is wrong; expecting '" + s.Region + "'"}
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || at.Format("20060102") != date {
		return denied("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
	}
	if skew := time.Since(at); skew > maxSkew || skew < -maxSkew {
		return denied("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
	}
	payload := r.Header.Get("X-Amz-Content-Sha256")
	for _, name := range []string{"host", "x-amz-date", "x-amz-content-sha256"} {
		if !slices.Contains(signed, name) {
			return denied("AccessDenied", "There were headers present in the request which were not signed")
		}
	}
	again, err := signedHeader(r, signed, payload, region, at, aws.Credentials{AccessKeyID: s.AccessKey, SecretAccessKey: s.SecretKey})
	if err != nil || subtle.ConstantTimeCompare([]byte(again), []byte(m[5])) != 1 {
		return denied("SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you provided.")
	}
	return nil
}

// signedHeader is the signature of r with exactly the signed headers.
func signedHeader(r *http.Request, signed []string, payload, region string, at time.Time, c aws.Credentials) (string, error) {
	clone := &http.Request{Method: r.Method, URL: r.URL, Host: r.Host, Header: http.Header{}}
	for _, name := range signed {
		if values := r.Header.Values(name); len(values) > 0 {
			clone.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	err := NewSigner().SignHTTP(r.Context(), c, clone, payload, "s3", region, at)
	if err != nil {
		return "", err
	}
	m := authorization.FindStringSubmatch(clone.Header.Get("Authorization"))
	if m == nil {
		return "", nil
	}
	return m[5], nil
}

// NewSigner signs requests as S3 wants them: paths are escaped once.
func NewSigner() *v4.Signer {
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
}
