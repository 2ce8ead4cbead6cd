package gif

import (
	"image"
	"image/color"
	"image/gif"
)

// canvas is what a viewer sees of an animated GIF: frames are drawn over one
// another, and disposed of before the next one (GIF89a specification, section 23).
type canvas struct {
	pixels   *image.NRGBA
	saved    *image.NRGBA // what the frame to restore had covered
	drawn    image.Rectangle
	disposal byte
}

func newCanvas(w, h int) *canvas {
	return &canvas{pixels: image.NewNRGBA(image.Rect(0, 0, w, h))}
}

// draw draws frame, whose transparent pixels leave what is there. Its colours are
// color.NRGBA.
func (c *canvas) draw(frame *image.Paletted, disposal byte) {
	if disposal == 4 {
		// Some programs write the third bit for what is value 3; browsers take
		// the one for the other.
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

// dispose takes the drawn frame away as it wants to be. Like browsers, it clears to
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
