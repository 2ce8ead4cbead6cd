package s3origin

import (
	"context"
	"sync"
)

// part is a run of an object's bytes that is fetched by one request at a time.
type part struct {
	span
	next int64 // first byte that has not arrived
	tries
}

func newPart(s span) *part { return &part{span: s, next: s.start} }

// arrival is a buffer whose parts arrive in any order, while readers wait for
// its beginning.
type arrival struct {
	data  []byte
	parts []*part // in order, without gaps

	mu       sync.Mutex
	more     *sync.Cond // signals more bytes, or the end
	complete int        // leading parts that have arrived
	seen     bool       // bytes have been handed out
	err      error      // why the arrival ended
}

func newArrival(length int64, parts []*part) *arrival {
	a := &arrival{data: make([]byte, length), parts: parts}
	a.more = sync.NewCond(&a.mu)
	return a
}

// Len returns the length of the buffer in bytes.
func (a *arrival) Len() int { return len(a.data) }

// First implements [resize.Original].
func (a *arrival) First(ctx context.Context, n int) ([]byte, error) {
	n = min(n, len(a.data))
	stop := context.AfterFunc(ctx, a.wake)
	defer stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.arrived() < n {
		if a.err != nil {
			return nil, a.err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a.more.Wait()
	}
	there := a.arrived()
	a.seen = a.seen || there > 0
	return a.data[:there:there], nil
}

// arrived returns how many bytes at the beginning have arrived. The mutex is
// held.
func (a *arrival) arrived() int {
	if a.complete == len(a.parts) {
		return len(a.data)
	}
	return int(a.parts[a.complete].next)
}

// wake makes all waiting readers check again.
func (a *arrival) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.more.Broadcast()
}

// missing returns the part of the buffer for p's missing bytes.
func (a *arrival) missing(p *part) []byte { return a.data[p.next:p.end] }

// add records that n more bytes of p have arrived.
func (a *arrival) add(p *part, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p.next += int64(n)
	for a.complete < len(a.parts) && a.parts[a.complete].next == a.parts[a.complete].end {
		a.complete++
	}
	a.more.Broadcast()
}

// fail ends the arrival with err, unless it has ended.
func (a *arrival) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = err
	}
	a.more.Broadcast()
}

// restart discards the bytes of p that have arrived. It reports false, and
// keeps them, if any bytes have been handed out.
func (a *arrival) restart(p *part) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen {
		return false
	}
	p.next = p.start
	return true
}
