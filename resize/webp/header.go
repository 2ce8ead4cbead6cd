package webp

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// Flags of a VP8X chunk, RFC 9649 section 2.7.
const (
	flagAnimated = 1 << 1
	flagExif     = 1 << 3
	flagICC      = 1 << 5
)

// header is what the chunks of a WebP say (RFC 9649).
type header struct {
	width, height int    // stored, pixels
	canvas        [2]int // width and height that a VP8X chunk says; 0 without one
	lossless      bool
	image         []byte // the VP8 or VP8L chunk
	alpha         []byte // the ALPH chunk, beside lossy colours; nil without one
	orientation   int    // 1 to 8
	profile       []byte // ICC
	size          int    // bytes of the whole file, without what trails it
}

// flagsEnd is where the flags of a VP8X chunk end, which comes first, in bytes.
const flagsEnd = 21

// isAnimated reads the flags of the first chunk.
func isAnimated(start []byte) bool {
	return len(start) >= flagsEnd && string(start[12:16]) == "VP8X" && start[20]&flagAnimated != 0
}

// parseHeader walks over the chunks of a WebP.
func parseHeader(data []byte) (*header, error) {
	h := &header{orientation: 1}
	size := 8 + uint64(binary.LittleEndian.Uint32(data[4:]))
	if size > uint64(len(data)) {
		return nil, io.ErrUnexpectedEOF
	}
	if size < 12 {
		return nil, errors.New("RIFF chunk of wrong length")
	}
	h.size = int(size)
	var flags byte
	for chunks := data[12:h.size]; len(chunks) >= 8; {
		id, n := string(chunks[:4]), uint64(binary.LittleEndian.Uint32(chunks[4:]))
		chunks = chunks[8:]
		if n > uint64(len(chunks)) {
			return nil, io.ErrUnexpectedEOF
		}
		body := chunks[:n]
		chunks = chunks[min(n+n%2, uint64(len(chunks))):]
		switch {
		case id == "VP8X" && len(body) >= 10:
			flags = body[0]
			if flags&flagAnimated != 0 {
				return nil, pic.Unsupported(pic.AnimatedWebP, pic.AnimatedWebP.Name())
			}
			if h.canvas != [2]int{} {
				return nil, errors.New("more than one VP8X chunk")
			}
			h.canvas = [2]int{1 + uint24(body[4:]), 1 + uint24(body[7:])}
		case id == "ALPH" && h.image == nil && h.canvas != [2]int{} && h.alpha == nil:
			if len(body) == 0 {
				return nil, io.ErrUnexpectedEOF
			}
			h.alpha = body
		case (id == "VP8 " || id == "VP8L") && h.image == nil:
			h.image = body
			if err := h.parseBitstream(id, body); err != nil {
				return nil, err
			}
			// Alpha is decoded in the canvas' size before this is noticed.
			if size := [2]int{h.width, h.height}; h.canvas != [2]int{} && h.canvas != size {
				return nil, errors.New("canvas of another size than the picture")
			}
		case id == "ICCP" && flags&flagICC != 0 && h.profile == nil:
			h.profile = body
		case id == "EXIF" && flags&flagExif != 0:
			h.orientation = exif.Orientation(body)
		}
	}
	if h.width == 0 {
		return nil, errors.New("no image chunk")
	}
	return h, nil
}

// parseBitstream reads the size from the start of an image chunk, RFC 6386
// section 9.1 or RFC 9649 section 3.4.
func (h *header) parseBitstream(id string, body []byte) error {
	if id == "VP8L" {
		v, err := vp8l.ParseHeader(body)
		if err != nil {
			return err
		}
		h.width, h.height = v.Width, v.Height
		h.lossless = true
		return nil
	}
	if len(body) < 10 || body[0]&1 != 0 || string(body[3:6]) != "\x9d\x01\x2a" {
		return errors.New("bad header of lossy data")
	}
	h.width = int(binary.LittleEndian.Uint16(body[6:]) & 0x3fff)
	h.height = int(binary.LittleEndian.Uint16(body[8:]) & 0x3fff)
	if h.width == 0 || h.height == 0 {
		return errors.New("width or height 0")
	}
	// The modes of a macroblock of 16 × 16 pixels take 3.4 bits at least: RFC
	// 6386, section 11, with the probabilities that key frames have.
	if macroblocks := ((h.width + 15) / 16) * ((h.height + 15) / 16); len(body) < macroblocks/4 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
