package png

import (
	"hash/crc32"
	"io"
)

// bodies iterates over the bodies of the IDAT chunks, beginning where chunks stands
// (PNG third edition, 10.1), in pieces, since a body may be the whole file. Where
// pieces end does not depend on how the bytes arrive, and so neither does which error
// is found first.
type bodies struct {
	chunks *chunks
	left   int // bytes left of the body
	sum    uint32
	inside bool // in a chunk whose checksum is not verified yet
}

// next returns a piece, which may be empty; io.EOF after the last.
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
	return piece, verify("IDAT", b.sum, c.data[:end])
}

// enter enters the next chunk if it is an IDAT; otherwise it returns io.EOF.
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

// leave skips the rest of a chunk.
func (b *bodies) leave() error {
	for b.inside {
		if _, err := b.next(); err != nil {
			return err
		}
	}
	return nil
}

// skipPixels skips the IDAT chunks at which c stands. It reads neither their bodies nor
// their checksums.
func (c *chunks) skipPixels() error {
	for {
		kind, n, err := c.peek()
		if err != nil || kind != "IDAT" {
			return err
		}
		c.at += around + n
	}
}
