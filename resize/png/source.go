package png

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

const signature = "\x89PNG\r\n\x1a\n"

// Source is the bytes of a PNG, of which the first may be there before the
// last.
type Source interface {
	// Len is how many bytes there are in all.
	Len() int
	// First waits until the first n bytes have arrived, all of them where there
	// are fewer, and returns what has arrived: at least these. Bytes that were
	// returned never change, and all that it returns share one backing array.
	// Its error is ctx's, or what ended the arrival.
	First(ctx context.Context, n int) ([]byte, error)
}

// arrivalError is an error of the source.
type arrivalError struct{ error }

// asFormatError is what is wrong with a file, or the source's error as it came.
func asFormatError(err error) error {
	var arrival arrivalError
	if errors.As(err, &arrival) {
		return arrival.error
	}
	return &FormatError{err}
}

// chunks walks over the chunks of a source, and waits for no more than the next.
type chunks struct {
	ctx    context.Context
	source Source
	data   []byte // what has been waited for, at least
	at     int    // where the next chunk begins
}

// first waits for the first n bytes.
func (c *chunks) first(n int) error {
	if n > c.source.Len() {
		return io.ErrUnexpectedEOF
	}
	if n <= len(c.data) {
		return nil
	}
	data, err := c.source.First(c.ctx, n)
	if err != nil {
		return arrivalError{err}
	}
	if n > len(data) {
		return io.ErrUnexpectedEOF
	}
	c.data = data
	return nil
}

// around is what a chunk has beside its body: the length and the type before,
// the checksum behind (PNG third edition, 5.3).
const around = 12

// peek returns the type of the next chunk and the length of its body, and makes
// sure that the source is long enough for it.
func (c *chunks) peek() (kind string, n int, err error) {
	if err := c.first(c.at + around); err != nil {
		return "", 0, err
	}
	head := c.data[c.at:]
	length := int64(binary.BigEndian.Uint32(head))
	if length > int64(c.source.Len()-c.at-around) {
		return "", 0, io.ErrUnexpectedEOF
	}
	return string(head[4:8]), int(length), nil
}

// next returns the next chunk, with its checksum verified.
func (c *chunks) next() (kind string, body []byte, err error) {
	kind, n, err := c.peek()
	if err != nil {
		return "", nil, err
	}
	end := c.at + around + n
	if err := c.first(end); err != nil {
		return "", nil, err
	}
	if err := c.verify(kind, crc32.ChecksumIEEE(c.data[c.at+4:end-4]), end); err != nil {
		return "", nil, err
	}
	body = c.data[c.at+8 : end-4]
	c.at = end
	return kind, body, nil
}

// verify compares the checksum of a chunk with the one that it ends with.
func (c *chunks) verify(kind string, sum uint32, end int) error {
	if sum != binary.BigEndian.Uint32(c.data[end-4:]) {
		return fmt.Errorf("wrong checksum of %q", kind)
	}
	return nil
}

// bodies walks over the bodies of the IDAT chunks at which chunks stands (PNG
// third edition, 10.1), a piece at a time: a body may be all of the file. Where
// the pieces end does not depend on how the bytes arrive, and so neither does
// what is found wrong first.
type bodies struct {
	chunks *chunks
	left   int // bytes of the body
	sum    uint32
	inside bool // a chunk whose checksum is still to be verified
}

// next returns a piece, maybe an empty one; io.EOF after the last.
func (b *bodies) next() ([]byte, error) {
	if !b.inside {
		if err := b.enter(); err != nil {
			return nil, err
		}
	}
	c := b.chunks
	n := min(b.left, inSize)
	end := c.at + n
	if n == b.left {
		end += 4
	}
	if err := c.first(end); err != nil {
		return nil, err
	}
	piece := c.data[c.at : c.at+n]
	b.sum = crc32.Update(b.sum, crc32.IEEETable, piece)
	b.left -= n
	c.at = end
	if b.left > 0 {
		return piece, nil
	}
	b.inside = false
	return piece, c.verify("IDAT", b.sum, end)
}

// enter goes into the next chunk if that is an IDAT.
func (b *bodies) enter() error {
	kind, n, err := b.chunks.peek()
	if err != nil {
		return err
	}
	if kind != "IDAT" {
		return io.EOF
	}
	b.chunks.at += 8
	b.left, b.sum, b.inside = n, crc32.ChecksumIEEE([]byte(kind)), true
	return nil
}

// leave passes over what is left of a chunk.
func (b *bodies) leave() error {
	for b.inside {
		if _, err := b.next(); err != nil {
			return err
		}
	}
	return nil
}
