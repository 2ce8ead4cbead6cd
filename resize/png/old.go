package png

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// ErrInterlaced says that the rows of a picture cannot be read one by one.
var ErrInterlaced = errors.New("png: interlaced")

// FormatError says that a file is not a PNG, or not a whole one.
type FormatError = pic.FormatError

// Reader reads the rows of a PNG.
type Reader struct {
	Width, Height, Channels int
	Next                    func() ([]byte, error)
	p                       *picture
}

// NewReader reads a PNG up to its pixels.
func NewReader(ctx context.Context, source pic.Source) (*Reader, error) {
	p, err := open(ctx, source)
	if err != nil {
		return nil, err
	}
	if p.interlaced {
		return nil, ErrInterlaced
	}
	return &Reader{p.width, p.height, p.channels, newRows(ctx, p).next, p}, nil
}

// Memory is how many bytes it takes to read r.
func (r *Reader) Memory() int64 { return r.p.rowsMemory() }

// Filterer filters the rows of a PNG that is written.
type Filterer struct{ f *filterer }

// NewFilterer returns a Filterer for rows of so many bytes, of which a pixel has
// bpp.
func NewFilterer(row, bpp int) Filterer { return Filterer{newFilterer(row, bpp)} }

// Append appends a row to dst.
func (f Filterer) Append(dst, row, above []byte) []byte { return f.f.append(dst, row, above) }
