package subject

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"

	"github.com/edgeresize/edgeresize/resize/bench/noise"
)

// rgb is a colour in levels, 0 to 255.
type rgb [3]float64

// canvas is a scene that is being drawn.
type canvas struct {
	w, h   int
	pix    []rgb
	random *rand.Rand
}

// newCanvas returns a canvas of w × h pixels with a gradient from top to bottom.
func newCanvas(w, h int, seed uint64, top, bottom rgb) *canvas {
	c := &canvas{w, h, make([]rgb, w*h), rand.New(rand.NewPCG(seed, 3))}
	c.gradient(0, h, top, bottom)
	return c
}

// paint mixes what colour returns into each pixel, by the cover that it returns.
func (c *canvas) paint(r image.Rectangle, colour func(x, y float64) (rgb, float64)) {
	r = r.Intersect(image.Rect(0, 0, c.w, c.h))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v, cover := colour(float64(x)+0.5, float64(y)+0.5)
			cover = max(0, min(1, cover))
			p := &c.pix[y*c.w+x]
			for i := range p {
				p[i] += cover * (v[i] - p[i])
			}
		}
	}
}

// gradient fills the rows from y0 up to y1.
func (c *canvas) gradient(y0, y1 int, top, bottom rgb) {
	c.paint(image.Rect(0, y0, c.w, y1), func(_, y float64) (v rgb, cover float64) {
		at := (y - float64(y0)) / float64(y1-y0)
		for i := range v {
			v[i] = top[i] + at*(bottom[i]-top[i])
		}
		return v, 1
	})
}

// ground fills the rows from y0 up to y1 with a gradient and a texture.
func (c *canvas) ground(y0, y1 int, top, bottom rgb, period, levels float64) {
	c.gradient(y0, y1, top, bottom)
	c.texture(image.Rect(0, y0, c.w, y1), period, levels, anyTint)
}

// texture adds smooth noise of a period in pixels to r, by up to levels.
func (c *canvas) texture(r image.Rectangle, period, levels float64, tint rgb) {
	phase := float64(c.random.IntN(1 << 20))
	c.paint(r, func(x, y float64) (rgb, float64) {
		n := (noise.At(phase+x/period, y/period) - 0.5) * 2 * levels
		v := c.pix[int(y)*c.w+int(x)]
		for i := range v {
			v[i] += n * tint[i]
		}
		return v, 1
	})
}

// foliage covers r with leaves of about size pixels.
func (c *canvas) foliage(r image.Rectangle, size float64, dark, light rgb) {
	for range int(float64(r.Dx()*r.Dy()) / size / size * 3) {
		at, v := c.random.Float64(), rgb{}
		for i := range v {
			v[i] = dark[i] + at*(light[i]-dark[i])
		}
		x, y := float64(r.Min.X)+c.random.Float64()*float64(r.Dx()), float64(r.Min.Y)+c.random.Float64()*float64(r.Dy())
		c.ellipse(x, y, size*(0.3+0.7*c.random.Float64()), size*(0.2+0.5*c.random.Float64()), 1, v)
	}
}

// ellipse fills an ellipse whose edge is soft pixels wide.
func (c *canvas) ellipse(x, y, rx, ry, soft float64, v rgb) {
	r := image.Rect(int(x-rx-soft)-1, int(y-ry-soft)-1, int(x+rx+soft)+2, int(y+ry+soft)+2)
	c.paint(r, func(px, py float64) (rgb, float64) {
		d := (1 - math.Hypot((px-x)/rx, (py-y)/ry)) * min(rx, ry)
		return v, d/soft + 0.5
	})
}

// box fills a rectangle.
func (c *canvas) box(x0, y0, x1, y1 float64, v rgb) {
	c.paint(image.Rect(int(x0), int(y0), int(x1), int(y1)), func(_, _ float64) (rgb, float64) { return v, 1 })
}

// triangle fills a triangle with a top at x, y and a base of two widths at base.
func (c *canvas) triangle(x, y, left, right, base float64, v rgb) {
	c.paint(image.Rect(int(x-left), int(y), int(x+right)+1, int(base)), func(px, py float64) (rgb, float64) {
		at := (py - y) / (base - y)
		return v, min(px-(x-left*at), x+right*at-px) + 0.5
	})
}

// person draws a head and a torso. x, y is the middle of the face, size its height.
func (c *canvas) person(x, y, size float64, skin, hair, shirt rgb) {
	c.ellipse(x, y+1.9*size, size*0.95, size*1.2, 2, shirt)
	c.box(x-size*0.18, y+size*0.3, x+size*0.18, y+size*0.8, skin)
	c.ellipse(x, y-size*0.12, size*0.48, size*0.56, 1.5, hair)
	c.ellipse(x, y, size*0.38, size*0.5, 1.5, skin)
	for _, side := range []float64{-1, 1} {
		c.ellipse(x+side*size*0.15, y-size*0.06, size*0.06, size*0.035, 1, rgb{40, 30, 30})
	}
	c.ellipse(x, y+size*0.25, size*0.13, size*0.035, 1, rgb{150, 70, 70})
}

// text writes a word whose letters are height pixels high.
func (c *canvas) text(x, y, height int, word string, v rgb) (width int) {
	face := inconsolata.Bold8x16
	small := image.NewAlpha(image.Rect(0, 0, face.Advance*len(word), face.Height))
	d := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, face.Ascent)}
	d.DrawString(word)
	width = small.Rect.Dx() * height / small.Rect.Dy()
	c.paint(image.Rect(x, y, x+width, y+height), func(px, py float64) (rgb, float64) {
		a := small.AlphaAt(int(px-float64(x))*small.Rect.Dy()/height, int(py-float64(y))*small.Rect.Dy()/height)
		return v, float64(a.A) / 255
	})
	return width
}

// blur blurs everything drawn so far, by reach pixels each way, twice.
func (c *canvas) blur(reach int) {
	for range 2 {
		for _, step := range []image.Point{{1, 0}, {0, 1}} {
			from := append([]rgb(nil), c.pix...)
			for y := range c.h {
				for x := range c.w {
					var sum rgb
					n := 0.0
					for i := -reach; i <= reach; i++ {
						px, py := x+i*step.X, y+i*step.Y
						if px < 0 || py < 0 || px >= c.w || py >= c.h {
							continue
						}
						n++
						for k, v := range from[py*c.w+px] {
							sum[k] += v
						}
					}
					for k := range sum {
						c.pix[y*c.w+x][k] = sum[k] / n
					}
				}
			}
		}
	}
}

// image returns the scene with a sensor's noise.
func (c *canvas) image() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, c.w, c.h))
	for i, p := range c.pix {
		noise := c.random.NormFloat64() * 1.5
		level := func(v float64) uint8 { return uint8(max(0, min(255, v+noise+0.5))) }
		img.SetNRGBA(i%c.w, i/c.w, color.NRGBA{level(p[0]), level(p[1]), level(p[2]), 255})
	}
	return img
}
