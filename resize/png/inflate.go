package png

import (
	"encoding/binary"
	"errors"
	"io"
)

const (
	window   = 32 << 10 // how far back a match may reach (RFC 1951, 2)
	maxMatch = 258
	// spare is how many bytes beyond its end a match may be written, or the bits of a
	// code read.
	spare = 8
	// slack is how much room the loop needs in out: for some literals and a match.
	slack = maxMatch + 2*spare
	// outSize is roughly how much is inflated at once, beyond the window.
	outSize = 64 << 10
	inSize  = 32 << 10
)

// inflater unpacks a zlib stream (RFC 1950) that its source returns in pieces. Its
// memory is the window and a little more, whatever the stream.
type inflater struct {
	source func() ([]byte, error) // the next piece; io.EOF after the last

	// in holds bytes of the stream from pos on. The end of the stream is padded, so
	// that the loops need not check for it.
	in     []byte
	pos    int
	piece  []byte // the rest of the source's piece, not yet copied to in
	ended  bool   // whether in[end:] is padding
	end    int
	buffer uint64 // the next bits of the stream, the first one lowest
	held   uint   // how many bits are in buffer

	// out[:written] is unpacked, out[:taken] returned.
	out            []byte
	taken, written int
	sum            adler

	block     blockKind
	stored    int  // bytes left of a stored block
	last      bool // no block follows this one
	done      bool // the checksum has been read and is right
	literals  table
	distances table

	// In streams of literals, a block is decoded at two places at once.
	ahead      *ahead
	fewMatches bool // whether this block has few
	moved      int  // how many bytes of the stream have been dropped from in
	blockStart int  // where the codes of this block begin, in bytes of the stream
	lastBlock  int  // how many bytes the previous block had
}

// blockKind is the kind of block that the inflater is in.
type blockKind int

const (
	between blockKind = iota
	storedBlock
	huffmanBlock
)

var errDeflate = errors.New("corrupt deflate data")

// newInflater reads the header of a zlib stream. The stream will be read in parts of at
// most n bytes.
func newInflater(source func() ([]byte, error), n int) (*inflater, error) {
	z := &inflater{
		source: source,
		in:     make([]byte, 0, inSize+4*spare),
		out:    make([]byte, window+n+outSize),
		sum:    adler{a: 1},
	}
	header, err := z.take(16)
	if err != nil {
		return nil, err
	}
	if err := z.checkEnd(); err != nil {
		return nil, err
	}
	method, flags := header&0xff, header>>8
	// Deflate, a window of at most 32 kB, no dictionary (RFC 1950, 2.2).
	if method&15 != 8 || method>>4 > 7 || flags&0x20 != 0 || (method<<8+flags)%31 != 0 {
		return nil, errors.New("bad zlib header")
	}
	return z, nil
}

// next returns the next n bytes, which are valid until the next call. If the stream
// ends before that, the error is io.ErrUnexpectedEOF.
func (z *inflater) next(n int) ([]byte, error) {
	for z.written-z.taken < n {
		if z.done {
			return nil, io.ErrUnexpectedEOF
		}
		if err := z.more(); err != nil {
			return nil, err
		}
	}
	z.taken += n
	return z.out[z.taken-n : z.taken], nil
}

// more unpacks at least one byte, or reads the end or beginning of a block.
func (z *inflater) more() error {
	if z.written > len(z.out)-slack {
		// Keep the window and what has not been returned.
		from := min(z.taken, z.written-window)
		copy(z.out, z.out[from:z.written])
		z.taken -= from
		z.written -= from
	}
	start := z.written
	var err error
	switch z.block {
	case between:
		err = z.startBlock()
	case storedBlock:
		err = z.copyStored()
	default:
		err = z.decode()
	}
	z.sum.add(z.out[start:z.written])
	if past := z.checkEnd(); past != nil {
		return past // takes precedence over an error from reading the padding
	}
	return err
}

// startBlock reads the part of a block before its data (RFC 1951, 3.2.3), or the
// checksum after the last block.
func (z *inflater) startBlock() error {
	if z.last {
		return z.finish()
	}
	header, err := z.take(3)
	if err != nil {
		return err
	}
	z.last = header&1 != 0
	z.lastBlock = z.blockBytes()
	switch header >> 1 {
	case 0:
		return z.startStored()
	case 1:
		z.block, z.fewMatches = huffmanBlock, false
		z.literals.build(fixedLiterals, literalSymbols, literalBits)
		z.distances.build(fixedDistances, distanceSymbols, distanceBits)
		return nil
	case 2:
		z.block = huffmanBlock
		return z.readCodes()
	}
	return errDeflate
}

// finish compares the checksum (RFC 1950, 2.2).
func (z *inflater) finish() error {
	z.toByte()
	sum, err := z.take(32)
	if err != nil {
		return err
	}
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], sum)
	if binary.BigEndian.Uint32(b[:]) != z.sum.value() {
		return errors.New("the checksum of the pixels is wrong")
	}
	z.done = true
	return nil
}

func (z *inflater) startStored() error {
	z.toByte()
	lengths, err := z.take(32)
	if err != nil {
		return err
	}
	if lengths&0xffff != ^lengths>>16 {
		return errDeflate
	}
	// Give back the bytes in the bit buffer.
	z.pos -= int(z.held / 8)
	z.buffer, z.held = 0, 0
	z.stored = int(lengths & 0xffff)
	z.block = storedBlock
	return nil
}

// copyStored copies bytes of a stored block.
func (z *inflater) copyStored() error {
	if z.stored == 0 {
		z.block = between
		return nil
	}
	if err := z.fill(); err != nil {
		return err
	}
	n := min(z.stored, len(z.in)-z.pos, len(z.out)-z.written)
	copy(z.out[z.written:], z.in[z.pos:z.pos+n])
	z.pos += n
	z.written += n
	z.stored -= n
	return nil
}

// fill ensures that in has enough bytes to fill the bit buffer.
func (z *inflater) fill() error {
	if len(z.in)-z.pos >= 2*spare {
		return nil
	}
	// Keep the bytes that are in the bit buffer, for startStored.
	from := z.pos - int(z.held/8)
	z.in = z.in[:copy(z.in, z.in[from:])]
	z.end -= from
	z.pos -= from
	z.moved += from
	for len(z.in)-z.pos < 2*spare {
		if len(z.piece) == 0 {
			piece, err := z.source()
			if err == io.EOF {
				return z.pad()
			}
			if err != nil {
				return err
			}
			z.piece = piece
		}
		n := min(len(z.piece), inSize-len(z.in))
		z.in = append(z.in, z.piece[:n]...)
		z.piece = z.piece[n:]
		z.end = len(z.in)
	}
	return nil
}

// pad appends zeros to the stream. It returns an error if it has done so before, since
// then the stream has ended.
func (z *inflater) pad() error {
	if z.ended {
		return io.ErrUnexpectedEOF
	}
	z.ended = true
	z.in = append(z.in, make([]byte, 4*spare)...)
	return nil
}

// refill fills the bit buffer to at least 56 bits.
func (z *inflater) refill() error {
	if err := z.fill(); err != nil {
		return err
	}
	z.buffer |= binary.LittleEndian.Uint64(z.in[z.pos:]) << z.held
	z.pos += int((63 - z.held) >> 3)
	z.held |= 56
	return nil
}

// take consumes the next n bits, at most 32, and returns them.
func (z *inflater) take(n uint) (uint32, error) {
	if err := z.refill(); err != nil {
		return 0, err
	}
	v := uint32(z.buffer & (1<<n - 1))
	z.drop(n)
	return v, nil
}

func (z *inflater) drop(n uint) {
	z.buffer >>= n
	z.held -= n
}

// checkEnd returns an error if bits beyond the end of the stream have been consumed.
func (z *inflater) checkEnd() error {
	if z.ended && z.pos-int(z.held/8) > z.end {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// toByte drops bits up to the next whole byte.
func (z *inflater) toByte() { z.drop(z.held % 8) }

// finished checks that the stream ends here.
func (z *inflater) finished() error {
	for !z.done {
		if z.written > z.taken {
			return errors.New("more data than pixels")
		}
		if err := z.more(); err != nil {
			return err
		}
	}
	return nil
}
