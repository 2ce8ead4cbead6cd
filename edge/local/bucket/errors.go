package bucket

import (
	"net/http"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// apiError is an error answer of S3.
type apiError = s3fault.Error

var (
	notImplemented = &apiError{Status: http.StatusNotImplemented, Code: "NotImplemented",
		Message: "A header or query string you provided implies functionality that is not implemented."}
	// replaced says that the file was replaced while it was read.
	replaced = &apiError{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "Please try again."}
)
