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
// begins with "because": what is wrong with this very original, where that is
// known. details is what else there is to know, or "".
func because(o edge.Outcome) (sentence, details string) {
	cause := causeOf(o.Err)
	var unsupported resize.UnsupportedError
	var limit *resize.LimitError
	switch {
	case errors.As(o.Err, &unsupported):
		return unsupported.Error(), ""
	case errors.As(o.Err, &limit):
		return o.Reason.Meaning() + ": " + cause, ""
	}
	if sentence = o.Reason.Meaning(); cause == sentence {
		cause = ""
	}
	return sentence, cause
}

// causeOf returns in one line what is behind a reason, without the names of
// packages and of what an error of S3's went through, or "".
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
	line, _, _ := strings.Cut(err.Error(), "\n") // a stack trace, for instance
	return strings.TrimPrefix(line, "resize: ")
}
