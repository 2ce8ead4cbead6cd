package resize

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

// inspectBMP reads the header of a BMP.
func inspectBMP(data []byte) (Info, error) {
	c, err := bmp.DecodeConfig(newReader(context.Background(), data))
	if err != nil {
		return Info{}, bmpError(err)
	}
	if c.Width == 0 || c.Height == 0 {
		return Info{}, bmpError(errors.New("width or height 0"))
	}
	return uprightInfo(BMP, c.Width, c.Height, 1), nil
}

// decodeBMP decodes a BMP whole.
func decodeBMP(ctx context.Context, data []byte) (*still, error) {
	img, err := bmp.Decode(newReader(ctx, data))
	if err != nil {
		return nil, bmpError(err)
	}
	if img, ok := img.(*image.NRGBA); ok {
		dropEmptyAlpha(img)
	}
	img, err = pic.EightBit(img)
	if err != nil {
		return nil, bmpError(err)
	}
	return &still{
		pixels:      img,
		orientation: 1,
		profile:     icc.Kept(bmpProfile(data), false),
		opaque:      pic.IsOpaque(img),
	}, nil
}

// dropEmptyAlpha makes a picture without a single visible pixel opaque: its
// writer left the fourth byte unused, and browsers show such a BMP.
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

// bmpProfile is the ICC profile that a BITMAPV5HEADER with the colour space
// PROFILE_EMBEDDED points to, or nil (Windows GDI reference, BITMAPV5HEADER).
func bmpProfile(data []byte) []byte {
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

// bmpError gives an error of the decoder its type.
func bmpError(err error) error {
	if errors.Is(err, bmp.ErrUnsupported) {
		return pic.Unsupported(BMP, "BMP that is compressed or of an unusual layout")
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return pic.Invalid(pic.BMP, err)
}
