package resize

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// keptMemory is how many bytes a picture may be estimated to take at most for
// its buffers to be kept. Beside a picture that is estimated at more nothing is
// kept. It is enough for 12 megapixels to 1200x800, of which 12 MB are kept, and
// too little for 48 megapixels to that size.
const keptMemory = 24 << 20

// Resizer makes variants one after another, and keeps the buffers of a JPEG for
// the next one, unless they are large. What it makes does not depend on what it
// made before. The zero value is ready. It is not for concurrent use.
type Resizer struct {
	tools *jpegTools
	busy  bool // in a call, or since one that panicked
}

// jpegTools are what takes memory on the way of a JPEG.
type jpegTools struct {
	decoder   jpeg.Decoder
	resampler planeResampler
	encoder   pic.Buffers
}

// toolsFor returns the tools for a picture that is estimated to take so many
// bytes.
func (r *Resizer) toolsFor(memory int64) *jpegTools {
	if memory > keptMemory {
		r.tools = nil
		return new(jpegTools)
	}
	if r.tools == nil {
		r.tools = new(jpegTools)
	}
	return r.tools
}

// Resize is like the function [Resize].
func (r *Resizer) Resize(ctx context.Context, original Original, req Request) (*Variant, error) {
	if err := req.validate(); err != nil {
		return nil, err
	}
	if r.busy {
		*r = Resizer{} // who knows what the panic has left
	}
	r.busy = true
	a := &arrival{Original: original}
	v, err := r.resize(ctx, a, req)
	r.busy = false
	// What comes first is what made the error, whatever a decoder or encoder
	// made of being broken off.
	switch {
	case a.err != nil:
		return nil, a.err
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	}
	v.Times.Wait = a.waited
	return v, nil
}
