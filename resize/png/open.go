// Package png reads and writes PNG (third edition, https://www.w3.org/TR/png-3/).
//
// Pixels are read row by row, so that only an interlaced picture has to be in memory as
// a whole. The package accepts what image/png accepts, and gives the same pixels,
// rounded to 8 bits a sample. It refuses animated PNGs.
package png

import (
	"bytes"
	"context"
	"fmt"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a PNG.
func Is(start []byte) bool { return bytes.HasPrefix(start, []byte(signature)) }

// Open reads a PNG up to its pixels. It waits for no more than the beginning of the
// first IDAT chunk. The picture is a [pic.Completer]: an orientation may follow the
// pixels (PNG third edition, 5.6). Errors: [pic.UnsupportedError] for an animated PNG,
// [*pic.FormatError], or the source's own error unchanged.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	p, err := open(ctx, source)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// picture is an opened PNG.
type picture struct {
	layout
	colour      colourChunks
	orientation int

	source pic.Source
	data   []byte // the bytes waited for when opening, at least
	pixels int    // where the first IDAT chunk begins

	complete bool // whether what follows the pixels has been read
	late     int  // the orientation found there, or 0
}

func open(ctx context.Context, source pic.Source) (*picture, error) {
	p := &picture{orientation: 1, source: source}
	c := &chunks{ctx: ctx, source: source}
	if err := p.readHeader(c); err != nil {
		return nil, outward(err)
	}
	p.data, p.pixels = c.data, c.at
	return p, nil
}

// Header implements [pic.Picture].
func (p *picture) Header() pic.Header {
	return pic.Header{
		Format: pic.PNG,
		Width:  p.width, Height: p.height,
		Orientation: p.orientation,
		Frames:      1,
		Lossless:    true,
	}
}

// Complete implements [pic.Completer]. If all rows have been read, it has nothing left
// to read. Otherwise it skips the pixels without checking them.
func (p *picture) Complete(ctx context.Context) (changed bool, err error) {
	if !p.complete {
		p.source.Expect(p.source.Len())
		c := p.atPixels(ctx)
		if err := c.skipPixels(); err != nil {
			return false, outward(err)
		}
		if err := p.readEnd(&c); err != nil {
			return false, outward(err)
		}
	}
	if p.late == 0 || p.late == p.orientation {
		return false, nil
	}
	p.orientation = p.late
	return true, nil
}

// atPixels returns chunks that stand at the first IDAT.
func (p *picture) atPixels(ctx context.Context) chunks {
	return chunks{ctx: ctx, source: p.source, data: p.data, at: p.pixels}
}

// readEnd reads the chunks after the pixels, at which c stands.
func (p *picture) readEnd(c *chunks) error {
	late := 0
	for {
		next, err := c.next()
		if err != nil {
			return err
		}
		switch next.kind() {
		case "IHDR", "PLTE", "tRNS":
			return fmt.Errorf("%s after IDAT", next.kind())
		case "eXIf":
			late = exif.Orientation(next.body())
		case "IEND":
			if len(next.body()) != 0 {
				return fmt.Errorf("IEND has %d bytes", len(next.body()))
			}
			p.complete, p.late = true, late
			return nil
		}
	}
}
