// Package s3origin fetches originals from Amazon S3. It is the [edge.Source]
// of production; CloudFront on a laptop uses the same one against a server of
// its own.
//
// An original is read by GetObject, with If-Match where the origin's ETag is
// known: the first 4 MiB, and the rest in parts of about as many, up to four at
// a time, once its reader says that it will want them. Its bytes are handed out
// while they arrive, those of one version of the object and in the length that
// S3 announced, or an error:
//
//   - Two attempts at most at each part. The second follows an answer of 5xx or
//     SlowDown, a lost connection, a timeout or a short body; it does not follow
//     403, 404, 412 or any other answer that S3 would give again. The first
//     attempt has at most half of the time that is left, less where a body falls
//     silent, so that after a hang the second has the other half, and a new
//     connection.
//   - The second attempt goes on where the body of the first broke off, with
//     Range and with If-Match the ETag of the first answer. Where no strong ETag
//     is known it begins anew, and fails if bytes were handed out already.
//   - A bucket in another region than the event says is followed there once,
//     within the attempt, and its region is remembered.
//   - Credentials are read from the environment for every request, so rotated
//     ones are used at once.
//   - Keys are sent as they are: dot segments, doubled and leading slashes,
//     spaces, plus and percent signs mean themselves.
//   - Connections live across invocations, unless a body was closed long before
//     it had arrived. One that S3 closed, or that was idle too long while the
//     sandbox was frozen, is replaced without costing an attempt.
//   - A connection that was idle may be dead without anybody having said so. Where
//     one stays silent for longer than S3's latency and the time that is left let
//     expect, the request is sent over a new one too, as part of the same attempt,
//     and the first answer is taken. However many have died, the invocation that
//     meets them loses an eighth of an attempt's time or four latencies, and a slow
//     S3 is not given up.
//
// Errors are *[edge.ReasonError] with the reasons S3Denied, S3NotFound,
// S3Changed, S3Failed, S3Timeout, TooManyBytes or EmptyOriginal. Their text
// holds neither credentials nor signatures.
package s3origin

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/edge"
)

// Origin fetches originals. It is safe for concurrent use.
type Origin struct {
	client      *s3.Client
	connections *hedge
	plan        plan
	// regions holds the region of each bucket that turned out to be elsewhere
	// than asked: bucket name to region name.
	regions sync.Map
}

var _ edge.Source = (*Origin)(nil)

// Open begins to fetch the object at l, of at most maxBytes bytes. It returns
// once S3's answer has begun; where that does not say how long the object is,
// once it is there. The context's deadline bounds both attempts.
func (o *Origin) Open(ctx context.Context, l edge.Location, maxBytes int64) (edge.Body, error) {
	var t tries
	for {
		body, err := o.open(ctx, &t, l, maxBytes)
		if err == nil {
			return body, nil
		}
		if !o.again(ctx, t, err) {
			return nil, because(l, t, err)
		}
	}
}

// open is one attempt at the first answer.
func (o *Origin) open(ctx context.Context, t *tries, l edge.Location, maxBytes int64) (edge.Body, error) {
	// The body may be closed before ctx is done.
	ctx, cancel := context.WithCancel(ctx)
	start := time.Now()
	a, err := o.attempt(ctx, t, l, span{0, o.plan.first})
	if err != nil {
		cancel()
		return nil, err
	}
	switch {
	case a.total > maxBytes:
		err = &tooManyBytesError{a.total, maxBytes}
	case a.total == 0:
		err = errEmpty
	case a.end < a.total && a.etag == "" && l.ETag == "":
		err = errNoETag
	case a.total > 0:
		return newDownload(ctx, cancel, o, l, *t, a, time.Since(start)), nil
	}
	defer cancel()
	defer a.close()
	if err != nil {
		return nil, err
	}
	data, err := readUnknown(a.body, maxBytes)
	if err != nil {
		return nil, err
	}
	return edge.Whole(data, cmp.Or(a.etag, l.ETag)), nil
}
