package gif

import (
	"image"
	"image/color"
	"image/gif"
)

// canvas holds what a viewer sees of an animated GIF: frames are drawn over one
// another, and disposed of before the next one (GIF89a specification, section 23).
type canvas struct {
	pixels   *image.NRGBA
	saved    *image.NRGBA // what was below the frame to restore
	drawn    image.Rectangle
	disposal byte
}

func newCanvas(w, h int) *canvas {
	return &canvas{pixels: image.NewNRGBA(image.Rect(0, 0, w, h))}
}

// draw draws frame. Its transparent pixels leave the canvas unchanged. Its colours must
// be color.NRGBA.
func (c *canvas) draw(frame *image.Paletted, disposal byte) {
	if disposal == 4 {
		// Some programs write value 4 for value 3, and browsers treat it as that.
		disposal = gif.DisposalPrevious
	}
	c.drawn, c.disposal = frame.Rect.Intersect(c.pixels.Rect), disposal
	if disposal == gif.DisposalPrevious {
		if c.saved == nil {
			c.saved = image.NewNRGBA(c.pixels.Rect)
		}
		copy(c.saved.Pix, c.pixels.Pix)
	}
	var palette [256]color.NRGBA
	for i, p := range frame.Palette {
		palette[i] = p.(color.NRGBA)
	}
	for y := c.drawn.Min.Y; y < c.drawn.Max.Y; y++ {
		src := frame.Pix[frame.PixOffset(c.drawn.Min.X, y):][:c.drawn.Dx()]
		dst := c.pixels.Pix[c.pixels.PixOffset(c.drawn.Min.X, y):]
		for x, index := range src {
			if p := palette[index]; p.A != 0 {
				d := dst[4*x : 4*x+4 : 4*x+4]
				d[0], d[1], d[2], d[3] = p.R, p.G, p.B, 255
			}
		}
	}
}

// dispose removes the drawn frame in the frame's own way. Like browsers, it clears to
// transparent, not to the background colour.
func (c *canvas) dispose() {
	switch c.disposal {
	case gif.DisposalBackground:
		clearRect(c.pixels, c.drawn)
	case gif.DisposalPrevious:
		copy(c.pixels.Pix, c.saved.Pix)
	}
}

// clearRect makes the pixels of img within r transparent.
func clearRect(img *image.NRGBA, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(img.Pix[img.PixOffset(r.Min.X, y):][:4*r.Dx()])
	}
}
