package png

import (
	"context"
	"io"
)

// rows reads the rows of a picture.
type rows struct {
	*picture
	chunks chunks
	bodies bodies
	z      *inflater
	row    int // the next one
	// Rows as stored, the last one and the one above; and as pixels, unless that is the
	// same.
	stored, above, expanded []byte
	whole                   []byte // the pixels of an interlaced picture
}

// newRows returns the rows of p. It allocates nothing that grows with the picture; the
// first call of next does. ctx is passed to the source, for all rows.
func newRows(ctx context.Context, p *picture) *rows {
	r := &rows{picture: p, chunks: p.atPixels(ctx)}
	r.bodies.chunks = &r.chunks
	return r
}

// next implements [pic.Rows].Next. It waits for the bytes of the row and for up to 32
// kB after them. The first row of an interlaced picture needs the bytes of all rows.
func (r *rows) next() ([]byte, error) {
	row, err := r.read()
	if err != nil && err != io.EOF {
		return nil, outward(err)
	}
	return row, err
}

func (r *rows) read() ([]byte, error) {
	if r.row == r.height {
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
	r.row++
	if r.interlaced {
		n := r.width * r.channels
		return r.whole[(r.row-1)*n : r.row*n], nil
	}
	return r.readStored()
}

// start makes room for rows, and reads all of an interlaced picture.
func (r *rows) start() error {
	n := int(r.rowBytes(r.width))
	z, err := newInflater(r.bodies.next, 1+n)
	if err != nil {
		return err
	}
	r.z = z
	r.stored, r.above = make([]byte, n), make([]byte, n)
	if r.depth != 8 || r.channels != samples(r.colourType) {
		r.expanded = make([]byte, r.width*r.channels)
	}
	if r.interlaced {
		return r.readPasses()
	}
	return nil
}

// readStored reads the next stored row, and returns its pixels.
func (r *rows) readStored() ([]byte, error) {
	r.stored, r.above = r.above, r.stored
	filtered, err := r.z.next(1 + len(r.stored))
	if err != nil {
		return nil, err
	}
	if err := unfilter(filtered[0], r.stored, filtered[1:], r.above, max(1, r.bitsPerPixel()/8)); err != nil {
		return nil, err
	}
	if r.expanded == nil {
		return r.stored, nil
	}
	r.expand(r.expanded, r.stored)
	return r.expanded, nil
}

// finish reads what follows the last row.
func (r *rows) finish() error {
	if err := r.z.finished(); err != nil {
		return err
	}
	if err := r.bodies.leave(); err != nil {
		return err
	}
	return r.readEnd(&r.chunks)
}
