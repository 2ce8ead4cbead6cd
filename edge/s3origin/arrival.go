package s3origin

import (
	"context"
	"sync"
)

// arrival is a buffer of bytes that arrive and that are waited for: an
// original as [resize.Original] has it. One goroutine fills it.
type arrival struct {
	mu   sync.Mutex
	more *sync.Cond // there are more bytes, or an end
	data []byte
	next int // the first byte that has not arrived
	seen bool
	err  error // what ended the arrival
}

func newArrival(length int64) *arrival {
	a := &arrival{data: make([]byte, length)}
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
	for a.next < n {
		if a.err != nil {
			return nil, a.err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a.more.Wait()
	}
	a.seen = a.seen || a.next > 0
	return a.data[:a.next:a.next], nil
}

// wake lets whoever waits look again.
func (a *arrival) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.more.Broadcast()
}

// missing is the room for what has not arrived.
func (a *arrival) missing() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.data[a.next:]
}

// arrived hands out n more bytes.
func (a *arrival) arrived(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next += n
	a.more.Broadcast()
}

// fail ends the arrival.
func (a *arrival) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.err = err
	a.more.Broadcast()
}

// restart forgets what has arrived. It reports whether nobody has seen any of
// that.
func (a *arrival) restart() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen {
		return false
	}
	a.next = 0
	return true
}
