package resize

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image/png"
	"io"
)

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	// maxPNGProfile bounds what an iCCP chunk may unpack to, in bytes.
	maxPNGProfile = 4 << 20
)

// pngHeader is what the chunks around the pixels of a PNG say (PNG third
// edition, 11).
type pngHeader struct {
	width, height int // pixels, as stored
	depth         int // bits a sample
	colourType    byte
	interlaced    bool
	orientation   int
	colour        []byte // the colour chunks, whole
	iccp          []byte // the body of the iCCP chunk
}

// parsePNG walks the chunks of a PNG without unpacking any.
func parsePNG(data []byte) (pngHeader, error) {
	h := pngHeader{orientation: 1}
	seen := map[string]bool{}
	for at := len(pngSignature); ; {
		if len(data)-at < 12 {
			return h, badPNG(io.ErrUnexpectedEOF)
		}
		n := int64(binary.BigEndian.Uint32(data[at:]))
		if n > int64(len(data)-at-12) {
			return h, badPNG(io.ErrUnexpectedEOF)
		}
		chunk := data[at : at+12+int(n)]
		kind, body := string(chunk[4:8]), chunk[8:8+n]
		if first := at == len(pngSignature); first != (kind == "IHDR") {
			return h, badPNG(errors.New("IHDR is not the first chunk"))
		}
		at += len(chunk)
		switch kind {
		case "IHDR":
			if err := h.readIHDR(body); err != nil {
				return h, badPNG(err)
			}
		case "acTL":
			if !seen["IDAT"] {
				return h, UnsupportedError("APNG")
			}
		case "gAMA", "cHRM", "sRGB", "cICP", "iCCP":
			// Behind PLTE or IDAT, or a second time, they mean nothing (PNG
			// third edition, 5.6).
			if !seen["PLTE"] && !seen["IDAT"] && !seen[kind] {
				h.readColour(kind, chunk)
			}
		case "eXIf":
			h.orientation = exifOrientation(body)
		case "IEND":
			if !seen["IDAT"] {
				return h, badPNG(errors.New("no IDAT"))
			}
			return h, nil
		}
		seen[kind] = true
	}
}

func (h *pngHeader) readIHDR(body []byte) error {
	if len(body) != 13 {
		return fmt.Errorf("IHDR of %d bytes", len(body))
	}
	w, hh := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
	if w == 0 || hh == 0 || w > 1<<31-1 || hh > 1<<31-1 {
		return fmt.Errorf("size %dx%d", w, hh)
	}
	h.width, h.height = int(w), int(hh)
	h.depth, h.colourType, h.interlaced = int(body[8]), body[9], body[12] == 1
	return nil
}

// readColour takes a colour chunk over, unless its length says that it holds
// something else (PNG third edition, 11.3.2).
func (h *pngHeader) readColour(kind string, chunk []byte) {
	body := chunk[8 : len(chunk)-4]
	if kind == "iCCP" {
		h.iccp = body
		return
	}
	if len(body) == map[string]int{"gAMA": 4, "cHRM": 32, "sRGB": 1, "cICP": 4}[kind] {
		h.colour = append(h.colour, chunk...)
	}
}

func badPNG(err error) error { return &FormatError{Format: PNG, Err: err} }

// inspectPNG reads the header of a PNG.
func inspectPNG(data []byte) (Info, error) {
	h, err := parsePNG(data)
	if err != nil {
		return Info{}, err
	}
	return uprightInfo(PNG, h.width, h.height, h.orientation), nil
}

// decodePNG decodes a PNG that is not animated.
func decodePNG(data []byte) (*still, error) {
	h, err := parsePNG(data)
	if err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, badPNG(err)
	}
	if img, err = eightBit(img); err != nil {
		return nil, badPNG(err)
	}
	s, err := h.still()
	if err != nil {
		return nil, err
	}
	s.pixels = img
	s.opaque = isOpaque(img)
	return s, nil
}

// still is a picture without pixels, of what the chunks around them say.
func (h *pngHeader) still() (*still, error) {
	profile, err := unpackProfile(h.iccp)
	if err != nil {
		return nil, badPNG(err)
	}
	gray := h.colourType == pngGray || h.colourType == pngGrayAlpha
	return &still{
		orientation: h.orientation,
		profile:     keptProfile(profile, gray),
		gray:        gray,
		lossless:    true,
		pngColour:   h.colour,
	}, nil
}

// unpackProfile is the ICC profile in the body of an iCCP chunk: a name, a
// zero, the compression method and a zlib stream (PNG third edition, 11.3.2.3).
func unpackProfile(body []byte) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	_, packed, ok := bytes.Cut(body, []byte{0})
	if !ok || len(packed) == 0 || packed[0] != 0 {
		return nil, errors.New("iCCP is not name, method and zlib stream")
	}
	r, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil, fmt.Errorf("iCCP: %w", err)
	}
	profile, err := io.ReadAll(io.LimitReader(r, maxPNGProfile+1))
	if err != nil {
		return nil, fmt.Errorf("iCCP: %w", err)
	}
	if len(profile) > maxPNGProfile {
		return nil, fmt.Errorf("iCCP of more than %d bytes", maxPNGProfile)
	}
	return profile, nil
}
