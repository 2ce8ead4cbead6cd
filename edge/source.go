package edge

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// Source fetches originals.
type Source interface {
	// Open starts to fetch the whole object at l, of at most maxBytes bytes,
	// and returns once S3 has confirmed that it exists. The fetch goes on until
	// ctx is done or the Body is closed; Open and the Body return soon after
	// either. Errors, also those of the Body, are *ReasonError with one of the
	// S3 reasons, TooManyBytes or EmptyOriginal.
	Open(ctx context.Context, l Location, maxBytes int64) (Body, error)
}

// Body is an original that may still be arriving.
type Body interface {
	resize.Original
	// ETag returns the strong ETag, quotes included, of the object, or "" if S3
	// gave none.
	ETag() string
	// Focus returns the value of the object's header x-amz-meta-focus, which may
	// be malformed, or "" if it has none.
	Focus() string
	// Close stops the fetch and returns once its goroutines have exited. It may
	// first wait for data that is about to arrive, if that saves the next fetch
	// more time.
	Close()
}

// Whole returns data as a Body that has arrived and has no focus. etag is the
// strong ETag of the object, quotes included, or "".
func Whole(data []byte, etag string) Body { return whole{resize.Bytes(data), etag} }

type whole struct {
	resize.Bytes
	etag string
}

func (w whole) ETag() string { return w.etag }

func (whole) Focus() string { return "" }

func (whole) Close() {}

// openFirst opens the original at the first of places that has it. It tries the
// next one if S3 has no such object, refuses access, or has another version. It
// returns the error of the first place.
func openFirst(ctx context.Context, source Source, places []Location, maxBytes int64) (Body, error) {
	var first error
	for _, place := range places {
		body, err := source.Open(ctx, place, maxBytes)
		if err == nil {
			return body, nil
		}
		if first == nil {
			first = err
		}
		if reason := ReasonOf(err); reason != S3NotFound && reason != S3Denied && reason != S3Changed {
			break
		}
	}
	return nil, first
}

// awaited is a body that measures how long its reader waits for it.
type awaited struct {
	Body
	wait time.Duration
}

// First implements [resize.Original].
func (a *awaited) First(ctx context.Context, n int) ([]byte, error) {
	start := time.Now()
	defer func() { a.wait += time.Since(start) }()
	return a.Body.First(ctx, n)
}
