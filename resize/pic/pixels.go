package pic

import (
	"errors"
	"image"
	"image/color"
)

// EightBit converts img to a type of 8 bits a sample that the resampler reads without a
// panic, whatever the file said. It rounds 16-bit samples, whose low byte the resampler
// would cut off, divides colours by their alpha, and checks that every index is within
// its palette.
func EightBit(img image.Image) (image.Image, error) {
	switch img := img.(type) {
	case *image.Gray16:
		return roundGray16(img), nil
	case *image.NRGBA64:
		return roundNRGBA64(img), nil
	case *image.RGBA64:
		return roundRGBA64(img), nil
	case *image.RGBA:
		return unmultiply(img), nil
	case *image.NYCbCrA:
		return withAlpha(img), nil
	case *image.Paletted:
		return SoundPaletted(img)
	}
	return img, nil
}

// round8 rounds a 16-bit sample to 8 bits.
func round8(hi, lo byte) byte {
	return byte((uint32(hi)<<8 | uint32(lo) + 128) / 257)
}

func roundGray16(img *image.Gray16) *image.Gray {
	out := image.NewGray(image.Rectangle{Max: img.Rect.Size()})
	for y := range out.Rect.Dy() {
		src, dst := img.Pix[y*img.Stride:], out.Pix[y*out.Stride:][:out.Stride]
		for x := range dst {
			dst[x] = round8(src[2*x], src[2*x+1])
		}
	}
	return out
}

func roundNRGBA64(img *image.NRGBA64) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: img.Rect.Size()})
	for y := range out.Rect.Dy() {
		src, dst := img.Pix[y*img.Stride:], out.Pix[y*out.Stride:][:out.Stride]
		for i := range dst {
			dst[i] = round8(src[2*i], src[2*i+1])
		}
	}
	return out
}

func roundRGBA64(img *image.RGBA64) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: img.Rect.Size()})
	for y := range out.Rect.Dy() {
		src, dst := img.Pix[y*img.Stride:], out.Pix[y*out.Stride:][:out.Stride]
		for i := 0; i < len(dst); i += 4 {
			p := src[2*i : 2*i+8 : 2*i+8]
			a := uint32(p[6])<<8 | uint32(p[7])
			if a == 0 {
				continue
			}
			for c := range 3 {
				v := uint32(p[2*c])<<8 | uint32(p[2*c+1])
				dst[i+c] = byte(min(255, (255*v+a/2)/a))
			}
			dst[i+3] = round8(p[6], p[7])
		}
	}
	return out
}

// unmultiply divides colours by their alpha, in place.
func unmultiply(img *image.RGBA) *image.NRGBA {
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		for i := 0; i < len(row); i += 4 {
			a := uint32(row[i+3])
			if a == 0 || a == 255 {
				continue
			}
			for c := range 3 {
				row[i+c] = byte(min(255, (255*uint32(row[i+c])+a/2)/a))
			}
		}
	}
	return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}

// withAlpha joins planes of YCbCr and of alpha to pixels.
func withAlpha(img *image.NYCbCrA) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: img.Rect.Size()})
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sx, sy := img.Rect.Min.X+x, img.Rect.Min.Y+y
			yi, ci := img.YOffset(sx, sy), img.COffset(sx, sy)
			p := out.Pix[y*out.Stride+4*x:][:4]
			p[0], p[1], p[2] = color.YCbCrToRGB(img.Y[yi], img.Cb[ci], img.Cr[ci])
			p[3] = img.A[img.AOffset(sx, sy)]
		}
	}
	return out
}

// SoundPaletted returns img with its colours rounded to 8 bits, or an error if an index
// is beyond its palette.
func SoundPaletted(img *image.Paletted) (*image.Paletted, error) {
	for y := range img.Rect.Dy() {
		for _, index := range img.Pix[y*img.Stride:][:img.Rect.Dx()] {
			if int(index) >= len(img.Palette) {
				return nil, errors.New("colour beyond the palette")
			}
		}
	}
	out := *img
	out.Palette = make(color.Palette, len(img.Palette))
	for i, c := range img.Palette {
		n := color.NRGBA64Model.Convert(c).(color.NRGBA64)
		out.Palette[i] = color.NRGBA{
			R: round8(byte(n.R>>8), byte(n.R)),
			G: round8(byte(n.G>>8), byte(n.G)),
			B: round8(byte(n.B>>8), byte(n.B)),
			A: round8(byte(n.A>>8), byte(n.A)),
		}
	}
	return &out, nil
}
