package resize

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image/png"
	"io"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
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

// parsePNG walks the chunks of a PNG that is there as a whole without unpacking
// any.
func parsePNG(data []byte) (pngHeader, error) {
	return readPNGHeader(context.Background(), Bytes(data), "IEND")
}

// readPNGHeader walks the chunks of a PNG up to the first of type last, which is
// IDAT or IEND, and waits for no more than the beginning of that.
func readPNGHeader(ctx context.Context, original Original, last string) (pngHeader, error) {
	h := pngHeader{orientation: 1}
	seen := map[string]bool{}
	for at := len(pngSignature); ; {
		first := at == len(pngSignature)
		data, err := firstOfPNG(ctx, original, at+pngAround)
		if err != nil {
			return h, err
		}
		end := int64(at) + pngAround + int64(binary.BigEndian.Uint32(data[at:]))
		if end > int64(original.Len()) {
			return h, badPNG(io.ErrUnexpectedEOF)
		}
		kind := string(data[at+4 : at+8])
		if first != (kind == "IHDR") {
			return h, badPNG(errors.New("IHDR is not the first chunk"))
		}
		if kind == "IEND" && !seen["IDAT"] {
			return h, badPNG(errors.New("no IDAT"))
		}
		if kind == last {
			return h, nil
		}
		if data, err = firstOfPNG(ctx, original, int(end)); err != nil {
			return h, err
		}
		if err := h.read(kind, data[at:end], seen); err != nil {
			return h, err
		}
		seen[kind] = true
		at = int(end)
	}
}

// pngAround is what a chunk has beside its body, in bytes: the length and the
// type before, the checksum behind (PNG third edition, 5.3).
const pngAround = 12

// firstOfPNG waits for the first n bytes.
func firstOfPNG(ctx context.Context, original Original, n int) ([]byte, error) {
	if n > original.Len() {
		return nil, badPNG(io.ErrUnexpectedEOF)
	}
	return original.First(ctx, n)
}

// read takes over what a chunk says, behind those of the kinds seen.
func (h *pngHeader) read(kind string, chunk []byte, seen map[string]bool) error {
	body := chunk[8 : len(chunk)-4]
	switch kind {
	case "IHDR":
		if err := h.readIHDR(body); err != nil {
			return badPNG(err)
		}
	case "acTL":
		if !seen["IDAT"] {
			return pic.Unsupported(pic.APNG, pic.APNG.Name())
		}
	case "gAMA", "cHRM", "sRGB", "cICP", "iCCP":
		// Behind PLTE or IDAT, or a second time, they mean nothing (PNG third
		// edition, 5.6).
		if !seen["PLTE"] && !seen["IDAT"] && !seen[kind] {
			h.readColour(kind, chunk)
		}
	case "eXIf":
		h.orientation = exif.Orientation(body)
	}
	return nil
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

func badPNG(err error) error { return pic.Invalid(pic.PNG, err) }

// inspectPNG reads the header of a PNG.
func inspectPNG(data []byte) (Info, error) {
	h, err := parsePNG(data)
	if err != nil {
		return Info{}, err
	}
	return h.info(), nil
}

func (h *pngHeader) info() Info { return uprightInfo(PNG, h.width, h.height, h.orientation) }

// decodePNG decodes a PNG that is not animated.
func decodePNG(ctx context.Context, data []byte) (*still, error) {
	h, err := parsePNG(data)
	if err != nil {
		return nil, err
	}
	img, err := png.Decode(newReader(ctx, data))
	if err != nil {
		return nil, badPNG(err)
	}
	if img, err = pic.EightBit(img); err != nil {
		return nil, badPNG(err)
	}
	s, err := h.still()
	if err != nil {
		return nil, err
	}
	s.pixels = img
	s.opaque = pic.IsOpaque(img)
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
		profile:     icc.Kept(profile, gray),
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
