package resize

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// gifColours are the numbers of colours a frame to try until a GIF fits, each
// with transparency besides.
var gifColours = []int{255, 127, 63, 31}

// resizeGIF resizes every frame of a GIF and keeps delays and loops. A frame
// is resampled as it is seen, on the canvas; a pixel is transparent in the
// variant where more than half of it was.
func resizeGIF(ctx context.Context, data []byte, info Info, req Request) (*Variant, error) {
	f, err := parseGIF(data)
	if err != nil {
		return nil, err
	}
	b, err := req.box(info.Width, info.Height)
	if err != nil {
		return nil, err
	}
	if err := req.checkMemory(req.gifMemory(info, b)); err != nil {
		return nil, err
	}
	v := &Variant{Format: GIF, Width: b.width, Height: b.height}
	for _, colours := range gifColours {
		v.Data, err = f.resize(ctx, b, colours, req.MaxBytes, &v.Times)
		if errors.Is(err, errGIFTooLong) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return v, nil
	}
	return nil, ErrNoFit
}

// resize is the variant in at most so many colours a frame and bytes.
func (f *gifFile) resize(ctx context.Context, b box, colours, maxBytes int, times *Times) ([]byte, error) {
	canvas := newGIFCanvas(f.width, f.height)
	var resampler plane.RowResampler
	out := newGIFOutput(&gifWriter{max: maxBytes, loops: f.loops}, b, colours)
	for i := range f.frames {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		frame, delay, disposal, err := f.decode(ctx, i)
		if err != nil {
			return nil, err
		}
		canvas.draw(frame, disposal)
		drawn := time.Now()
		small, err := rowsOf(canvas.pixels).resample(ctx, &resampler, b, 1)
		if err != nil {
			return nil, err
		}
		resampled := time.Now()
		if err := out.add(small, delay); err != nil {
			return nil, fmt.Errorf("frame %d: %w", i, err)
		}
		canvas.dispose()
		times.Decode += drawn.Sub(start)
		times.Resample += resampled.Sub(drawn)
		times.Encode += time.Since(resampled)
	}
	return out.finish()
}

// gifMemory is how many bytes it takes to resize a GIF: where its frames are; a
// frame, twice if it is interlaced, the canvas and its copy; what resampling
// takes; in the size of the variant three pictures and four lists of a byte a
// pixel; and a packed frame and the result, in buffers that grow.
func (r Request) gifMemory(info Info, b box) int64 {
	const perFrame, tables = 128, 6 << 20
	frames := int64(info.Frames)
	canvas := int64(info.Width) * int64(info.Height)
	out := int64(b.width) * int64(b.height)
	packed := 2*out + 1024 // at worst 12 bits a pixel, and a colour table
	result := frames * packed
	if r.MaxBytes > 0 {
		result = min(result, int64(r.MaxBytes)+packed)
	}
	return frames*perFrame + canvas*(2+4+4) + resampleMemory(info.Width, 4, b) + out*(3*4+4) + 3*(packed+result) + tables
}
