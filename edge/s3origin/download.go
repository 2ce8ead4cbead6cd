package s3origin

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/edgeresize/edgeresize/edge"
)

// download is an object on its way into an arrival.
type download struct {
	*arrival
	origin   *Origin
	location edge.Location // its ETag is that of the first answer
	ctx      context.Context
	cancel   context.CancelFunc
	ended    chan struct{}
}

// newDownload goes on with the first answer about an object of known length,
// and ends by cancel, which is that of ctx.
func newDownload(ctx context.Context, cancel context.CancelFunc, o *Origin, l edge.Location, t *tries, a *answer) *download {
	if a.etag != "" {
		l.ETag = a.etag
	}
	d := &download{
		arrival: newArrival(a.total), origin: o, location: l,
		ctx: ctx, cancel: cancel, ended: make(chan struct{}),
	}
	go func() {
		defer close(d.ended)
		defer cancel()
		if err := d.fetch(t, a); err != nil {
			d.fail(because(l, *t, err))
		}
	}()
	return d
}

// Close implements [edge.Body].
func (d *download) Close() {
	d.cancel()
	<-d.ended
}

// fetch reads the object, first from a.
func (d *download) fetch(t *tries, a *answer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanicked, p, debug.Stack())
		}
	}()
	for {
		if err == nil {
			err = d.read(a)
		}
		if err == nil || !t.again(d.ctx, err) {
			return err
		}
		a, err = d.resume(t)
	}
}

// read reads the body of an answer, and closes it.
func (d *download) read(a *answer) error {
	defer a.close()
	for {
		rest := d.missing()
		if len(rest) == 0 {
			return nil
		}
		n, err := a.body.Read(rest)
		d.arrived(n)
		if err != nil && n < len(rest) {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return &bodyError{err}
		}
	}
}

// resume is one more attempt, at the bytes that are missing.
func (d *download) resume(t *tries) (*answer, error) {
	if d.location.ETag == "" && !d.restart() {
		return nil, errNoETag
	}
	total := int64(d.Len())
	rest := span{total - int64(len(d.missing())), total}
	a, err := d.origin.attempt(d.ctx, t, d.location, rest)
	if err != nil {
		return nil, err
	}
	switch {
	case a.total != total, a.etag != "" && d.location.ETag != "" && a.etag != d.location.ETag:
		err = errChanged
	case a.span != rest:
		err = &rangeError{rest, a.span}
	default:
		return a, nil
	}
	a.close()
	return nil, err
}
