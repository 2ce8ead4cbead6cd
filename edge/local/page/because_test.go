package page

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic"
)

func TestBecause(t *testing.T) {
	limit := &resize.LimitError{What: "pixels", Got: 64_800_000, Max: 50_000_000, Info: resize.Info{Width: 1200, Height: 900, Frames: 60}}
	for _, tt := range []struct {
		err               error
		sentence, details string
	}{
		{resize.UnsupportedError{Format: pic.HEIC, Name: "HEIC"}, "HEIC is not resized", ""},
		{fmt.Errorf("inspect: %w", resize.UnsupportedError{Format: pic.APNG, Name: "animated PNG"}), "animated PNG is not resized", ""},
		{limit, "the original has more pixels than the config allows: 60 × 1200 × 900 pixels, more than 50000000", ""},
		{edge.Because(edge.BadSize, nil), "width or height is not a plain whole number", ""},
		{edge.Because(edge.BadParameter, errors.New("quality")), "a parameter has a value that is not allowed: quality", ""},
		{edge.Because(edge.BadParameter, nil), "a parameter has a value that is not allowed", ""},
		{edge.Because(edge.S3Denied, errors.New("key \"a\": AccessDenied")), "S3 refused access to the original", "key \"a\": AccessDenied"},
		{
			edge.Because(edge.S3Denied, fmt.Errorf("bucket x, attempt 1: %w", &smithy.OperationError{
				ServiceID: "S3", OperationName: "GetObject", Err: &smithy.GenericAPIError{Code: "AccessDenied", Message: "not\nyou"},
			})), "S3 refused access to the original", "AccessDenied: not you",
		},
		{edge.Because(edge.Panicked, errors.New("index out of range\ngoroutine 1:\nmain()")), "the code panicked", "index out of range"},
		{&resize.FormatError{Format: resize.JPEG, Err: errors.New("short")}, "the original is corrupt or truncated", "bad jpeg: short"},
		{resize.ErrSameSize, "the original already has this size", ""},
	} {
		sentence, details := because(edge.Outcome{Reason: edge.ReasonOf(tt.err), Err: tt.err})
		if sentence != tt.sentence || details != tt.details {
			t.Errorf("%v: got %q, %q; want %q, %q", tt.err, sentence, details, tt.sentence, tt.details)
		}
	}
}
