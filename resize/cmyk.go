package resize

import (
	"context"
	"image"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// cmykToSRGB turns pixels of CMYK, 255 being full ink, into sRGB in place. A
// CMYK profile says how; without one it is the formula that browsers use.
func cmykToSRGB(ctx context.Context, img *image.CMYK, profile []byte) (*image.NRGBA, error) {
	convert := plainCMYK
	if p := icc.Whole(profile, icc.CMYK); p != nil {
		t, err := icc.New(p)
		if err != nil {
			return nil, pic.Unsupported(JPEG, "CMYK JPEG with an ICC profile that cannot be read ("+err.Error()+")")
		}
		convert = t.ToSRGB
	}
	for y := range img.Rect.Dy() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		convert(img.Pix[y*img.Stride:][:4*img.Rect.Dx()])
	}
	return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}, nil
}

// plainCMYK takes inks for filters that add up, each of its complement's colour.
func plainCMYK(pix []byte) {
	for i := 0; i+4 <= len(pix); i += 4 {
		p := pix[i : i+4 : i+4]
		light := 255 - uint32(p[3])
		for c := range 3 {
			p[c] = uint8(((255-uint32(p[c]))*light + 127) / 255)
		}
		p[3] = 255
	}
}
