package resize

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// leastKept is how many bytes of buffers are kept at least: enough for a JPEG of 12
// megapixels to 1200x800, of which 12 MB are kept, and too little for 48 megapixels to
// that size.
const leastKept = 24 << 20

// Resizer makes variants one after another, and keeps the buffers of a JPEG for the
// next one, unless they are large. What it makes does not depend on what it made
// before. The zero value is ready. It is not for concurrent use.
type Resizer struct {
	// Keep is how many bytes a picture may be estimated to take at most for its
	// buffers to be kept, and how many are kept at most; less than 24 MB count as so
	// many. Beside a picture that is estimated at more nothing is kept.
	Keep int64

	buffers pic.Buffers
	busy    bool // in a call, or since one that panicked
}

// keep returns how many bytes are kept at most.
func (r *Resizer) keep() int64 { return max(r.Keep, leastKept) }

// Resize makes the variant that req asks for out of an opened original, once. It is
// like the function [Resize] otherwise.
func (r *Resizer) Resize(ctx context.Context, p *Picture, req Request) (*Variant, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	if r.busy {
		*r = Resizer{Keep: r.Keep} // who knows what the panic has left
	}
	r.busy = true
	v, err := r.resize(ctx, p, req)
	r.busy = false
	if r.buffers.Size() > r.keep() {
		r.buffers = pic.Buffers{} // pictures of many shapes have made them grow
	}
	// What comes first is what made the error, whatever a decoder or encoder
	// made of being broken off.
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

// buffersFor returns the buffers for a picture of a room's format that is estimated
// to take memory bytes. Beside those that are not kept nothing is: for such a
// picture that is so much more memory.
func (r *Resizer) buffersFor(room room, memory int64) *pic.Buffers {
	if !room.keeps || memory > r.keep() {
		r.buffers = pic.Buffers{}
		return new(pic.Buffers)
	}
	return &r.buffers
}
