package resize

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Picture is an opened original.
type Picture struct {
	picture pic.Picture
	arrival *arrival
	room    room
	formats table
	trimmed *part // without its border, once that has been looked for
}

// Info is what an original's header says.
type Info struct {
	Format        Format
	Width, Height int // pixels, upright
	Frames        int // 1 unless animated
}

// Open reads the header of an original and decodes no pixels. For a JPEG or a PNG it
// waits only for the bytes of the header. Errors: [UnsupportedError], [*FormatError],
// or the original's own error unchanged.
func Open(ctx context.Context, original Original) (*Picture, error) {
	return formats.open(ctx, original)
}

// Inspect opens an original and returns only what its header says.
func Inspect(ctx context.Context, original Original) (Info, error) {
	p, err := Open(ctx, original)
	if err != nil {
		return Info{}, err
	}
	return p.Info(), nil
}

// Info returns what the header says. A PNG's orientation may follow its pixels; then
// [Resizer.Resize] corrects the Info.
func (p *Picture) Info() Info {
	h := p.picture.Header()
	width, height := h.Upright()
	return Info{Format: h.Format, Width: width, Height: height, Frames: h.Frames}
}

// open opens an original in the first room that recognises it.
func (t table) open(ctx context.Context, original Original) (*Picture, error) {
	a := &arrival{Original: original}
	start, err := a.First(ctx, sniffed)
	if err != nil {
		return nil, err
	}
	start = start[:min(len(start), sniffed)]
	for _, r := range t {
		if r.is == nil || !r.is(start) {
			continue
		}
		picture, err := r.open(ctx, a)
		if a.err != nil {
			return nil, a.err
		}
		if err != nil {
			return nil, err
		}
		return &Picture{picture: picture, arrival: a, room: r, formats: t}, nil
	}
	format := sniff(start)
	return nil, pic.Unsupported(format, format.Name())
}
