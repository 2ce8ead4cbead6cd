package vp8l

import (
	"image"
	"image/color"
	"math/rand/v2"
)

// pictures holds kinds of pictures that encoders treat differently.
var pictures = []struct {
	name string
	make func(r *rand.Rand, w, h int) *image.NRGBA
}{
	{"noise", noise},
	{"photo", photo},
	{"alpha", func(r *rand.Rand, w, h int) *image.NRGBA { return holed(r, photo(r, w, h)) }},
	{"gray", gray},
	{"one colour", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 1) }},
	{"2 colours", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 2) }},
	{"4 colours", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 4) }},
	{"13 colours", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 13) }},
	{"200 colours", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 200) }},
	{"256 colours", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 256) }},
	{"many colours", func(r *rand.Rand, w, h int) *image.NRGBA { return blocks(r, w, h, 3000) }},
	{"patterns of 9 colours", func(r *rand.Rand, w, h int) *image.NRGBA { return patterns(r, w, h, 9) }},
	{"patterns", func(r *rand.Rand, w, h int) *image.NRGBA { return patterns(r, w, h, 2000) }},
	{"clear blocks", func(r *rand.Rand, w, h int) *image.NRGBA { return holed(r, blocks(r, w, h, 40)) }},
}

func noise(r *rand.Rand, w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(r.Uint32())
	}
	return img
}

// photo returns a smooth, opaque picture with some noise.
func photo(r *rand.Rand, w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	dx, dy := r.IntN(5), r.IntN(5)
	for y := range h {
		for x := range w {
			v := x*dx + y*dy + r.IntN(6)
			img.SetNRGBA(x, y, color.NRGBA{byte(v/2 + r.IntN(3)), byte(v / 3), byte(200 - v/4 + r.IntN(4)), 255})
		}
	}
	return img
}

// gray returns a photo without colours.
func gray(r *rand.Rand, w, h int) *image.NRGBA {
	img := photo(r, w, h)
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+2] = img.Pix[i+1], img.Pix[i+1]
	}
	return img
}

// patterns returns a picture that repeats along rows and down, with a pixel of
// another colour occasionally. colours is the most colours that repeat.
func patterns(r *rand.Rand, w, h, colours int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	palette := noise(r, colours, 1)
	pick := func() color.NRGBA { return palette.NRGBAAt(r.IntN(colours), 0) }
	for i, n := 0, w*h; i < n; {
		// Repeat the row above, or a few pixels.
		back := []int{w, 1, 2 + r.IntN(12), 2 * w}[r.IntN(4)]
		for end := min(n, i+1+r.IntN(3*w)); i < end; i++ {
			c := pick()
			if i >= back && r.IntN(40) > 0 {
				c = img.NRGBAAt((i-back)%w, (i-back)/w)
			}
			img.SetNRGBA(i%w, i/w, c)
		}
		if i < n {
			img.SetNRGBA(i%w, i/w, pick())
			i++
		}
	}
	return img
}

// blocks returns rectangles; colours is the most colours that they have.
func blocks(r *rand.Rand, w, h, colours int) *image.NRGBA {
	palette := make([]color.NRGBA, colours)
	for i := range palette {
		palette[i] = color.NRGBA{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), 255}
		if r.IntN(4) == 0 {
			palette[i].A = byte(r.Uint32())
		}
	}
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for range 5 + w*h/200 {
		c := palette[r.IntN(colours)]
		x0, y0 := r.IntN(w), r.IntN(h)
		for y := y0; y < min(h, y0+1+r.IntN(20)); y++ {
			for x := x0; x < min(w, x0+1+r.IntN(20)); x++ {
				img.SetNRGBA(x, y, c)
			}
		}
	}
	return img
}

// holed returns a picture with transparent parts, which keep their colours.
func holed(r *rand.Rand, img *image.NRGBA) *image.NRGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for range 4 {
		a := byte([]int{0, 0, 100, 254}[r.IntN(4)])
		x0, y0 := r.IntN(w), r.IntN(h)
		for y := y0; y < min(h, y0+h/3+1); y++ {
			for x := x0; x < min(w, x0+w/3+1); x++ {
				img.Pix[y*img.Stride+4*x+3] = a
			}
		}
	}
	return img
}
