// Package s3origin fetches originals from Amazon S3. It is the [edge.Source]
// of production; CloudFront on a laptop uses the same one against a server of
// its own.
//
// An original is one GetObject, with If-Match where the origin's ETag is
// known, of which at most the given number of bytes is read. It is had whole
// and in the length that S3 announced, or not at all:
//
//   - Two attempts at most. The second follows an answer of 5xx or SlowDown, a
//     lost connection, a timeout or a short body; it does not follow 403, 404,
//     412 or any other answer that S3 would give again. The first attempt has
//     at most half of the time that is left, so that after a hang the second
//     has the other half.
//   - A bucket in another region than the event says is followed there once,
//     within the attempt, and its region is remembered.
//   - Credentials are read from the environment for every request, so rotated
//     ones are used at once.
//   - Keys are sent as they are: dot segments, doubled and leading slashes,
//     spaces, plus and percent signs mean themselves.
//   - Connections live across invocations. One that S3 closed, or that was
//     idle too long while the sandbox was frozen, is replaced without costing
//     an attempt.
//
// Errors are *[edge.ReasonError] with the reasons S3Denied, S3NotFound,
// S3Changed, S3Failed, S3Timeout, TooManyBytes or EmptyOriginal. Their text
// holds neither credentials nor signatures.
package s3origin

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/edge"
)

// Origin fetches originals. It is safe for concurrent use.
type Origin struct {
	client *s3.Client
	// regions holds the region of each bucket that turned out to be elsewhere
	// than asked: bucket name to region name.
	regions sync.Map
}

var _ edge.Source = (*Origin)(nil)

// Original is the whole object at l, of at most maxBytes bytes. The context's
// deadline bounds both attempts.
func (o *Origin) Original(ctx context.Context, l edge.Location, maxBytes int64) ([]byte, error) {
	first, cancel := withHalfTheTime(ctx)
	data, err := o.attempt(first, l, maxBytes)
	cancel()
	attempts := 1
	if worthAnother(err) && pause(ctx, err) {
		data, err = o.attempt(ctx, l, maxBytes)
		attempts = 2
	}
	if err != nil {
		return nil, edge.Because(reason(err),
			fmt.Errorf("bucket %s, key %q, attempt %d: %w", l.Bucket, l.Key, attempts, err))
	}
	return data, nil
}

// attempt gets the object from where its bucket is.
func (o *Origin) attempt(ctx context.Context, l edge.Location, maxBytes int64) ([]byte, error) {
	if known, ok := o.regions.Load(l.Bucket); ok {
		l.Region = known.(string)
	}
	data, err := o.get(ctx, l, maxBytes)
	region := bucketRegion(err)
	if region == "" || region == l.Region {
		return data, err
	}
	l.Region = region
	data, err = o.get(ctx, l, maxBytes)
	if err == nil {
		o.regions.Store(l.Bucket, region)
	}
	return data, err
}

// withHalfTheTime ends when half of the time that ctx has left is over.
func withHalfTheTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// pause waits a moment where the server asked for relief, as the Amazon S3
// User Guide's "Best practices design patterns: optimizing Amazon S3
// performance" wants it, and reports whether there is still time.
func pause(ctx context.Context, err error) bool {
	if !serverFailed(err) {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(25*time.Millisecond + rand.N(50*time.Millisecond)):
		return true
	case <-ctx.Done():
		return false
	}
}
