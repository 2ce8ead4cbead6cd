// Package png reads PNG pictures row by row, so that none has to be in memory
// whole (PNG third edition, https://www.w3.org/TR/png-3/). It accepts what
// image/png accepts and gives the same pixels, rounded to 8 bits a sample.
package png

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Colour types (PNG third edition, 11.2.1).
const (
	gray      = 0
	rgb       = 2
	palette   = 3
	grayAlpha = 4
	rgba      = 6
)

// ErrInterlaced says that the rows of a picture cannot be read one by one.
var ErrInterlaced = errors.New("png: interlaced")

// FormatError says that a file is not a PNG, or not a whole one.
type FormatError struct{ Err error }

// Error implements error.
func (e *FormatError) Error() string { return "png: " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *FormatError) Unwrap() error { return e.Err }

// Reader reads the rows of a PNG.
type Reader struct {
	Width, Height int // pixels
	// Channels is how many samples of 8 bits a pixel has: 1 is gray, 2 gray
	// and alpha, 3 RGB, 4 RGB and alpha. Colours are not multiplied by alpha.
	Channels int

	depth      int // bits a sample
	colourType byte
	palette    [256][4]byte
	hasPalette bool   // there is a PLTE chunk
	key        []byte // the body of the tRNS chunk, or nil

	chunks chunks
	bodies bodies
	z      *inflater
	row    int // the next one
	// Rows as they are stored, the last one and the one above; and as pixels.
	stored, above, pixels []byte
}

// NewReader reads a PNG up to its pixels, and waits for no more of it. It
// allocates nothing that grows with the picture; the first call of [Reader.Next]
// allocates some rows of it. The error is a [*FormatError], [ErrInterlaced], or
// the source's as it came. ctx is handed to the source, for all rows too.
func NewReader(ctx context.Context, source Source) (*Reader, error) {
	r := &Reader{chunks: chunks{ctx: ctx, source: source}}
	r.bodies.chunks = &r.chunks
	interlaced, err := r.readHeader()
	if err != nil {
		return nil, asFormatError(err)
	}
	if interlaced {
		return nil, ErrInterlaced
	}
	return r, nil
}

// Next returns the next row of pixels, Width times Channels samples, which stay
// as they are until the next call. After the last row it makes sure that what
// follows is sound, and returns io.EOF. Other errors are [*FormatError], or the
// source's as they came. It waits for the bytes that the row is made of, and for
// up to 32 kB behind them.
func (r *Reader) Next() ([]byte, error) {
	row, err := r.next()
	if err != nil && err != io.EOF {
		return nil, asFormatError(err)
	}
	return row, err
}

func (r *Reader) next() ([]byte, error) {
	if r.row == r.Height {
		if err := r.finish(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	if r.z == nil {
		if err := r.start(); err != nil {
			return nil, err
		}
	}
	r.stored, r.above = r.above, r.stored
	filtered, err := r.z.next(1 + len(r.stored))
	if err != nil {
		return nil, err
	}
	if err := unfilter(filtered[0], r.stored, filtered[1:], r.above, max(1, r.bitsPerPixel()/8)); err != nil {
		return nil, err
	}
	r.row++
	if r.pixels == nil {
		return r.stored, nil
	}
	r.expand(r.pixels, r.stored)
	return r.pixels, nil
}

// start makes room for rows.
func (r *Reader) start() error {
	n := int((int64(r.Width)*int64(r.bitsPerPixel()) + 7) / 8)
	z, err := newInflater(r.bodies.next, 1+n)
	if err != nil {
		return err
	}
	r.z = z
	r.stored, r.above = make([]byte, n), make([]byte, n)
	if r.depth != 8 || r.Channels != r.samples() {
		r.pixels = make([]byte, r.Width*r.Channels)
	}
	return nil
}

// Memory is how many bytes it takes to read r: three rows as they are stored,
// one of pixels, the inflater's buffers and its tables.
func (r *Reader) Memory() int64 {
	row := 1 + (int64(r.Width)*int64(r.bitsPerPixel())+7)/8
	const fixed = window + outSize + inSize + 64<<10
	return 3*row + int64(r.Width)*int64(r.Channels) + fixed
}

// finish reads what is behind the last row.
func (r *Reader) finish() error {
	if err := r.z.finished(); err != nil {
		return err
	}
	if err := r.bodies.leave(); err != nil {
		return err
	}
	for {
		kind, body, err := r.chunks.next()
		if err != nil {
			return err
		}
		switch kind {
		case "IHDR", "PLTE", "tRNS":
			return fmt.Errorf("%s behind IDAT", kind)
		case "IEND":
			if len(body) != 0 {
				return errors.New("IEND that is not empty")
			}
			return nil
		}
	}
}

// samples is how many samples a pixel has as it is stored (PNG third edition,
// 11.2.1).
func (r *Reader) samples() int {
	switch r.colourType {
	case grayAlpha:
		return 2
	case rgb:
		return 3
	case rgba:
		return 4
	}
	return 1
}

func (r *Reader) bitsPerPixel() int { return r.depth * r.samples() }
