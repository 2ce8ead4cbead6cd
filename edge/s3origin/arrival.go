package s3origin

import (
	"context"
	"sync"
)

// part is a run of an object's bytes that one request at a time brings.
type part struct {
	span
	next int64 // the first byte that has not arrived
	tries
}

func newPart(s span) *part { return &part{span: s, next: s.start} }

// arrival is a buffer whose parts arrive in any order, while its beginning is
// waited for.
type arrival struct {
	data  []byte
	parts []*part // in the buffer's order, without gaps

	mu       sync.Mutex
	more     *sync.Cond // there are more bytes, or an end
	complete int        // parts in front that have arrived
	seen     bool       // bytes were handed out
	err      error      // what ended the arrival
}

func newArrival(length int64, parts []*part) *arrival {
	a := &arrival{data: make([]byte, length), parts: parts}
	a.more = sync.NewCond(&a.mu)
	return a
}

// Len is how many bytes there are to arrive.
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

// arrived is how many bytes there are without a gap.
func (a *arrival) arrived() int {
	if a.complete == len(a.parts) {
		return len(a.data)
	}
	return int(a.parts[a.complete].next)
}

// wake lets whoever waits look again.
func (a *arrival) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.more.Broadcast()
}

// missing is the room for what has not arrived of a part.
func (a *arrival) missing(p *part) []byte { return a.data[p.next:p.end] }

// add says that n more bytes of a part have arrived.
func (a *arrival) add(p *part, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p.next += int64(n)
	for a.complete < len(a.parts) && a.parts[a.complete].next == a.parts[a.complete].end {
		a.complete++
	}
	a.more.Broadcast()
}

// fail ends the arrival, unless it has ended.
func (a *arrival) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = err
	}
	a.more.Broadcast()
}

// restart forgets what has arrived of a part. It reports whether nobody has
// seen any bytes.
func (a *arrival) restart(p *part) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen {
		return false
	}
	p.next = p.start
	return true
}
