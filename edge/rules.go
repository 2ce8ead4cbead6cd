package edge

import (
	"net/http"
)

// admit returns an error if the request's method or the status of the origin's
// answer allows no variant, and otherwise err, the error of Asked.
//
// If the request asks for a size, a piece of the original (206) serves as well
// as the whole, and so does a refusal because of the viewer's headers (412,
// 416): Range and If-Match were meant for the variant. Its URL must never give
// a piece of something else, nor a refusal to viewers who sent no such header.
// An origin may answer a range with the whole object, which CloudFront caches
// and from which it serves the range: CloudFront Developer Guide, "How
// CloudFront processes partial requests for an object (range GETs)".
func admit(method, status string, err error) error {
	switch {
	case method != http.MethodGet:
		return Because(NotGet, nil)
	case status == statusOK, err == nil && (status == statusPartial || isRefusal(status)):
		return err
	}
	return Because(NotOK, nil)
}

// Statuses as events spell them.
const (
	statusOK                  = "200"
	statusPartial             = "206"
	statusPreconditionFailed  = "412"
	statusRangeNotSatisfiable = "416"
)

// isRefusal reports whether a status refuses a request because of headers that
// the viewer sent and that are not part of the cache key.
func isRefusal(status string) bool {
	return status == statusPreconditionFailed || status == statusRangeNotSatisfiable
}
