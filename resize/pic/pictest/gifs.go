package pictest

import (
	"image"
	"image/color"
)

// GIFs returns animations of every kind that the canvas or the encoder treats
// differently, by name. All have 24 × 16 pixels.
func GIFs() map[string]GIF {
	all := image.Rect(0, 0, 24, 16)
	corner := image.Rect(8, 4, 20, 14)
	colours := color.Palette{
		color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 160, 0, 255}, color.NRGBA{20, 40, 220, 255},
		color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255},
	}
	stripes := func(x, y int) int { return (x/4 + y/4) % 4 }
	ring := func(x, y int) int { // colour 4 within, 0 around
		if image.Pt(x, y).In(corner) {
			return 4
		}
		return 0
	}
	frame := func(r image.Rectangle, colour func(x, y int) int, disposal byte, clear int) GIFFrame {
		return GIFFrame{Rect: r, Colour: colour, Disposal: disposal, Clear: clear, Delay: 7}
	}
	one := func(frames ...GIFFrame) GIF { return GIF{24, 16, colours, 0, frames} }

	interlaced := frame(all, stripes, 0, -1)
	interlaced.Interlaced = true
	bare := frame(all, stripes, 0, -1)
	bare.Bare, bare.Delay = true, 0
	local := func(p color.Palette, f GIFFrame) GIFFrame { f.Palette = p; return f }
	noGlobal := one(
		local(colours[:2], frame(all, Flat(1), 1, -1)),
		local(Greys(16), frame(corner, func(x, y int) int { return (x + y) % 16 }, 1, -1)),
		local(colours, frame(all, ring, 1, 0)))
	noGlobal.Global = nil

	return map[string]GIF{
		"one frame":               one(frame(all, stripes, 0, -1)),
		"interlaced":              one(interlaced, frame(corner, Flat(4), 1, -1)),
		"no control extension":    one(bare, bare),
		"no global palette":       noGlobal,
		"one local palette":       one(frame(all, stripes, 1, -1), local(Greys(4), frame(corner, Flat(2), 1, -1)), frame(all, ring, 1, 0)),
		"first frame smaller":     one(frame(corner, stripes, 1, -1), frame(image.Rect(0, 0, 10, 10), Flat(2), 1, -1)),
		"kept":                    one(frame(all, Flat(0), 1, -1), frame(corner, Flat(1), 1, -1), frame(image.Rect(2, 2, 12, 12), Flat(2), 1, -1)),
		"cleared":                 one(frame(all, Flat(0), 1, -1), frame(corner, Flat(1), 2, -1), frame(image.Rect(2, 2, 6, 6), Flat(2), 1, -1)),
		"all cleared":             one(frame(all, Flat(0), 2, -1), frame(corner, Flat(1), 2, -1), frame(corner, Flat(4), 2, -1)),
		"restored":                one(frame(all, stripes, 1, -1), frame(corner, Flat(4), 3, -1), frame(image.Rect(2, 2, 6, 6), Flat(4), 3, -1), frame(image.Rect(0, 0, 1, 1), Flat(3), 1, -1)),
		"first frame restored":    one(frame(all, stripes, 3, -1), frame(corner, Flat(4), 1, -1)),
		"cleared, then restored":  one(frame(all, stripes, 1, -1), frame(corner, Flat(4), 2, -1), frame(image.Rect(0, 0, 16, 8), Flat(0), 3, -1), frame(image.Rect(20, 12, 24, 16), Flat(1), 1, -1)),
		"transparency appears":    one(frame(all, stripes, 2, -1), frame(all, ring, 2, 4), frame(all, ring, 2, 0), frame(all, stripes, 1, -1)),
		"hole after a kept frame": one(frame(all, stripes, 1, -1), frame(corner, Flat(4), 2, -1), frame(image.Rect(0, 0, 2, 2), Flat(0), 1, -1)),
		"nothing, then black":     one(frame(all, Flat(0), 1, 0), frame(all, Flat(3), 1, -1)),
		"nothing at all":          one(frame(all, Flat(0), 1, 0), frame(all, Flat(0), 2, 0)),
		"nothing changes":         one(frame(all, stripes, 1, -1), frame(all, stripes, 1, -1), frame(corner, Flat(0), 1, 0), frame(all, stripes, 1, -1)),
		"clear beyond palette":    one(frame(all, stripes, 1, 200), frame(corner, Flat(1), 2, 255)),
	}
}

// Greys returns a palette of n levels of gray.
func Greys(n int) color.Palette {
	var p color.Palette
	for i := range n {
		v := uint8(255 * i / (n - 1))
		p = append(p, color.NRGBA{v, v, v, 255})
	}
	return p
}

// Flat returns a function that gives every pixel the colour index.
func Flat(index int) func(x, y int) int { return func(int, int) int { return index } }
