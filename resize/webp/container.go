package webp

import (
	"encoding/binary"
	"errors"
	"io"
)

// chunks holds consecutive chunks (RFC 9649 section 2.3).
type chunks []byte

// next removes the first chunk and returns it. The error is [io.EOF] if there is
// none, and [io.ErrUnexpectedEOF] if it is longer than the data. A rest that is
// shorter than a chunk's header counts as none.
func (c *chunks) next() (id string, body []byte, err error) {
	rest := *c
	if len(rest) < 8 {
		return "", nil, io.EOF
	}
	id, n := string(rest[:4]), uint64(binary.LittleEndian.Uint32(rest[4:]))
	rest = rest[8:]
	if n > uint64(len(rest)) {
		return "", nil, io.ErrUnexpectedEOF
	}
	*c = rest[min(n+n%2, uint64(len(rest))):]
	return id, rest[:n], nil
}

// file returns the chunks of a WebP, without data after its end (RFC 9649 section
// 2.4).
func file(data []byte) (chunks, error) {
	n := 8 + uint64(binary.LittleEndian.Uint32(data[4:]))
	if n > uint64(len(data)) {
		return nil, io.ErrUnexpectedEOF
	}
	if n < 12 {
		return nil, errors.New("the RIFF chunk has the wrong length")
	}
	return data[12:n], nil
}

// builder writes chunks.
type builder struct{ out []byte }

// chunk appends a chunk, padded to an even length.
func (b *builder) chunk(id string, body ...[]byte) {
	end := b.begin(id)
	for _, part := range body {
		b.out = append(b.out, part...)
	}
	b.end(end)
}

// begin begins a chunk and returns the offset of its body.
func (b *builder) begin(id string) int {
	b.out = append(append(b.out, id...), 0, 0, 0, 0)
	return len(b.out)
}

// end ends the chunk whose body begins at start.
func (b *builder) end(start int) {
	n := len(b.out) - start
	binary.LittleEndian.PutUint32(b.out[start-4:], uint32(n))
	if n%2 != 0 {
		b.out = append(b.out, 0)
	}
}

// uint24 appends values of 24 bits.
func (b *builder) uint24(values ...int) {
	for _, v := range values {
		b.out = append(b.out, byte(v), byte(v>>8), byte(v>>16))
	}
}

// uint24 reads a value of 24 bits.
func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
