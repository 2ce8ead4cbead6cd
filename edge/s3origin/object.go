package s3origin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/edgeresize/edgeresize/edge"
)

// span is the bytes of an object from start to before end.
type span struct{ start, end int64 }

// objectReply is S3's reply to one request, with its body unread.
type objectReply struct {
	span         // the bytes in body
	total  int64 // length of the object in bytes; -1 if S3 does not say
	etag   string
	focus  string // of the object, "" if it has none
	body   io.ReadCloser
	cancel context.CancelFunc // ends the request
}

// close ends the answer. The connection can be reused if the whole body was
// read.
func (a *objectReply) close() {
	a.cancel()
	a.body.Close()
}

// get makes one request for s, or for the whole object if s is empty. The
// answer's body ends with ctx.
func (o *Origin) get(ctx context.Context, l edge.Location, s span) (*objectReply, error) {
	input := &s3.GetObjectInput{Bucket: &l.Bucket, Key: &l.Key}
	if l.ETag != "" {
		input.IfMatch = &l.ETag
	}
	if s.end > 0 {
		input.Range = aws.String(fmt.Sprintf("bytes=%d-%d", s.start, s.end-1))
	}
	object, err := o.client.GetObject(ctx, input, func(options *s3.Options) { options.Region = l.Region })
	if err != nil {
		return nil, err
	}
	a := &objectReply{body: object.Body, focus: object.Metadata[focusName]}
	if object.ETag != nil && !strings.HasPrefix(*object.ETag, "W/") {
		a.etag = *object.ETag
	}
	err = a.locate(object, s)
	if l.ETag != "" && object.ETag != nil && strings.TrimPrefix(*object.ETag, "W/") != l.ETag {
		err = errChanged // even if the server ignores If-Match
	}
	if err != nil {
		object.Body.Close()
		return nil, err
	}
	return a, nil
}

// focusName is the name of the user metadata that holds an object's focus. Amazon
// S3 User Guide, "Working with object metadata".
const focusName = "focus"

// locate sets which bytes of the object the answer to a request for s holds.
func (a *objectReply) locate(object *s3.GetObjectOutput, s span) error {
	length := int64(-1)
	if object.ContentLength != nil {
		length = *object.ContentLength
	}
	response, ok := middleware.GetRawResponse(object.ResultMetadata).(*smithyhttp.Response)
	switch {
	case !ok:
		return errNoObject
	case response.StatusCode == http.StatusOK:
		a.span, a.total = span{0, length}, length
		return nil
	case response.StatusCode != http.StatusPartialContent || object.ContentRange == nil:
		return errNoObject
	}
	if a.span, a.total, ok = parseContentRange(*object.ContentRange); !ok {
		return fmt.Errorf("Content-Range %q", *object.ContentRange)
	}
	if want := (span{s.start, min(s.end, a.total)}); a.span != want {
		return &rangeError{want, a.span}
	}
	if length >= 0 && length != a.end-a.start {
		return fmt.Errorf("Content-Range %q of %d bytes", *object.ContentRange, length)
	}
	return nil
}

// contentRange matches the Content-Range header of a partial answer (RFC 9110,
// section 14.4).
var contentRange = regexp.MustCompile(`^bytes ([0-9]+)-([0-9]+)/([0-9]+)$`)

// parseContentRange returns the span in a Content-Range header, and the length
// of the object in bytes. ok reports whether the header is valid.
func parseContentRange(header string) (s span, total int64, ok bool) {
	m := contentRange.FindStringSubmatch(header)
	if m == nil {
		return span{}, 0, false
	}
	first, err1 := strconv.ParseInt(m[1], 10, 64)
	last, err2 := strconv.ParseInt(m[2], 10, 64)
	total, err3 := strconv.ParseInt(m[3], 10, 64)
	ok = errors.Join(err1, err2, err3) == nil && first <= last && last < total
	return span{first, last + 1}, total, ok
}

// rangeError says that S3 sent other bytes than requested.
type rangeError struct{ asked, got span }

func (e *rangeError) Error() string {
	return fmt.Sprintf("asked for bytes %d-%d, got %d-%d", e.asked.start, e.asked.end-1, e.got.start, e.got.end-1)
}

// readUnknown reads a body of unknown length, of at most maxBytes.
func readUnknown(body io.Reader, maxBytes int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxBytes+1))
	switch {
	case err != nil:
		return nil, &bodyError{err}
	case int64(len(data)) > maxBytes:
		return nil, &tooManyBytesError{-1, maxBytes}
	case len(data) == 0:
		return nil, errEmpty
	}
	return data, nil
}
