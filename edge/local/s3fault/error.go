package s3fault

import (
	"encoding/xml"
	"net/http"
)

// Error is an error that S3 answers with. Amazon S3 API Reference, "Error responses".
type Error struct {
	Status        int
	Code, Message string
}

// Errors of S3 that a client must expect.
var (
	AccessDenied       = &Error{http.StatusForbidden, "AccessDenied", "Access Denied"}
	NoSuchKey          = &Error{http.StatusNotFound, "NoSuchKey", "The specified key does not exist."}
	PreconditionFailed = &Error{http.StatusPreconditionFailed, "PreconditionFailed",
		"At least one of the pre-conditions you specified did not hold"}
	InvalidRange = &Error{http.StatusRequestedRangeNotSatisfiable, "InvalidRange",
		"The requested range is not satisfiable"}
	SlowDown      = &Error{http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate."}
	InternalError = &Error{http.StatusInternalServerError, "InternalError",
		"We encountered an internal error. Please try again."}
	ExpiredToken      = &Error{http.StatusBadRequest, "ExpiredToken", "The provided token has expired."}
	PermanentRedirect = &Error{http.StatusMovedPermanently, "PermanentRedirect",
		"The bucket you are attempting to access must be addressed using the specified endpoint."}
)

// Write answers r with the error's XML, in chunks as S3 does, and a HEAD without a body.
// The XML repeats the request IDs in w's headers.
func (e *Error) Write(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.Status)
	if r.Method == http.MethodHead {
		return
	}
	body, err := xml.Marshal(struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string
		Message   string
		RequestID string `xml:"RequestId"`
		HostID    string `xml:"HostId"`
	}{
		Code: e.Code, Message: e.Message,
		RequestID: w.Header().Get("X-Amz-Request-Id"), HostID: w.Header().Get("X-Amz-Id-2"),
	})
	if err != nil {
		return
	}
	_ = http.NewResponseController(w).Flush()           // makes net/http send chunks; not every writer can
	_, _ = w.Write(append([]byte(xml.Header), body...)) // the client may be gone
}
