package resize

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// leastKept is the least value of [Resizer].Keep that has effect, in bytes: enough for
// a JPEG of 12 megapixels to 1200x800, which keeps 12 MB, and too little for 48
// megapixels to that size.
const leastKept = 24 << 20

// Resizer makes variants one after another. It keeps the buffers of a JPEG for the next
// one, unless they are large. A variant does not depend on those made before. The zero
// value is ready. A Resizer is not safe for concurrent use.
type Resizer struct {
	// Keep bounds, in bytes, both the estimate of a picture whose buffers are kept and
	// the size of the kept buffers; values below 24 MB count as 24 MB. A picture with a
	// larger estimate drops what is kept.
	Keep int64

	buffers pic.Buffers
	busy    bool // during a call, and after a call that panicked
}

// keep returns how many bytes may be kept.
func (r *Resizer) keep() int64 { return max(r.Keep, leastKept) }

// Resize makes the variant that req asks for from an opened original, which it uses up.
// Otherwise it works like the function [Resize].
func (r *Resizer) Resize(ctx context.Context, p *Picture, req Request) (*Variant, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	if r.busy {
		*r = Resizer{Keep: r.Keep} // a panic may have left any state
	}
	r.busy = true
	v, err := r.resize(ctx, p, req)
	r.busy = false
	if r.buffers.Size() > r.keep() {
		r.buffers = pic.Buffers{} // pictures of many shapes have made the buffers grow
	}
	// A decoder or encoder that is broken off may return any error, so the cause takes
	// precedence.
	switch {
	case p.arrival.err != nil:
		return nil, p.arrival.err
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	}
	return v, nil
}

// buffersFor returns the buffers for a picture of a room's format that is estimated to
// take memory bytes. If they will not be kept, it also drops the kept ones, so that the
// picture may use their memory.
func (r *Resizer) buffersFor(room room, memory int64) *pic.Buffers {
	if !room.keeps || memory > r.keep() {
		r.buffers = pic.Buffers{}
		return new(pic.Buffers)
	}
	return &r.buffers
}
