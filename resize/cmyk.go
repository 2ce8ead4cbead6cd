package resize

import (
	"context"
	"image"
)

// cmykToSRGB turns pixels of CMYK into sRGB in place. Ink amounts are as
// image/jpeg gives them: 255 is full ink.
func cmykToSRGB(ctx context.Context, img *image.CMYK, profile []byte) (*image.NRGBA, error) {
	b := img.Bounds()
	for y := range b.Dy() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := img.Pix[y*img.Stride:][:4*b.Dx()]
		for i := 0; i < len(row); i += 4 {
			p := row[i : i+4 : i+4]
			k := 255 - uint32(p[3])
			p[0] = uint8(((255-uint32(p[0]))*k + 127) / 255)
			p[1] = uint8(((255-uint32(p[1]))*k + 127) / 255)
			p[2] = uint8(((255-uint32(p[2]))*k + 127) / 255)
			p[3] = 255
		}
	}
	return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}, nil
}
