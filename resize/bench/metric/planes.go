// Package metric computes how alike two pictures look, by two metrics that follow
// people's judgement of compressed pictures: SSIMULACRA 2.1 and Butteraugli.
//
// Pictures are taken as sRGB, whatever their profile, and as opaque: transparent pixels
// are seen on mid gray.
package metric

import (
	"fmt"
	"image"
	"image/draw"
	"math"
)

// field is one component of a picture: w × h numbers, row by row.
type field struct {
	w, h int
	pix  []float32
}

func newField(w, h int) field { return field{w, h, make([]float32, w*h)} }

func (f *field) row(y int) []float32 { return f.pix[y*f.w:][:f.w:f.w] }

// colours is a picture of three components.
type colours [3]field

func newColours(w, h int) colours {
	return colours{newField(w, h), newField(w, h), newField(w, h)}
}

// linearLevels maps each level of sRGB to its light, 0 to 1 (IEC 61966-2-1).
var linearLevels = func() (levels [256]float32) {
	for i := range levels {
		v := float64(i) / 255
		if v <= 0.04045 {
			levels[i] = float32(v / 12.92)
		} else {
			levels[i] = float32(math.Pow((v+0.055)/1.055, 2.4))
		}
	}
	return levels
}()

// backdrop is the light behind transparent pixels.
const backdrop = 0.5

// linear returns the red, green and blue light of a picture, 0 to 1.
func linear(img image.Image) colours {
	b := img.Bounds()
	pixels, ok := img.(*image.NRGBA)
	if !ok {
		pixels = image.NewNRGBA(b)
		draw.Draw(pixels, b, img, b.Min, draw.Src)
	}
	light := newColours(b.Dx(), b.Dy())
	for y := range b.Dy() {
		row := pixels.Pix[pixels.PixOffset(b.Min.X, b.Min.Y+y):][:4*b.Dx()]
		for c := range light {
			out := light[c].row(y)
			for x := range out {
				out[x] = linearLevels[row[4*x+c]]
				if alpha := row[4*x+3]; alpha != 255 {
					out[x] = backdrop + float32(alpha)/255*(out[x]-backdrop)
				}
			}
		}
	}
	return light
}

// halved returns the means of 2 × 2 numbers each. At an odd edge the last ones are
// repeated.
func (c *colours) halved() colours {
	half := newColours((c[0].w+1)/2, (c[0].h+1)/2)
	for i := range c {
		whole := &c[i]
		for y := range half[i].h {
			above, below := whole.row(2*y), whole.row(min(2*y+1, whole.h-1))
			out := half[i].row(y)
			for x := range out {
				left, right := 2*x, min(2*x+1, whole.w-1)
				out[x] = (above[left] + above[right] + below[left] + below[right]) / 4
			}
		}
	}
	return half
}

// sameSize returns an error if a picture does not have its reference's size.
func sameSize(want, got image.Point) error {
	if want != got {
		return fmt.Errorf("a picture of %dx%d cannot be compared with one of %dx%d", got.X, got.Y, want.X, want.Y)
	}
	return nil
}
