// Package bmp reads BMP files with golang.org/x/image/bmp.
package bmp

import (
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"

	"golang.org/x/image/bmp"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Is reports whether a file that begins with start is a BMP. In all versions the length
// of the header after the file header is below 256, which is unlikely in other files
// that begin with BM.
func Is(start []byte) bool {
	return len(start) >= 18 && string(start[:2]) == "BM" && binary.LittleEndian.Uint32(start[14:]) < 256
}

// picture is an opened BMP.
type picture struct {
	width, height int
	data          []byte
}

// Open reads the header of a BMP, and waits for the whole file. Errors:
// [pic.UnsupportedError], [*pic.FormatError], those of source.
func Open(ctx context.Context, source pic.Source) (pic.Picture, error) {
	data, err := pic.All(ctx, source)
	if err != nil {
		return nil, err
	}
	c, err := bmp.DecodeConfig(pic.NewReader(ctx, data))
	if err != nil {
		return nil, typed(err)
	}
	if c.Width == 0 || c.Height == 0 {
		return nil, typed(errors.New("the width or height is 0"))
	}
	return &picture{c.Width, c.Height, data}, nil
}

// Header implements [pic.Picture].
func (p *picture) Header() pic.Header {
	return pic.Header{Format: pic.BMP, Width: p.width, Height: p.height, Orientation: 1, Frames: 1}
}

// Plan implements [pic.Picture]. The decoder always decodes the whole picture.
func (p *picture) Plan(pic.View) (*pic.Decoding, error) {
	return &pic.Decoding{
		Memory: p.memory(),
		Shape:  pic.Shape{Width: p.width, Height: p.height, Channels: 4},
		Frames: pic.Still(p.Header(), p.decode),
	}, nil
}

// memory returns how many bytes golang.org/x/image takes for a BMP: an index or 4 bytes
// a pixel, and a bound for tables and headers.
func (p *picture) memory() int64 {
	const bitCount, fixed = 28, 256 << 10 // bitCount is an offset in the file, within what Open has read
	pixels := int64(p.width) * int64(p.height)
	if binary.LittleEndian.Uint16(p.data[bitCount:]) <= 8 {
		return fixed + pixels
	}
	return fixed + 4*pixels
}

// decode decodes the whole BMP.
func (p *picture) decode(ctx context.Context) (image.Image, pic.Colour, error) {
	colour := pic.Colour{Profile: icc.Kept(profile(p.data), false)}
	img, err := bmp.Decode(pic.NewReader(ctx, p.data))
	if err != nil {
		return nil, colour, typed(err)
	}
	if img, ok := img.(*image.NRGBA); ok {
		dropEmptyAlpha(img)
	}
	if img, err = pic.EightBit(img); err != nil {
		return nil, colour, typed(err)
	}
	return img, colour, nil
}

// dropEmptyAlpha makes a picture without any visible pixel opaque: its writer left the
// fourth byte unused, and browsers show such a BMP.
func dropEmptyAlpha(img *image.NRGBA) {
	for i := 3; i < len(img.Pix); i += 4 {
		if img.Pix[i] != 0 {
			return
		}
	}
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
}

// profile returns the ICC profile that a BITMAPV5HEADER with the colour space
// PROFILE_EMBEDDED points to, or nil (Windows GDI reference, BITMAPV5HEADER).
func profile(data []byte) []byte {
	const (
		fileHeader = 14
		v5Header   = 124
		embedded   = 0x4d424544 // 'MBED'
	)
	if len(data) < fileHeader+v5Header {
		return nil
	}
	h := data[fileHeader:]
	if binary.LittleEndian.Uint32(h) != v5Header || binary.LittleEndian.Uint32(h[56:]) != embedded {
		return nil
	}
	start := uint64(binary.LittleEndian.Uint32(h[112:]))
	size := uint64(binary.LittleEndian.Uint32(h[116:]))
	if start+size > uint64(len(h)) {
		return nil
	}
	return h[start : start+size]
}

// typed converts an error of the decoder to one of package pic's types.
func typed(err error) error {
	if errors.Is(err, bmp.ErrUnsupported) {
		return pic.Unsupported(pic.BMP, "BMP that is compressed or has an unusual layout")
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return pic.Invalid(pic.BMP, err)
}
