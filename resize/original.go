package resize

import (
	"context"
	"time"
)

// Original is the bytes of a picture, of which the first may be there before
// the last.
type Original interface {
	// Len is how many bytes there are in all.
	Len() int
	// First waits until the first n bytes have arrived, all of them where there
	// are fewer, and returns what has arrived: at least these. Bytes that were
	// returned never change, and all that it returns share one backing array.
	// Its error is ctx's, or what ended the arrival.
	First(ctx context.Context, n int) ([]byte, error)
	// Expect says that the first n bytes will be asked for, unless something is
	// wrong with them, so that they may be brought all at once. It does not wait.
	Expect(n int)
}

// Bytes is an original that is there as a whole.
type Bytes []byte

// Len implements [Original].
func (b Bytes) Len() int { return len(b) }

// First implements [Original]; it never waits.
func (b Bytes) First(context.Context, int) ([]byte, error) { return b, nil }

// Expect implements [Original].
func (b Bytes) Expect(int) {}

// arrival is an original whose bytes are waited for.
type arrival struct {
	Original
	data   []byte        // what has been waited for, at least
	waited time.Duration // in First
	err    error         // what ended the arrival
}

// First implements [Original]. It asks nobody for what is there already: headers
// may consist of millions of parts, each of them waited for.
func (a *arrival) First(ctx context.Context, n int) ([]byte, error) {
	if n <= len(a.data) {
		return a.data, nil
	}
	start := time.Now()
	data, err := a.Original.First(ctx, n)
	a.waited += time.Since(start)
	if err != nil {
		a.err = err
		return data, err
	}
	a.data = data
	return data, nil
}

// all waits for all bytes.
func (a *arrival) all(ctx context.Context) ([]byte, error) { return a.First(ctx, a.Len()) }
