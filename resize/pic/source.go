package pic

import "context"

// Source holds the bytes of a file. The last of them may arrive later than the first.
type Source interface {
	// Len returns the length of the file in bytes.
	Len() int
	// First waits until the first n bytes have arrived, or all if there are fewer, and
	// returns everything that has arrived. Bytes that were returned never change, and
	// all results share one backing array. Its error is ctx's, or the one that ended
	// the arrival.
	First(ctx context.Context, n int) ([]byte, error)
	// Expect announces that the first n bytes will be asked for, unless something is
	// wrong with them, so that they may be fetched all at once. It does not wait.
	Expect(n int)
}

// All waits for the whole source and returns it.
func All(ctx context.Context, source Source) ([]byte, error) {
	n := source.Len()
	source.Expect(n)
	return source.First(ctx, n)
}

// Bytes is a Source that is in memory as a whole.
type Bytes []byte

// Len implements [Source].
func (b Bytes) Len() int { return len(b) }

// First implements [Source]; it never waits.
func (b Bytes) First(context.Context, int) ([]byte, error) { return b, nil }

// Expect implements [Source].
func (b Bytes) Expect(int) {}
