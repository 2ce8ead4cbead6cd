package resize

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Original is the bytes of a picture, of which the first may be there before
// the last.
type Original = pic.Source

// Bytes is an original that is there as a whole.
type Bytes = pic.Bytes

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
