package pic

import "context"

// Source is the bytes of a file, of which the first may be there before the
// last.
type Source interface {
	// Len returns how many bytes there are in all.
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

// All waits for all of a source.
func All(ctx context.Context, source Source) ([]byte, error) {
	n := source.Len()
	source.Expect(n)
	return source.First(ctx, n)
}

// Bytes is a Source that is there as a whole.
type Bytes []byte

// Len implements [Source].
func (b Bytes) Len() int { return len(b) }

// First implements [Source]; it never waits.
func (b Bytes) First(context.Context, int) ([]byte, error) { return b, nil }

// Expect implements [Source].
func (b Bytes) Expect(int) {}
