package edge

import (
	"context"
	"errors"
	"testing"
)

// sourceFunc is a Source made of a function.
type sourceFunc func(context.Context, Location) ([]byte, error)

func (f sourceFunc) Open(ctx context.Context, l Location, maxBytes int64) (Body, error) {
	data, err := f(ctx, l)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > maxBytes {
		return nil, Because(TooManyBytes, nil)
	}
	return Whole(data, ""), nil
}

func TestOpenFirstTriesTheOtherSpelling(t *testing.T) {
	places := []Location{{Key: "a+b"}, {Key: "a b"}}
	for _, tt := range []struct {
		first  error
		second error
		data   string
		tries  int
		reason Reason
	}{
		{nil, nil, "a+b", 1, ""},
		{Because(S3NotFound, nil), nil, "a b", 2, ""},
		{Because(S3Denied, nil), nil, "a b", 2, ""},
		{Because(S3Changed, nil), nil, "a b", 2, ""},
		{Because(S3Changed, nil), Because(S3NotFound, nil), "", 2, S3Changed},
		{Because(S3Timeout, nil), nil, "", 1, S3Timeout},
		{Because(TooManyBytes, nil), nil, "", 1, TooManyBytes},
		{errors.New("odd"), nil, "", 1, InternalError},
	} {
		tries := 0
		source := sourceFunc(func(_ context.Context, l Location) ([]byte, error) {
			tries++
			if err := []error{tt.first, tt.second}[tries-1]; err != nil {
				return nil, err
			}
			return []byte(l.Key), nil
		})
		var data []byte
		body, err := openFirst(t.Context(), source, places, 100)
		if err == nil {
			data, _ = body.First(t.Context(), body.Len())
		}
		if string(data) != tt.data || tries != tt.tries {
			t.Errorf("%v, %v: got %q in %d tries, want %q in %d", tt.first, tt.second, data, tries, tt.data, tt.tries)
		}
		if got := ReasonOf(err); err != nil && got != tt.reason || err == nil && tt.reason != "" {
			t.Errorf("%v, %v: got %v, want %q", tt.first, tt.second, err, tt.reason)
		}
	}
}
