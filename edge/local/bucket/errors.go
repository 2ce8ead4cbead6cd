package bucket

import (
	"encoding/xml"
	"net/http"
)

// apiError is an error answer of S3. Amazon S3 API Reference, "Error
// responses".
type apiError struct {
	status        int
	code, message string
}

var (
	accessDenied = &apiError{http.StatusForbidden, "AccessDenied", "Access Denied"}
	noSuchKey    = &apiError{http.StatusNotFound, "NoSuchKey", "The specified key does not exist."}
	notMet       = &apiError{http.StatusPreconditionFailed, "PreconditionFailed",
		"At least one of the pre-conditions you specified did not hold"}
	invalidRange = &apiError{http.StatusRequestedRangeNotSatisfiable, "InvalidRange",
		"The requested range is not satisfiable"}
	notImplemented = &apiError{http.StatusNotImplemented, "NotImplemented",
		"A header or query string you provided implies functionality that is not implemented."}
	// replaced says that the file was replaced while it was read.
	replaced      = &apiError{http.StatusServiceUnavailable, "ServiceUnavailable", "Please try again."}
	slowDown      = &apiError{http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate."}
	internalError = &apiError{http.StatusInternalServerError, "InternalError",
		"We encountered an internal error. Please try again."}
)

// write answers with the error's XML, chunked as S3 sends it, or without a body
// to HEAD.
func (e *apiError) write(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.status)
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
		Code: e.code, Message: e.message,
		RequestID: w.Header().Get("X-Amz-Request-Id"), HostID: w.Header().Get("X-Amz-Id-2"),
	})
	if err != nil {
		return
	}
	_ = http.NewResponseController(w).Flush()           // otherwise the answer is not chunked
	_, _ = w.Write(append([]byte(xml.Header), body...)) // the client may have left
}
