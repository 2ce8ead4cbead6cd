package resize

import (
	"encoding/binary"
	"errors"

	"github.com/edgeresize/edgeresize/resize/jpeg"
)

// checkScans finds what image/jpeg would decode without an error to something
// other than the picture: a component without any scan, and scans of one
// component in which it counts wrong. It also finds scans that would take too
// long.
func (h *jpegHeader) checkScans(data []byte) error {
	missing := len(h.components)
	seen := make([]bool, len(h.components))
	restart := h.restart
	blocks, scanned := 0, 0
	for i := range h.components {
		blocks += h.blocks(i)
	}
	for pos := h.scan; ; {
		seg, err := nextSegment(data, pos)
		if err != nil {
			return err
		}
		pos = seg.end
		switch seg.marker {
		case markerEOI:
			if missing > 0 {
				return errors.New("a component without a scan")
			}
			return nil
		case markerDRI:
			restart = restartInterval(seg.body)
		case markerSOS:
			for _, i := range h.scanned(seg.body) {
				if err := h.checkScan(seg.body, i, restart); err != nil {
					return err
				}
				if scanned += h.blocks(i); scanned > jpeg.MaxScanned(blocks) {
					return UnsupportedError("JPEG of too many scans for its size")
				}
				if !seen[i] && startsAtDC(seg.body) {
					seen[i] = true
					missing--
				}
			}
			if missing == 0 && !h.progressive {
				return nil
			}
		}
	}
}

// blocks is how many blocks of 8 by 8 samples a component has (T.81, A.1.1).
func (h *jpegHeader) blocks(i int) int {
	var maxH, maxV int
	for _, c := range h.components {
		maxH, maxV = max(maxH, c.h), max(maxV, c.v)
	}
	c := h.components[i]
	return ((h.width*c.h + 8*maxH - 1) / (8 * maxH)) * ((h.height*c.v + 8*maxV - 1) / (8 * maxV))
}

// scanned are the indices of the components that a scan header names
// (T.81, B.2.3); none if it is malformed, which the decoder finds too.
func (h *jpegHeader) scanned(body []byte) []int {
	if len(body) < 6 || len(body) != 4+2*int(body[0]) {
		return nil
	}
	var indices []int
	for n := range int(body[0]) {
		for i, c := range h.components {
			if c.id == body[1+2*n] {
				indices = append(indices, i)
			}
		}
	}
	return indices
}

// startsAtDC says whether a scan holds DC coefficients.
func startsAtDC(body []byte) bool { return body[len(body)-3] == 0 }

// checkScan refuses what image/jpeg miscounts in a scan of one component out of
// several. Such a scan is a row of blocks and not of MCUs (T.81, A.2.2), but
// image/jpeg counts restart intervals in MCUs, and ends rows by the width of
// the component that is sampled most.
func (h *jpegHeader) checkScan(body []byte, i, restart int) error {
	if body[0] != 1 || len(h.components) == 1 {
		return nil
	}
	c, full := h.components[i], h.components[0]
	if restart > 0 && c.h*c.v > 1 {
		return UnsupportedError("JPEG with restart markers in scans of one component")
	}
	if c.h > 1 && c.h < full.h || c.v > 1 && c.v < full.v {
		return UnsupportedError("JPEG of unusual sampling in scans of one component")
	}
	return nil
}

// restartInterval is what a DRI segment defines (T.81, B.2.4.4).
func restartInterval(body []byte) int {
	if len(body) < 2 {
		return 0
	}
	return int(binary.BigEndian.Uint16(body))
}
