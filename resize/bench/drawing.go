package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// newDrawing returns raw RGB pixels that look to an encoder like a screen: pages of
// text on flat ground, lists, charts with lines and bars, bars with gradients.
func newDrawing(width, height int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	d := &drawing{img, rand.New(rand.NewPCG(uint64(width), uint64(height)))}
	const margin, title = 40, 120
	d.fill(img.Rect, color.RGBA{250, 250, 252, 255})
	d.gradient(image.Rect(0, 0, width, title), color.RGBA{36, 68, 120, 255}, color.RGBA{84, 140, 200, 255})
	d.text(margin, title/2, 30, color.RGBA{255, 255, 255, 255})
	aside := image.Rect(0, title, width/5, height)
	d.fill(aside, color.RGBA{234, 238, 244, 255})
	for y := title + margin; y+margin < height; y += 2 * lineHeight {
		d.fill(image.Rect(margin/2, y-4, margin/2+24, y+20), colours[d.random.IntN(len(colours))])
		d.text(margin+20, y, (aside.Dx()-2*margin)/letterWidth, color.RGBA{40, 48, 60, 255})
	}
	page := image.Rect(aside.Max.X+margin, title+margin, width*7/10, height-margin)
	for y := page.Min.Y; y+lineHeight < page.Max.Y; y += lineHeight {
		if d.random.IntN(6) > 0 { // otherwise a paragraph ends
			d.text(page.Min.X, y, page.Dx()/letterWidth, color.RGBA{30, 30, 34, 255})
		}
	}
	charts := image.Rect(page.Max.X+margin, page.Min.Y, width-margin, page.Max.Y)
	d.bars(image.Rect(charts.Min.X, charts.Min.Y, charts.Max.X, charts.Min.Y+charts.Dy()/2-margin))
	d.lines(image.Rect(charts.Min.X, charts.Min.Y+charts.Dy()/2, charts.Max.X, charts.Max.Y))
	pix := make([]byte, 0, 3*width*height)
	for i := 0; i < len(img.Pix); i += 4 {
		pix = append(pix, img.Pix[i:i+3]...)
	}
	return pix
}

const (
	letterWidth, lineHeight = 16, 44 // pixels
	glyphs                  = 2      // pixels for each sample of a letter, each way
)

var colours = []color.RGBA{
	{31, 119, 180, 255}, {255, 127, 14, 255}, {44, 160, 44, 255}, {214, 39, 40, 255}, {148, 103, 189, 255}, {140, 86, 75, 255},
}

type drawing struct {
	*image.RGBA
	random *rand.Rand
}

func (d *drawing) fill(r image.Rectangle, c color.RGBA) {
	draw.Draw(d, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// gradient fills r with a gradient from one colour at the left to another at the right.
func (d *drawing) gradient(r image.Rectangle, from, to color.RGBA) {
	mix := func(a, b uint8, x int) uint8 { return uint8(int(a) + (int(b)-int(a))*(x-r.Min.X)/r.Dx()) }
	for x := r.Min.X; x < r.Max.X; x++ {
		c := color.RGBA{mix(from.R, to.R, x), mix(from.G, to.G, x), mix(from.B, to.B, x), 255}
		d.fill(image.Rect(x, r.Min.Y, x+1, r.Max.Y), c)
	}
}

// text writes words of at most n letters, with soft edges.
func (d *drawing) text(x, y, n int, c color.RGBA) {
	var words []byte
	for len(words) < n-12 {
		for range 1 + d.random.IntN(11) {
			words = append(words, byte('a'+d.random.IntN(26)))
		}
		words = append(words, ' ')
	}
	face := inconsolata.Regular8x16
	small := image.NewAlpha(image.Rect(0, 0, face.Advance*len(words), face.Height+4))
	w := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, face.Ascent)}
	w.DrawBytes(words)
	large := image.NewAlpha(image.Rect(0, 0, glyphs*small.Rect.Dx(), glyphs*small.Rect.Dy()))
	xdraw.BiLinear.Scale(large, large.Rect, small, small.Rect, draw.Src, nil)
	draw.DrawMask(d, large.Rect.Add(image.Pt(x, y)), image.NewUniform(c), image.Point{}, large, image.Point{}, draw.Over)
}

// frame draws the axes and the grid of a chart.
func (d *drawing) frame(r image.Rectangle) {
	d.fill(r, color.RGBA{255, 255, 255, 255})
	for y := r.Max.Y; y > r.Min.Y; y -= r.Dy() / 6 {
		d.fill(image.Rect(r.Min.X, y-2, r.Max.X, y), color.RGBA{210, 210, 210, 255})
	}
	d.fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+3, r.Max.Y), color.RGBA{0, 0, 0, 255})
}

// bars draws a bar chart.
func (d *drawing) bars(r image.Rectangle) {
	d.frame(r)
	const n = 12
	for i := range n {
		left, height := r.Min.X+8+i*r.Dx()/n, r.Dy()/8+d.random.IntN(r.Dy()*3/4)
		d.fill(image.Rect(left, r.Max.Y-height, left+r.Dx()/n*3/4, r.Max.Y), colours[i%len(colours)])
	}
}

// lines draws a chart of several series, with soft edges.
func (d *drawing) lines(r image.Rectangle) {
	d.frame(r)
	for _, c := range colours {
		v, slope := float64(r.Dy())/2, 0.0
		for x := r.Min.X; x < r.Max.X; x++ {
			slope = slope*0.97 + d.random.NormFloat64()*0.15
			v = max(8, min(float64(r.Dy())-8, v+slope))
			for y := int(v) - 4; y <= int(v)+4; y++ {
				cover := max(0, min(1, 2.5-math.Abs(float64(y)-v)))
				at := d.RGBAAt(x, r.Min.Y+y)
				mix := func(to, from uint8) uint8 { return uint8(float64(from) + cover*(float64(to)-float64(from)) + 0.5) }
				d.SetRGBA(x, r.Min.Y+y, color.RGBA{mix(c.R, at.R), mix(c.G, at.G), mix(c.B, at.B), 255})
			}
		}
	}
}
