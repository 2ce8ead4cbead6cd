package s3origin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// download is an object on its way into an arrival.
type download struct {
	*arrival
	origin   *Origin
	location edge.Location // its ETag is that of the first answer
	ctx      context.Context
	cancel   context.CancelFunc
	fetches  sync.WaitGroup
	began    time.Time     // when the first answer did
	latency  time.Duration // from the first request until then

	// Guarded by the arrival's mutex.
	wanted  int64 // bytes in front that the reader has asked for, or will
	begun   int   // parts in front that are being fetched, or were
	running int   // parts that are being fetched
}

// newDownload goes on with the first answer about an object of known length,
// which began latency after it was asked for, and ends by cancel, which is that
// of ctx.
func newDownload(ctx context.Context, cancel context.CancelFunc, o *Origin, l edge.Location, t tries, a *answer, latency time.Duration) *download {
	if a.etag != "" {
		l.ETag = a.etag
	}
	d := &download{
		arrival: newArrival(a.total, o.plan.split(a.span, a.total)), origin: o, location: l,
		ctx: ctx, cancel: cancel, began: time.Now(), latency: latency,
	}
	d.parts[0].tries = t
	d.mu.Lock()
	defer d.mu.Unlock()
	d.begin(a)
	return d
}

// First implements [edge.Body].
func (d *download) First(ctx context.Context, n int) ([]byte, error) {
	d.Expect(n)
	return d.arrival.First(ctx, n)
}

// Expect implements [edge.Body].
func (d *download) Expect(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = max(d.wanted, int64(n))
	d.beginWanted()
}

// ETag implements [edge.Body].
func (d *download) ETag() string { return d.location.ETag }

// Close implements [edge.Body]. A request that is given up costs its
// connection, so the next invocation would have to open another one; what
// arrives in less time than that is let arrive.
func (d *download) Close() {
	worth := time.AfterFunc(d.worthWaiting(), d.cancel)
	d.fetches.Wait()
	worth.Stop()
	d.cancel()
}

// worthWaiting begins with no more parts, and is how long to wait for those that
// have begun: not at all, or as long as the first answer took, if they will have
// arrived by then at the rate that was seen.
func (d *download) worthWaiting() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	var arrived, left int64
	for _, p := range d.parts[:d.begun] {
		arrived += p.next - p.start
		left += p.end - p.next
	}
	d.begun = len(d.parts)
	if float64(left)*float64(time.Since(d.began)) > float64(arrived)*float64(d.latency) {
		return 0
	}
	return d.latency
}

// beginWanted begins with the parts that will soon be asked for, as many as may
// run at a time. The mutex is held.
func (d *download) beginWanted() {
	for d.begun < len(d.parts) && d.running < d.origin.plan.parallel &&
		d.parts[d.begun].start < d.wanted+d.origin.plan.ahead && d.ctx.Err() == nil {
		d.begin(nil)
	}
}

// begin begins with the next part, with a if there is an answer already. The
// mutex is held.
func (d *download) begin(a *answer) {
	p := d.parts[d.begun]
	d.begun++
	d.running++
	d.fetches.Go(func() {
		if err := d.fetch(p, a); err != nil {
			d.fail(because(d.location, p.tries, err))
			d.cancel()
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.running--
		d.beginWanted()
		if d.complete == len(d.parts) {
			d.cancel()
		}
	})
}

// fetch brings a part, first from a if that is not nil.
func (d *download) fetch(p *part, a *answer) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanicked, recovered, debug.Stack())
		}
	}()
	for {
		if a == nil {
			a, err = d.ask(p)
		}
		if a != nil {
			err = d.read(p, a)
			a = nil
		}
		if err == nil || !d.origin.again(d.ctx, p.tries, err) {
			return err
		}
	}
}

// read reads the body of an answer, and closes it.
func (d *download) read(p *part, a *answer) error {
	defer a.close()
	for {
		rest := d.missing(p)
		if len(rest) == 0 {
			return nil
		}
		n, err := a.body.Read(rest)
		d.add(p, n)
		if err != nil && n < len(rest) {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return &bodyError{err}
		}
	}
}

// ask is one more attempt, at what has not arrived of a part.
func (d *download) ask(p *part) (*answer, error) {
	if d.location.ETag == "" && !d.restart(p) {
		return nil, errNoETag
	}
	rest := span{p.next, p.end}
	a, err := d.origin.attempt(d.ctx, &p.tries, d.location, rest)
	if err != nil {
		return nil, err
	}
	switch {
	case a.total != int64(d.Len()):
		err = errChanged
	case a.span != rest:
		err = &rangeError{rest, a.span}
	default:
		return a, nil
	}
	a.close()
	return nil, err
}
