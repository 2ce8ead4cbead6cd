package resize

import "context"

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
}

// Bytes is an original that is there as a whole.
type Bytes []byte

// Len implements [Original].
func (b Bytes) Len() int { return len(b) }

// First implements [Original]; it never waits.
func (b Bytes) First(context.Context, int) ([]byte, error) { return b, nil }
