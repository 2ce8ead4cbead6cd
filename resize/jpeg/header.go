package jpeg

import (
	"encoding/binary"
	"fmt"
)

// maxSegments is how many segments may precede the first scan: more than any
// profile, preview or depth map takes in parts of 64 kB, and few enough to skip
// several times.
const maxSegments = 1 << 16

// header is what a JPEG says before its first scan.
type header struct {
	Width, Height   int // pixels, as stored: before any EXIF orientation
	Components      []frameComponent
	Model           colorModel
	Progressive     bool
	RestartInterval int // MCUs between restart markers in the first scan, 0 for none
	SOS             int // offset of the first scan's SOS marker
	Quality         int // estimated from the first component's quantisation table, 0 without one

	baseline bool
	tables   int // offset of the first segment that decoding needs
}

// frameComponent is one component of the frame (ITU-T T.81, B.2.2).
type frameComponent struct {
	ID    uint8
	H, V  int   // sampling factors, 1 to 4, relative to the other components'
	Quant uint8 // quantisation table, 0 to 3
}

// readHeader reads a JPEG up to its first scan, and waits for no more of it. It
// allocates a few bytes. An error is a [formatError], an [unsupportedError], or
// the source's.
func (in *input) readHeader() (h header, m metadata, err error) {
	if err := in.reach(2); err != nil {
		return h, m, err
	}
	if len(in.data) < 2 || in.data[0] != 0xff || in.data[1] != markerSOI {
		return h, m, formatError("no SOI marker")
	}
	var hints colorHints
	var quants quantSlots
	pos := 2
	for range maxSegments {
		seg, err := in.nextSegment(pos)
		if err != nil {
			return h, m, err
		}
		pos = seg.end
		if h.tables == 0 && seg.isTable() {
			h.tables = seg.start
		}
		switch seg.marker {
		case markerSOS:
			if h.Components == nil {
				return h, m, formatError("a scan before any frame header")
			}
			h.SOS = seg.start
			h.Model = hints.model(h.Components)
			h.Quality = quants[h.Components[0].Quant].quality()
			return h, m, nil
		case markerEOI:
			return h, m, formatError("no scan")
		case markerSOF0, markerSOF1, markerSOF2:
			err = h.parseFrame(seg)
		case markerDRI:
			h.RestartInterval, err = parseRestartInterval(seg.params)
		case markerAPP0:
			hints.parseJFIF(seg.params)
		case markerAPP1:
			m.parseExif(seg.params)
		case markerAPP2:
			m.parseICC(seg.params)
		case markerAPP14:
			hints.parseAdobe(seg.params)
		case markerDQT:
			_ = quants.define(seg.params) // an error recurs when pixels are decoded
		case markerDHT:
		default:
			err = seg.checkSkippable()
		}
		if err != nil {
			return h, m, err
		}
	}
	return h, m, unsupportedError("too many segments before the first scan")
}

// parseFrame reads a frame header (B.2.2).
func (h *header) parseFrame(seg segment) error {
	p := seg.params
	if h.Components != nil {
		return formatError("more than one frame header")
	}
	if len(p) < 6 || len(p) != 6+3*int(p[5]) {
		return formatError("the frame header has the wrong length")
	}
	if p[0] != 8 {
		return unsupportedError(fmt.Sprintf("%d bits per sample", p[0]))
	}
	h.baseline = seg.marker == markerSOF0
	h.Progressive = seg.marker == markerSOF2
	h.Height = int(binary.BigEndian.Uint16(p[1:]))
	h.Width = int(binary.BigEndian.Uint16(p[3:]))
	if h.Width == 0 {
		return formatError("the width is 0")
	}
	if h.Height == 0 {
		return unsupportedError("height given after the first scan")
	}
	n := int(p[5])
	if n != 1 && n != 3 && n != 4 {
		return unsupportedError(fmt.Sprintf("%d components", n))
	}
	h.Components = make([]frameComponent, n)
	for i := range h.Components {
		c := p[6+3*i:]
		h.Components[i] = frameComponent{ID: c[0], H: int(c[1] >> 4), V: int(c[1] & 15), Quant: c[2]}
		if err := h.checkComponent(i); err != nil {
			return err
		}
	}
	if n == 1 {
		// A component that is alone is never interleaved; its sampling factors
		// mean nothing (A.2.2).
		h.Components[0].H, h.Components[0].V = 1, 1
	}
	return nil
}

// checkComponent checks the fields of component i.
func (h *header) checkComponent(i int) error {
	c := h.Components[i]
	if c.H < 1 || c.H > 4 || c.V < 1 || c.V > 4 {
		return formatError("sampling factor out of range")
	}
	if c.Quant > 3 {
		return formatError("quantisation table selector out of range")
	}
	for _, other := range h.Components[:i] {
		if other.ID == c.ID {
			return formatError("component identifier used twice")
		}
	}
	return nil
}

// sampling returns the largest sampling factors (A.1.1).
func (h *header) sampling() (maxH, maxV int) {
	for _, c := range h.Components {
		maxH, maxV = max(maxH, c.H), max(maxV, c.V)
	}
	return maxH, maxV
}

// whole reports whether the picture is coloured and all components have as many
// samples as luma.
func (h *header) whole() bool {
	maxH, maxV := h.sampling()
	for _, c := range h.Components {
		if c.H != maxH || c.V != maxV {
			return false
		}
	}
	return h.Model != modelGray
}

// parseRestartInterval reads a DRI segment (B.2.4.4).
func parseRestartInterval(params []byte) (int, error) {
	if len(params) != 2 {
		return 0, formatError("the restart interval has the wrong length")
	}
	return int(binary.BigEndian.Uint16(params)), nil
}
