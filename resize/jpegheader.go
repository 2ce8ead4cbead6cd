package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Markers, ITU-T T.81 table B.1.
const (
	markerTEM   = 0x01
	markerSOF0  = 0xc0 // baseline
	markerSOF2  = 0xc2 // progressive
	markerSOF15 = 0xcf
	markerDHT   = 0xc4
	markerJPG   = 0xc8
	markerDAC   = 0xcc
	markerRST0  = 0xd0
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDRI   = 0xdd
	markerAPP1  = 0xe1
	markerAPP2  = 0xe2
	markerAPP14 = 0xee
)

// iccHeader precedes a part of an ICC profile in an APP2, before the part's
// number, from 1, and the number of parts (ICC.1:2022, B.4).
var iccHeader = []byte("ICC_PROFILE\x00")

// adobeHeader begins Adobe's APP14, whose twelfth byte is the colour transform:
// 0 for none, 1 for YCbCr, 2 for YCCK (Adobe Technical Note 5116, section 18).
var adobeHeader = []byte("Adobe")

// jpegHeader is what the segments before the first scan of a JPEG say.
type jpegHeader struct {
	width, height int // stored, pixels
	progressive   bool
	components    []jpegComponent
	interleaved   bool // decoded into pixels of RGB or CMYK, not planes
	orientation   int
	iccParts      [][]byte // bodies after iccHeader, as they come
	restart       int      // restart interval at the first scan, MCUs
	scan          int      // offset of the first scan's SOS segment
}

// maxSegments is how many segments may precede the first scan: more than any
// profile, preview or depth map takes in parts of 64 kB, and few enough to pass
// over several times.
const maxSegments = 1 << 16

type jpegComponent struct {
	id   byte
	h, v int // sampling factors
}

// parseJPEGHeader reads a JPEG that is there as a whole up to its first scan.
func parseJPEGHeader(data []byte) (*jpegHeader, error) {
	return readJPEGHeader(context.Background(), Bytes(data))
}

// readJPEGHeader reads a JPEG up to its first scan, and waits for no more of it.
func readJPEGHeader(ctx context.Context, original Original) (*jpegHeader, error) {
	h := &jpegHeader{}
	var exif []byte
	adobeRGB := false
	pos := 2
	for range maxSegments {
		seg, err := awaitSegment(ctx, original, pos)
		if err != nil {
			return nil, err
		}
		switch m := seg.marker; {
		case m == markerSOS:
			if h.components == nil {
				return nil, errors.New("scan before any frame header")
			}
			h.scan = seg.start
			h.interleaved = len(h.components) == 4 || len(h.components) == 3 && (adobeRGB || h.components[0].id == 'R')
			h.orientation = exifOrientation(exif)
			return h, nil
		case m == markerEOI:
			return nil, errors.New("no scan")
		case isSOF(m):
			if err := h.parseFrame(m, seg.body); err != nil {
				return nil, err
			}
		case m == markerDRI:
			h.restart = restartInterval(seg.body)
		case m == markerAPP1 && exif == nil && bytes.HasPrefix(seg.body, exifHeader[:5]) && len(seg.body) > 6:
			exif = seg.body[6:] // some writers pad with a byte other than 0
		case m == markerAPP14 && bytes.HasPrefix(seg.body, adobeHeader) && len(seg.body) >= 12:
			adobeRGB = seg.body[11] == 0
		case m == markerAPP2 && bytes.HasPrefix(seg.body, iccHeader):
			h.iccParts = append(h.iccParts, seg.body[len(iccHeader):])
		}
		pos = seg.end
	}
	return nil, UnsupportedError("JPEG of too many segments before its first scan")
}

// parseFrame reads a frame header (T.81, B.2.2).
func (h *jpegHeader) parseFrame(marker byte, body []byte) error {
	if h.components != nil {
		return errors.New("more than one frame header")
	}
	if marker > markerSOF2 {
		return UnsupportedError("JPEG that is lossless, hierarchical or arithmetic-coded")
	}
	if len(body) < 6 || len(body) != 6+3*int(body[5]) {
		return errors.New("frame header of wrong length")
	}
	if body[0] != 8 {
		return UnsupportedError(fmt.Sprintf("JPEG of %d bits a sample", body[0]))
	}
	h.progressive = marker == markerSOF2
	h.height = int(binary.BigEndian.Uint16(body[1:]))
	h.width = int(binary.BigEndian.Uint16(body[3:]))
	if h.width == 0 {
		return errors.New("width 0")
	}
	if h.height == 0 {
		return UnsupportedError("JPEG that gives its height after the pixels")
	}
	n := int(body[5])
	if n != 1 && n != 3 && n != 4 {
		return UnsupportedError(fmt.Sprintf("JPEG of %d components", n))
	}
	h.components = make([]jpegComponent, n)
	for i := range h.components {
		c := body[6+3*i:]
		h.components[i] = jpegComponent{id: c[0], h: int(c[1] >> 4), v: int(c[1] & 15)}
		if s := h.components[i]; s.h < 1 || s.h > 4 || s.v < 1 || s.v > 4 {
			return errors.New("sampling factor out of range")
		}
	}
	return nil
}

// profile joins the parts of the ICC profile. Where one is missing, double or
// numbered out of range there is no profile: that is how libjpeg, and with it
// every browser, takes such a file.
func (h *jpegHeader) profile() []byte {
	n := len(h.iccParts)
	ordered := make([][]byte, n)
	for _, part := range h.iccParts {
		if len(part) < 2 || int(part[1]) != n {
			return nil
		}
		i := int(part[0]) - 1
		if i < 0 || i >= n || ordered[i] != nil {
			return nil
		}
		ordered[i] = part[2:]
	}
	return bytes.Join(ordered, nil)
}

// segment is a marker and, for most markers, a length and a body (T.81, B.1).
type segment struct {
	marker     byte
	start, end int // offsets of the marker and of what follows the body
	body       []byte
}

// awaitSegment is nextSegment in an original that arrives.
func awaitSegment(ctx context.Context, original Original, pos int) (segment, error) {
	for n := pos; ; {
		data, err := original.First(ctx, n)
		if err != nil {
			return segment{}, err
		}
		seg, err := nextSegment(data, min(pos, len(data)))
		if err != io.ErrUnexpectedEOF || len(data) < n {
			return seg, err
		}
		pos, n = seg.start, len(data)+1
	}
}

// nextSegment finds the first marker at or after pos, passing over restart
// markers and whatever stands between segments, as entropy-coded data does. If
// data ends before it does, its start is where to look once there is more.
func nextSegment(data []byte, pos int) (segment, error) {
	for {
		i := bytes.IndexByte(data[pos:], 0xff)
		if i < 0 {
			return segment{start: len(data)}, io.ErrUnexpectedEOF
		}
		pos += i
		if pos+1 >= len(data) {
			return segment{start: pos}, io.ErrUnexpectedEOF
		}
		m := data[pos+1]
		switch {
		case m == 0xff: // fill byte
			pos++
			continue
		case m == 0, m == markerTEM, m >= markerRST0 && m <= markerSOI:
			pos += 2
			continue
		case m == markerEOI:
			return segment{marker: m, start: pos, end: pos + 2}, nil
		}
		if pos+4 > len(data) {
			return segment{start: pos}, io.ErrUnexpectedEOF
		}
		size := int(binary.BigEndian.Uint16(data[pos+2:]))
		if size < 2 {
			return segment{}, errors.New("segment of wrong length")
		}
		end := pos + 2 + size
		if end > len(data) {
			return segment{start: pos}, io.ErrUnexpectedEOF
		}
		return segment{marker: m, start: pos, end: end, body: data[pos+4 : end]}, nil
	}
}

// isSOF says whether a marker begins a frame header.
func isSOF(m byte) bool {
	return m >= markerSOF0 && m <= markerSOF15 && m != markerDHT && m != markerJPG && m != markerDAC
}
