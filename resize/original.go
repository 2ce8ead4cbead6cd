package resize

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Original is a source of a picture's bytes. The last of them may arrive later than the
// first.
type Original = pic.Source

// Bytes is an original that is in memory as a whole.
type Bytes = pic.Bytes

// arrival is an original that keeps what has arrived and measures the waiting.
type arrival struct {
	Original
	data   []byte        // the bytes that have been waited for, at least
	waited time.Duration // the time spent in First
	err    error         // the error that ended the arrival
}

// First implements [Original]. It does not ask for bytes that are there already:
// headers may consist of millions of parts, and a decoder waits for each of them.
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
