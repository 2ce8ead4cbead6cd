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
	location edge.Location // with the ETag of the first answer
	focus    string        // in the first answer
	ctx      context.Context
	cancel   context.CancelFunc
	fetches  sync.WaitGroup
	began    time.Time     // when the first answer began
	latency  time.Duration // from the first request to the first answer

	// Guarded by the arrival's mutex.
	wanted  int64 // leading bytes that the reader wants or will want
	begun   int   // leading parts whose fetch has begun
	running int   // parts whose fetch is running
}

// newDownload continues with a, the first answer, about an object of known
// length. latency is the time from the request to that answer. The download
// calls cancel, which ends ctx, when it is done.
func newDownload(ctx context.Context, cancel context.CancelFunc, o *Origin, l edge.Location, t tries, a *objectReply, latency time.Duration) *download {
	if a.etag != "" {
		l.ETag = a.etag
	}
	d := &download{
		arrival: newArrival(a.total, o.plan.split(a.span, a.total)), origin: o, location: l, focus: a.focus,
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

// Focus implements [edge.Body]. Later answers do not count.
func (d *download) Focus() string { return d.focus }

// Close implements [edge.Body]. Cancelling a request closes its connection, and
// the next invocation must open another. So Close waits for bytes that arrive
// in less time than that takes.
func (d *download) Close() {
	worth := time.AfterFunc(d.worthWaiting(), d.cancel)
	d.fetches.Wait()
	worth.Stop()
	d.cancel()
}

// worthWaiting stops further parts from beginning, and returns how long to wait
// for those that have begun: as long as the first answer took if they will
// arrive within that at the rate so far, and 0 otherwise.
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

// beginWanted begins the parts that the reader will soon want, up to the number
// that may run at a time. The mutex is held.
func (d *download) beginWanted() {
	for d.begun < len(d.parts) && d.running < d.origin.plan.parallel &&
		d.parts[d.begun].start < d.wanted+d.origin.plan.ahead && d.ctx.Err() == nil {
		d.begin(nil)
	}
}

// begin begins the next part, with the answer a unless that is nil. The mutex
// is held.
func (d *download) begin(a *objectReply) {
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

// fetch fetches a part, first from a unless that is nil.
func (d *download) fetch(p *part, a *objectReply) (err error) {
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

// read reads the body of a into p, and closes it.
func (d *download) read(p *part, a *objectReply) error {
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

// ask makes one more attempt, at the missing bytes of p.
func (d *download) ask(p *part) (*objectReply, error) {
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
