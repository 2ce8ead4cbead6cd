package vp8l

import (
	"cmp"
	"context"
	"fmt"
	"io"
)

// Decoder decodes a picture row by row. The zero value is ready; it keeps its
// buffers for the next picture. It is not for concurrent use.
type Decoder struct {
	header   Header
	r        bitReader
	pixels   pixels
	subimage pixels
	kinds    [transforms]transform
	order    [transforms]int // kinds of the transforms used, in the order in which they were read
	used     int
	alone    bool     // all transforms work on single pixels
	last     []uint32 // the previous row, with the transforms undone
	out      []byte
	y        int
	err      error
}

// Open prepares d for a stream and reads all that precedes its pixels. Memory is
// bounded by the header's Memory. d reads from data until it is closed.
func (d *Decoder) Open(data []byte) (Header, error) {
	h, err := ParseHeader(data)
	if err != nil {
		return Header{}, err
	}
	return h, d.open(data, headerSize, h)
}

// OpenAlpha prepares d for alpha of width × height pixels, 1 to 16384 each, which
// is the green of a stream without a header (RFC 9649 section 2.7.1.2).
func (d *Decoder) OpenAlpha(data []byte, width, height int) error {
	if width < 1 || width > maxSide || height < 1 || height > maxSide {
		return fmt.Errorf("vp8l: bad alpha size %dx%d", width, height)
	}
	return d.open(data, 0, Header{Width: width, Height: height})
}

// open prepares d for a stream whose transforms begin at byte start of data.
func (d *Decoder) open(data []byte, start int, h Header) error {
	d.header, d.used, d.alone, d.y, d.err = h, 0, true, 0, nil
	d.r = bitReader{data: data, at: start}
	d.fail(d.readTransforms())
	return d.err
}

// fail keeps an error. If the data is cut off, it keeps that error instead,
// whatever the missing part was read as.
func (d *Decoder) fail(err error) {
	if err != nil {
		d.err = cmp.Or(d.r.err(), err)
	}
}

// Close releases the stream.
func (d *Decoder) Close() {
	d.r, d.err = bitReader{}, io.EOF
	d.pixels.groups.data, d.subimage.groups.data = nil, nil
}

// readTransforms reads what precedes the pixels (section 3.8).
func (d *Decoder) readTransforms() error {
	width, height := d.header.Width, d.header.Height
	seen := [transforms]bool{}
	for d.r.take(1) == 1 {
		kind := d.r.take(2)
		if seen[kind] {
			return errTransform
		}
		seen[kind] = true
		var err error
		if width, err = d.kinds[kind].read(&d.r, kind, width, height, &d.subimage); err != nil {
			return err
		}
		d.order[d.used] = kind
		d.alone = d.alone && (kind == subtractGreen || kind == colourIndexing)
		d.used++
	}
	return d.pixels.begin(&d.r, width, height, &d.subimage)
}

// next returns the next row with all transforms undone, and whether it equals the
// one before.
func (d *Decoder) next(ctx context.Context) (row []uint32, same bool, err error) {
	if d.err != nil {
		return nil, false, d.err
	}
	if d.y == d.header.Height {
		return nil, false, io.EOF
	}
	if d.err = ctx.Err(); d.err != nil {
		return nil, false, d.err
	}
	if row, err = d.pixels.next(&d.r); err != nil {
		d.fail(err)
		return nil, false, d.err
	}
	if same = d.alone && d.pixels.repeats(); same && d.used > 0 {
		row = d.last
	} else {
		for i := d.used - 1; i >= 0; i-- {
			row = d.kinds[d.order[i]].inverse(row, d.y)
		}
		d.last = row
	}
	d.y++
	return row, same, nil
}

// Next returns the next row, 4 bytes a pixel: red, green, blue and alpha, not
// premultiplied. It is valid until the next call and must not be changed. After
// the last row the error is io.EOF. Other errors are ctx's or say what is wrong
// with the data, and recur.
func (d *Decoder) Next(ctx context.Context) ([]byte, error) {
	row, same, err := d.next(ctx)
	if err != nil || same {
		return d.bytes(err)
	}
	d.out = sized(d.out, 4*len(row))
	done := toBytesVectors(d.out, row)
	toBytesScalar(d.out[4*done:], row[done:])
	return d.out, nil
}

// NextAlpha does what Next does for alpha: a byte a pixel. Read a stream with
// only one of the two.
func (d *Decoder) NextAlpha(ctx context.Context) ([]byte, error) {
	row, same, err := d.next(ctx)
	if err != nil || same {
		return d.bytes(err)
	}
	d.out = sized(d.out, len(row))
	for x, v := range row {
		d.out[x] = byte(v >> 8)
	}
	return d.out, nil
}

// bytes returns the previous row again, or an error.
func (d *Decoder) bytes(err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return d.out, nil
}

// toBytesScalar writes row to out, 4 bytes a pixel.
func toBytesScalar(out []byte, row []uint32) {
	for x, v := range row {
		p := out[4*x:][:4:4]
		p[0], p[1], p[2], p[3] = byte(v>>16), byte(v>>8), byte(v), byte(v>>24)
	}
}
