package png

import (
	"context"
	"errors"
	"iter"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// mostInflated is the most bytes that a byte of deflate data can become: a match of 258
// bytes takes at least two bits (RFC 1951, 3.2.5).
const mostInflated = 1032

// Plan implements [pic.Picture]. Whatever part is wanted, all rows are read, since the
// last ones show whether the file is whole. The rows of an interlaced picture come once
// all of it has been read. The error is a [*pic.FormatError] for an interlaced picture
// that cannot fit into the file, since room for its pixels is made before they are
// found missing.
func (p *picture) Plan(pic.View) (*pic.Decoding, error) {
	if p.interlaced && !p.possible() {
		return nil, pic.Invalid(pic.PNG, errors.New("more pixels than the file can hold"))
	}
	return &pic.Decoding{
		Memory: p.rowsMemory() + p.colour.profileMemory(),
		Shape:  pic.Shape{Width: p.width, Height: p.height, Channels: p.channels},
		Frames: p.frames,
	}, nil
}

// possible reports whether the file's length permits all pixels.
func (p *picture) possible() bool {
	bits := 8 * mostInflated * int64(p.source.Len()-p.pixels)
	return int64(p.height) <= bits/(int64(p.width)*int64(p.bitsPerPixel()))
}

// rowsMemory returns how many bytes reading the rows takes: three rows as stored, one
// of pixels, the inflater's buffers and tables, and all pixels of an interlaced
// picture.
func (p *picture) rowsMemory() int64 {
	const fixed = window + outSize + inSize + 96<<10
	row := int64(p.width) * int64(p.channels)
	memory := 3*(1+p.rowBytes(p.width)) + row + fixed
	if p.interlaced {
		memory += int64(p.height) * row
	}
	return memory
}

// frames yields the picture's one frame.
func (p *picture) frames(ctx context.Context, _ *pic.Buffers) iter.Seq2[*pic.Frame, error] {
	return func(yield func(*pic.Frame, error) bool) {
		p.source.Expect(p.source.Len())
		colour, err := p.meaning()
		if err != nil {
			yield(nil, pic.Invalid(pic.PNG, err))
			return
		}
		yield(&pic.Frame{
			Rows: &pic.Rows{
				Width: p.width, Height: p.height, Channels: p.channels,
				Next: newRows(ctx, p).next,
			},
			Colour: colour,
		}, nil)
	}
}

// meaning returns what samples mean.
func (p *picture) meaning() (pic.Colour, error) {
	profile, err := p.colour.profile()
	if err != nil {
		return pic.Colour{}, err
	}
	isGray := p.colourType == gray || p.colourType == grayAlpha
	kept := icc.Kept(profile, isGray)
	return pic.Colour{
		Gray:      isGray,
		Profile:   kept,
		PNGChunks: p.colour.plain,
		OnlyPNG:   !meansSRGB(p.colour.plain, kept != nil),
	}, nil
}
