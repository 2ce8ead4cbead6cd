// Package vp8l decodes and encodes the bitstream of lossless WebP (RFC 9649
// section 3): the payload of a chunk "VP8L", and that of a chunk "ALPH" whose
// alpha is packed the same way.
//
// A [Decoder] returns a picture's rows one after the other and never holds all of
// it: [Header.Memory] bounds its memory whatever the file says. An [Encoder]
// takes all pixels at once.
//
// Pixels are ARGB in a uint32, alpha in the most significant byte, as in the
// specification.
package vp8l

import (
	"encoding/binary"
	"errors"
	"io"
)

const (
	signature  = 0x2f
	headerSize = 5 // bytes
	// maxSide is the largest width and height in pixels.
	maxSide = 1 << 14
)

// Errors of a stream that breaks the rules of section 3. One that is cut off is
// [io.ErrUnexpectedEOF].
var (
	errSignature  = errors.New("lossless data has a bad signature")
	errVersion    = errors.New("lossless data has an unknown version")
	errTransform  = errors.New("a transform is given twice")
	errCacheSize  = errors.New("the colour cache has a bad size")
	errCode       = errors.New("a prefix code is not complete")
	errCodeLength = errors.New("there are more code lengths than symbols")
	errReference  = errors.New("a back-reference writes past the last pixel")
	errDistance   = errors.New("a back-reference starts before the first pixel")
)

// Header is the uncompressed start of a stream.
type Header struct {
	Width, Height int // pixels, 1 to 16384
	// Alpha is a hint that some pixel is not opaque. It does not change the
	// pixels.
	Alpha bool
}

// ParseHeader reads the header of a stream (RFC 9649 section 3.4).
func ParseHeader(data []byte) (Header, error) {
	if len(data) < headerSize {
		return Header{}, io.ErrUnexpectedEOF
	}
	if data[0] != signature {
		return Header{}, errSignature
	}
	bits := binary.LittleEndian.Uint32(data[1:])
	if bits>>29 != 0 {
		return Header{}, errVersion
	}
	return Header{
		Width:  int(bits%maxSide) + 1,
		Height: int(bits>>14%maxSide) + 1,
		Alpha:  bits>>28&1 != 0,
	}, nil
}
