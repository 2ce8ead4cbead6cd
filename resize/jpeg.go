package resize

import (
	"context"
	"image"
	"image/color"
	"time"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/jpeg"
)

// resizePixels makes the variant of a JPEG of RGB, CMYK or YCCK, whose planes
// are joined to pixels at full size.
func resizePixels(ctx context.Context, original *arrival, h *jpegHeader, b box, req Request) (*Variant, error) {
	memory, err := h.pixelMemory()
	if err != nil {
		return nil, err
	}
	stored := b.stored(h.orientation)
	memory += smallThings + req.encodeMemory(b) + resampleMemory(h.Width, 4, stored)
	if err := req.checkMemory(memory); err != nil {
		return nil, err
	}
	original.Expect(original.Len())
	start, waited := time.Now(), original.waited
	s, err := decodeJPEG(ctx, original, h)
	if err != nil {
		return nil, err
	}
	decoding := time.Since(start) - (original.waited - waited)
	v, err := s.variant(ctx, JPEG, b, req)
	if err != nil {
		return nil, err
	}
	v.Times.Decode = decoding
	return v, nil
}

// pixelMemory is what decodeJPEG takes: the decoder's planes and coefficients;
// 4 bytes a pixel; and the profile, joined, with a CMYK profile's table as
// numbers.
func (h *jpegHeader) pixelMemory() (int64, error) {
	planes, err := h.Memory(jpeg.Options{})
	if err != nil {
		return 0, planesError(err)
	}
	return planes + 4*int64(h.Width)*int64(h.Height) + 6*int64(len(h.Profile())), nil
}

// decodeJPEG decodes a JPEG of RGB, CMYK or YCCK whole.
func decodeJPEG(ctx context.Context, original Original, h *jpegHeader) (*still, error) {
	var d jpeg.Decoder
	m, err := d.Decode(ctx, original, jpeg.Options{})
	if err != nil {
		return nil, planesError(err)
	}
	pix, err := h.joined(ctx, m)
	if err != nil {
		return nil, err
	}
	s := &still{orientation: h.orientation, opaque: true}
	rect := image.Rect(0, 0, h.Width, h.Height)
	if h.Model == jpeg.RGB {
		s.pixels = &image.NRGBA{Pix: pix, Stride: 4 * h.Width, Rect: rect}
		s.profile = icc.Kept(h.Profile(), false)
		return s, nil
	}
	s.pixels, err = cmykToSRGB(ctx, &image.CMYK{Pix: pix, Stride: 4 * h.Width, Rect: rect}, h.Profile())
	return s, err
}

// joined returns pixels of four samples: RGB and 255, or CMYK of which 255 is
// full ink. A sample that stands for several pixels is repeated.
func (h *jpegHeader) joined(ctx context.Context, m *jpeg.Image) ([]uint8, error) {
	pix := make([]uint8, 4*h.Width*h.Height)
	var maxH, maxV int
	for _, c := range h.Components {
		maxH, maxV = max(maxH, c.H), max(maxV, c.V)
	}
	for y := range h.Height {
		if y%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row := pix[4*h.Width*y:][:4*h.Width]
		for i, p := range m.Planes {
			c := h.Components[i]
			from := p.Pix[y*c.V/maxV*p.Stride:]
			for x := range h.Width {
				row[4*x+i] = from[x*c.H/maxH]
			}
		}
		finish(row, h.Model)
	}
	return pix, nil
}

// finish turns the samples of a row, as they are stored, into what joined
// returns. Inks are stored inverted, and those of YCCK are the colours that Y, Cb
// and Cr stand for.
func finish(row []uint8, model jpeg.ColorModel) {
	for ; len(row) >= 4; row = row[4:] {
		switch model {
		case jpeg.RGB:
			row[3] = 255
		case jpeg.YCCK:
			row[0], row[1], row[2] = color.YCbCrToRGB(row[0], row[1], row[2])
			row[3] = 255 - row[3]
		default:
			row[0], row[1], row[2], row[3] = 255-row[0], 255-row[1], 255-row[2], 255-row[3]
		}
	}
}
