package page

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/s3bucket"
	"github.com/edgeresize/edgeresize/resize"
)

// because returns why the original was served, as the rest of a sentence that
// begins with "because". It says what is wrong with this original, if that is
// known. details says what else is known, or is "".
func because(o edge.Outcome) (sentence, details string) {
	cause := causeOf(o.Err)
	var unsupported resize.UnsupportedError
	var limit *resize.LimitError
	switch {
	case errors.As(o.Err, &unsupported):
		return unsupported.Error(), ""
	case errors.As(o.Err, &limit), o.Reason == edge.BadParameter && cause != "":
		return o.Reason.Meaning() + ": " + cause, ""
	}
	if sentence = o.Reason.Meaning(); cause == sentence {
		cause = ""
	}
	return sentence, cause
}

// causeOf returns the cause behind a reason in one line, or "". It leaves out
// the names of packages and the layers of the SDK's errors.
func causeOf(err error) string {
	var reason *edge.ReasonError
	var request *smithy.OperationError
	switch {
	case errors.As(err, &request):
		return s3bucket.Cause(request)
	case errors.As(err, &reason):
		err = reason.Err
	}
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n") // leaves out a stack trace
	return strings.TrimPrefix(line, "resize: ")
}
