package bucket

import (
	"errors"
	"net/http"
	"time"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// maxSkew is how far a request's date may be off. Amazon S3 API Reference,
// "Error responses", RequestTimeTooSkewed.
const maxSkew = 15 * time.Minute

func denied(code, message string) *apiError {
	return &apiError{Status: http.StatusForbidden, Code: code, Message: message}
}

func malformed(code, message string) *apiError {
	return &apiError{Status: http.StatusBadRequest, Code: code, Message: message}
}

// verify checks the signature of r, and refuses as S3 does. Amazon S3 API Reference,
// "Error responses".
func (s *Server) verify(w http.ResponseWriter, r *http.Request) *apiError {
	header := r.Header.Get("Authorization")
	if header == "" {
		return s3fault.AccessDenied
	}
	given, ok := sigv4.Parse(header)
	if !ok || given.Service != "s3" {
		return malformed("AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.")
	}
	verifier := sigv4.Verifier{Credentials: s.Credentials, Region: s.Region, MaxSkew: maxSkew}
	if err := verifier.VerifyScope(r, given); err != nil {
		if errors.Is(err, sigv4.ErrRegion) {
			w.Header().Set("X-Amz-Bucket-Region", s.Region)
			return malformed("AuthorizationHeaderMalformed", "The authorization header is malformed; the region '"+
				given.Region+"' is wrong; expecting '"+s.Region+"'")
		}
		return refusals[err]
	}
	payload := r.Header.Get("X-Amz-Content-Sha256")
	switch payload {
	case sigv4.EmptyPayload, "UNSIGNED-PAYLOAD":
	case "":
		return malformed("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	default:
		return malformed("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	if err := verifier.VerifySignature(r, given, payload); err != nil {
		return refusals[err]
	}
	return nil
}

// refusals are S3's answers to the errors of a [sigv4.Verifier], except for
// [sigv4.ErrRegion].
var refusals = map[error]*apiError{
	sigv4.ErrAccessKey: denied("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
	sigv4.ErrToken:     malformed("InvalidToken", "The provided token is malformed or otherwise invalid."),
	sigv4.ErrDate:      denied("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"),
	sigv4.ErrSkew:      denied("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
	sigv4.ErrUnsigned:  denied("AccessDenied", "There were headers present in the request which were not signed"),
	sigv4.ErrMismatch: denied("SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your key and signing method."),
}
