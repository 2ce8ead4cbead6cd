package s3origin

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// maxTries is the most times that the same bytes are asked for.
const maxTries = 2

// tries counts the attempts at the same bytes.
type tries int

// next counts one more attempt and returns its context.
func (t *tries) next(ctx context.Context) (context.Context, context.CancelFunc) {
	*t++
	deadline, ok := ctx.Deadline()
	if !ok || *t == maxTries {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// again reports whether another attempt may follow, after t attempts of which
// the last ended with err. If S3 was silent, it makes the next one use a new
// connection.
func (o *Origin) again(ctx context.Context, t tries, err error) bool {
	if isSilence(err) {
		o.connections.CloseIdleConnections()
	}
	return t < maxTries && worthAnother(err) && pause(ctx, err)
}

// pause waits a moment if the server asked for fewer requests, as the Amazon S3
// User Guide, "Best practices design patterns: optimizing Amazon S3
// performance", demands. It reports whether there is still time.
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

// attempt makes one more attempt to get s, or the whole object if s is empty.
func (o *Origin) attempt(ctx context.Context, t *tries, l edge.Location, s span) (*objectReply, error) {
	ctx, cancel := t.next(ctx)
	a, err := o.find(ctx, l, s)
	if s.start == 0 && statusOf(err) == http.StatusRequestedRangeNotSatisfiable {
		a, err = o.find(ctx, l, span{}) // an empty object has no ranges
	}
	if err != nil {
		cancel()
		return nil, err
	}
	a.cancel = cancel
	if within, ok := o.connections.patience.within(ctx); ok && *t < maxTries {
		// Giving a body up costs an attempt, so it gets more time.
		a.body = &watched{ReadCloser: a.body, within: 2 * within, giveUp: cancel}
	}
	return a, nil
}

// watched is a body that breaks off after a long silence, so that the next
// attempt continues it over another connection.
type watched struct {
	io.ReadCloser
	within time.Duration // longest wait for more bytes
	giveUp context.CancelFunc
	silent atomic.Bool // the body was given up
}

// Read implements [io.Reader]. Its error is errSilent if the body was given up.
func (w *watched) Read(p []byte) (int, error) {
	silence := time.AfterFunc(w.within, func() {
		w.silent.Store(true)
		w.giveUp()
	})
	n, err := w.ReadCloser.Read(p)
	silence.Stop()
	if err != nil && w.silent.Load() {
		err = errSilent
	}
	return n, err
}

// find makes a request to the region that the bucket is in.
func (o *Origin) find(ctx context.Context, l edge.Location, s span) (*objectReply, error) {
	if known, ok := o.regions.Load(l.Bucket); ok {
		l.Region = known.(string)
	}
	a, err := o.get(ctx, l, s)
	region := bucketRegion(err)
	if region == "" || region == l.Region {
		return a, err
	}
	l.Region = region
	a, err = o.get(ctx, l, s)
	if err == nil {
		o.regions.Store(l.Bucket, region)
	}
	return a, err
}
