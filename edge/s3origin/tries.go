package s3origin

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// maxTries is how often the same bytes are asked for at most.
const maxTries = 2

// tries counts the attempts at the same bytes.
type tries int

// next is the context of one more attempt.
func (t *tries) next(ctx context.Context) (context.Context, context.CancelFunc) {
	*t++
	deadline, ok := ctx.Deadline()
	if !ok || *t == maxTries {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// again reports whether another attempt may follow one that ended with err.
func (t tries) again(ctx context.Context, err error) bool {
	return t < maxTries && worthAnother(err) && pause(ctx, err)
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

// attempt is one more request for s, or for the whole object where s is empty.
func (o *Origin) attempt(ctx context.Context, t *tries, l edge.Location, s span) (*answer, error) {
	ctx, cancel := t.next(ctx)
	a, err := o.find(ctx, l, s)
	if s.start == 0 && statusOf(err) == http.StatusRequestedRangeNotSatisfiable {
		a, err = o.find(ctx, l, span{}) // an object without bytes has no range
	}
	if err != nil {
		cancel()
		return nil, err
	}
	a.cancel = cancel
	return a, nil
}

// find makes a request where the bucket is.
func (o *Origin) find(ctx context.Context, l edge.Location, s span) (*answer, error) {
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
