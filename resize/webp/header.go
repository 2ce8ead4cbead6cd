package webp

import (
	"errors"
	"io"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// Flags of a VP8X chunk, RFC 9649 section 2.7.
const (
	flagAnimated = 1 << 1
	flagExif     = 1 << 3
	flagAlpha    = 1 << 4
	flagICC      = 1 << 5
)

// header is what the chunks of a WebP, or of one of its frames, say (RFC 9649).
type header struct {
	width, height int    // stored, pixels; for an animation those of the canvas
	canvas        [2]int // width and height in the VP8X chunk; 0 without one
	lossless      bool
	image         []byte     // the VP8 or VP8L chunk
	alpha         []byte     // the ALPH chunk of a lossy picture; nil without one
	orientation   int        // 1 to 8
	profile       []byte     // ICC
	animation     *animation // nil for a still
}

// parseHeader reads the chunks of a WebP.
func parseHeader(data []byte) (*header, error) {
	chunks, err := file(data)
	if err != nil {
		return nil, err
	}
	h := &header{orientation: 1}
	var flags byte
	for {
		id, body, err := chunks.next()
		if err == io.EOF {
			return h, h.check()
		}
		if err == nil {
			switch {
			case id == "VP8X" && len(body) >= 10:
				flags = body[0]
				err = h.parseExtended(body)
			case id == "ICCP" && flags&flagICC != 0 && h.profile == nil:
				h.profile = body
			case id == "EXIF" && flags&flagExif != 0:
				h.orientation = exif.Orientation(body)
			case h.animation != nil:
				err = h.animation.parse(id, body, h.canvas)
			default:
				err = h.parseImage(id, body)
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// parseExtended reads a VP8X chunk.
func (h *header) parseExtended(body []byte) error {
	if h.canvas != [2]int{} {
		return errors.New("more than one VP8X chunk")
	}
	h.canvas = [2]int{1 + uint24(body[4:]), 1 + uint24(body[7:])}
	if body[0]&flagAnimated != 0 {
		h.animation = new(animation)
		h.width, h.height = h.canvas[0], h.canvas[1]
	}
	return nil
}

// check checks h once all chunks are read.
func (h *header) check() error {
	if h.width == 0 || h.animation != nil && len(h.animation.frames) == 0 {
		return errors.New("no image chunk")
	}
	return nil
}

// parseImage reads a chunk of a still or of a frame.
func (h *header) parseImage(id string, body []byte) error {
	switch {
	case id == "ALPH" && h.image == nil && h.canvas != [2]int{} && h.alpha == nil:
		if len(body) == 0 {
			return io.ErrUnexpectedEOF
		}
		h.alpha = body
	case (id == "VP8 " || id == "VP8L") && h.image == nil:
		h.image = body
		if err := h.parseBitstream(id, body); err != nil {
			return err
		}
		// Other decoders may decode alpha in the canvas' size, so it must be the
		// picture's.
		if size := [2]int{h.width, h.height}; h.canvas != [2]int{} && h.canvas != size {
			return errors.New("the canvas and the picture differ in size")
		}
	}
	return nil
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
	var err error
	if h.width, h.height, err = vp8.Size(body); err != nil {
		return err
	}
	// The modes of a macroblock of 16 × 16 pixels take at least 3.4 bits: RFC
	// 6386, section 11, with the probabilities of key frames.
	if macroblocks := ((h.width + 15) / 16) * ((h.height + 15) / 16); len(body) < macroblocks/4 {
		return io.ErrUnexpectedEOF
	}
	return nil
}
