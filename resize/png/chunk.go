package png

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/edgeresize/edgeresize/resize/pic"
)

const signature = "\x89PNG\r\n\x1a\n"

// passed wraps an error that is not about the file's content, so that callers get it
// unchanged.
type passed struct{ error }

// outward converts an error of the room to what callers get: the error that passed
// wraps, or else a [*pic.FormatError].
func outward(err error) error {
	var p passed
	if errors.As(err, &p) {
		return p.error
	}
	return pic.Invalid(pic.PNG, err)
}

// around is the size of a chunk without its body, in bytes: length and type before it,
// and the checksum after it (PNG third edition, 5.3).
const around = 12

// chunk is a whole chunk.
type chunk []byte

func (c chunk) kind() string { return string(c[4:8]) }

func (c chunk) body() []byte { return c[8 : len(c)-4] }

// chunks iterates over the chunks of a source, and waits for no more than the next.
type chunks struct {
	ctx    context.Context
	source pic.Source
	data   []byte // the bytes that have been waited for, at least
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
		return passed{err}
	}
	if n > len(data) {
		return io.ErrUnexpectedEOF
	}
	c.data = data
	return nil
}

// start skips the signature (PNG third edition, 5.2).
func (c *chunks) start() error {
	if err := c.first(len(signature)); err != nil {
		return err
	}
	if string(c.data[:len(signature)]) != signature {
		return errors.New("the signature is not that of a PNG")
	}
	c.at = len(signature)
	return nil
}

// peek returns the type of the next chunk and the length of its body in bytes. It
// checks that the source is long enough for the chunk.
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

// next returns the next chunk after checking its checksum.
func (c *chunks) next() (chunk, error) {
	_, n, err := c.peek()
	if err != nil {
		return nil, err
	}
	end := c.at + around + n
	if err := c.first(end); err != nil {
		return nil, err
	}
	next := chunk(c.data[c.at:end])
	if err := verify(next.kind(), crc32.ChecksumIEEE(next[4:len(next)-4]), next); err != nil {
		return nil, err
	}
	c.at = end
	return next, nil
}

// verify compares sum with the checksum in the last four bytes of ends.
func verify(kind string, sum uint32, ends []byte) error {
	if sum != binary.BigEndian.Uint32(ends[len(ends)-4:]) {
		return fmt.Errorf("wrong checksum of %q", kind)
	}
	return nil
}
