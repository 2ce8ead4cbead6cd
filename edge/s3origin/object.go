package s3origin

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/edge"
)

var errEmpty = errors.New("the object has no bytes")

// tooManyBytesError says that an object is larger than is read.
type tooManyBytesError struct {
	length int64 // bytes; -1 where S3 did not say
	limit  int64 // bytes
}

func (e *tooManyBytesError) Error() string {
	if e.length < 0 {
		return fmt.Sprintf("the object has more than %d bytes", e.limit)
	}
	return fmt.Sprintf("the object has %d bytes, more than %d", e.length, e.limit)
}

// bodyError says that a body broke off.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return fmt.Sprintf("body: %v", e.err) }

func (e *bodyError) Unwrap() error { return e.err }

// get is one request and its whole answer.
func (o *Origin) get(ctx context.Context, l edge.Location, maxBytes int64) ([]byte, error) {
	input := &s3.GetObjectInput{Bucket: &l.Bucket, Key: &l.Key}
	if l.ETag != "" {
		input.IfMatch = &l.ETag
	}
	object, err := o.client.GetObject(ctx, input, func(options *s3.Options) { options.Region = l.Region })
	if err != nil {
		return nil, err
	}
	defer object.Body.Close()
	length := int64(-1)
	if object.ContentLength != nil {
		length = *object.ContentLength
	}
	data, err := readBody(object.Body, length, maxBytes)
	if err == nil && len(data) == 0 {
		return nil, errEmpty
	}
	return data, err
}

// readBody reads a body of length bytes, or of unknown length where that is
// negative, but not more than maxBytes.
func readBody(body io.Reader, length, maxBytes int64) ([]byte, error) {
	if length > maxBytes {
		return nil, &tooManyBytesError{length, maxBytes}
	}
	if length < 0 {
		return readUnknown(body, maxBytes)
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(body, data); err != nil {
		return nil, &bodyError{err}
	}
	return data, nil
}

func readUnknown(body io.Reader, maxBytes int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxBytes+1))
	if err != nil {
		return nil, &bodyError{err}
	}
	if int64(len(data)) > maxBytes {
		return nil, &tooManyBytesError{-1, maxBytes}
	}
	return data, nil
}
