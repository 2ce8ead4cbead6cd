// Package s3origin fetches originals from Amazon S3. It is the [edge.Source] in
// production; CloudFront on a laptop uses it with a server of its own.
//
// An original is read by GetObject, with If-Match if the origin's ETag is known:
// first 4 MiB, then the rest in parts of about that size, up to four at a time,
// once its reader announces that it will want them. Its bytes are handed out
// while they arrive. They all belong to one version of the object and are as many
// as S3 announced, or there is an error:
//
//   - Each part gets two attempts at most. The second follows an answer of 5xx or
//     SlowDown, a lost connection, a timeout or a short body; it does not follow
//     403, 404, 412 or any other answer that S3 would repeat. The first attempt
//     may use half of the time left, less if a body falls silent. So after a hang
//     the second attempt has the other half, and a new connection.
//   - The second attempt continues where the body of the first broke off, with
//     Range, and with the ETag of the first answer in If-Match. If no strong ETag
//     is known it starts anew, and fails if bytes have been handed out.
//   - If a bucket is in another region than the event says, the request is
//     repeated there once, within the attempt, and the region is remembered.
//   - Credentials are read from the environment for every request, so rotated
//     ones are used at once.
//   - Keys are sent unchanged: dot segments, doubled and leading slashes, spaces,
//     plus and percent signs mean themselves.
//   - Connections live across invocations, unless a body was closed long before
//     it had arrived. A connection that S3 closed, or that was idle too long while
//     the sandbox was frozen, is replaced without costing an attempt.
//   - A connection that was idle may have died without being closed. If it stays
//     silent for longer than S3's latency and the time left suggest, the request
//     is also sent over a new one, as part of the same attempt, and the first
//     answer is taken. However many connections have died, the invocation loses
//     an eighth of an attempt's time or four latencies, and a slow S3 is not given
//     up.
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
	// regions maps the names of buckets that are in another region than asked
	// to their region.
	regions sync.Map
}

var _ edge.Source = (*Origin)(nil)

// Open starts to fetch the object at l, of at most maxBytes bytes. It returns
// once S3's answer has begun, or, if that gives no length, once the whole
// object has arrived. The context's deadline bounds both attempts.
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

// open makes one attempt to get the first answer.
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
	return focused{edge.Whole(data, cmp.Or(a.etag, l.ETag)), a.focus}, nil
}

// focused is a body and the focus of its object.
type focused struct {
	edge.Body
	focus string
}

// Focus implements [edge.Body].
func (f focused) Focus() string { return f.focus }
