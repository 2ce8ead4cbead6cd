package resize

import (
	"image"
	"image/color"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// canvas is the box in whose middle the frames of a variant lie, with the colour behind
// them.
type canvas struct {
	size       image.Point // of the variant, in pixels
	background *RGB        // behind transparent pixels too; nil keeps those
}

// canvas returns the canvas for what v shows of an upright picture of w × h pixels,
// where v is what box returns.
func (r Request) canvas(v pic.View, w, h int) canvas {
	c := canvas{image.Pt(v.Width, v.Height), r.Background}
	if r.Fit == Pad {
		c.size, _ = r.sides(w, h)
	}
	return c
}

// memory estimates the bytes that padding a frame of the given shape takes, for what v
// shows of it.
func (c canvas) memory(s pic.Shape, v pic.View) int64 {
	pixels := int64(c.size.X) * int64(c.size.Y)
	switch {
	case pixels == int64(v.Width)*int64(v.Height):
		return 0
	case s.Planes == 0 || s.Joined:
		return 4 * pixels
	case s.Whole:
		return 3 * pixels
	}
	return 2 * pixels // 4:2:0, with half a row more for odd sides
}

// padder draws the frames of a variant on their canvas, from the first one on.
type padder struct {
	canvas
	begun bool
	clear bool // the padding is transparent
}

// raster returns r in the middle of the canvas. It begins at even pixels, so that chroma
// of 4:2:0 may be kept as it is, and every format shows it in the same place. raster may
// change r's samples.
//
// Without a background, padding is transparent if the first frame has a transparent
// pixel, else white. A background takes the place of what is transparent. It is in the
// colour space of r; gray becomes sRGB if the background is coloured.
func (p *padder) raster(r *pic.Raster) *pic.Raster {
	if !p.begun {
		p.begun, p.clear = true, p.background == nil && !r.Opaque()
	}
	behind := RGB{255, 255, 255}
	if p.background != nil {
		behind = *p.background
	}
	pads := r.Size() != p.size
	if p.background == nil && !pads || !pads && r.Opaque() {
		return r
	}
	out := &pic.Raster{Colour: r.Colour, Delay: r.Delay, Planes: r.Planes, Pixels: r.Pixels}
	if r.Colour.Gray && (behind.R != behind.G || behind.G != behind.B) {
		out = coloured(out)
	}
	if out.Planes != nil {
		out.Planes = p.padPlanes(out, behind)
		return out
	}
	if p.background != nil {
		flatten(out.Pixels, behind)
	}
	if pads {
		out.Pixels = p.padPixels(out.Pixels, behind)
	}
	return out
}

// coloured returns a gray raster as one of colours, of sRGB unless the colour chunks of
// a PNG say otherwise. It may change r's samples.
func coloured(r *pic.Raster) *pic.Raster {
	out := &pic.Raster{Colour: r.Colour, Delay: r.Delay, Planes: r.Planes, Pixels: r.Pixels}
	out.Colour.Gray, out.Colour.Profile = false, nil
	if r.Colour.Profile != nil && !r.Colour.OnlyPNG { // else the chunks take precedence
		out.Colour.PNGChunks = nil
		if levels, ok := icc.GrayToSRGB(r.Colour.Profile); ok {
			toLevels(r, &levels)
		}
	}
	if luma := r.Planes; luma != nil {
		half := filled((luma[0].Width+1)/2, (luma[0].Height+1)/2, 128)
		out.Planes = []plane.Plane{luma[0], half, half}
	}
	return out
}

// toLevels replaces the gray levels of r.
func toLevels(r *pic.Raster, levels *[256]uint8) {
	if r.Planes != nil {
		for i, v := range r.Planes[0].Pix {
			r.Planes[0].Pix[i] = levels[v]
		}
		return
	}
	for i := 0; i+4 <= len(r.Pixels.Pix); i += 4 {
		c := r.Pixels.Pix[i : i+3 : i+3]
		c[0], c[1], c[2] = levels[c[0]], levels[c[1]], levels[c[2]]
	}
}

// padPlanes returns r's planes in the middle of the canvas.
func (p *padder) padPlanes(r *pic.Raster, behind RGB) []plane.Plane {
	var levels [3]uint8
	levels[0], levels[1], levels[2] = color.RGBToYCbCr(behind.R, behind.G, behind.B)
	at, halved := p.corner(r.Size()), len(r.Planes) == 3 && !r.Whole()
	planes := make([]plane.Plane, len(r.Planes))
	for i, src := range r.Planes {
		size, at := p.size, at
		if i > 0 && halved {
			size, at = image.Pt((size.X+1)/2, (size.Y+1)/2), at.Div(2)
		}
		planes[i] = filled(size.X, size.Y, levels[i])
		for y := range src.Height {
			copy(planes[i].Pix[(at.Y+y)*size.X+at.X:], src.Pix[y*src.Stride:][:src.Width])
		}
	}
	if halved {
		p.mixEdges(planes, levels, image.Rectangle{at, at.Add(r.Size())})
	}
	return planes
}

// mixEdges mixes the background into the last chroma samples of 4:2:0 at r, where only
// half of what they stand for belongs to the picture.
func (p *padder) mixEdges(planes []plane.Plane, levels [3]uint8, r image.Rectangle) {
	for i := 1; i < len(planes); i++ {
		to, behind := planes[i], int(levels[i])
		mix := func(x, y int) {
			v := &to.Pix[y*to.Stride+x]
			*v = uint8((int(*v) + behind + 1) / 2)
		}
		if r.Max.X%2 == 1 && r.Max.X < p.size.X {
			for y := r.Min.Y / 2; y < (r.Max.Y+1)/2; y++ {
				mix(r.Max.X/2, y)
			}
		}
		if r.Max.Y%2 == 1 && r.Max.Y < p.size.Y {
			for x := r.Min.X / 2; x < (r.Max.X+1)/2; x++ {
				mix(x, r.Max.Y/2)
			}
		}
	}
}

// padPixels returns img in the middle of the canvas.
func (p *padder) padPixels(img *image.NRGBA, behind RGB) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: p.size})
	if !p.clear {
		row := out.Pix[:out.Stride]
		for i := 0; i < len(row); i += 4 {
			row[i], row[i+1], row[i+2], row[i+3] = behind.R, behind.G, behind.B, 255
		}
		for y := 1; y < p.size.Y; y++ {
			copy(out.Pix[y*out.Stride:], row)
		}
	}
	at := p.corner(img.Rect.Size())
	for y := range img.Rect.Dy() {
		copy(out.Pix[out.PixOffset(at.X, at.Y+y):], img.Pix[y*img.Stride:][:4*img.Rect.Dx()])
	}
	return out
}

// flatten draws img over a colour, in place.
func flatten(img *image.NRGBA, behind RGB) {
	over := func(v, behind uint8, alpha uint32) uint8 {
		return uint8((uint32(v)*alpha + uint32(behind)*(255-alpha) + 127) / 255)
	}
	for i := 0; i+4 <= len(img.Pix); i += 4 {
		c := img.Pix[i : i+4 : i+4]
		if alpha := uint32(c[3]); alpha < 255 {
			c[0], c[1], c[2] = over(c[0], behind.R, alpha), over(c[1], behind.G, alpha), over(c[2], behind.B, alpha)
			c[3] = 255
		}
	}
}

// corner returns where the top left corner of a picture of the given size lies.
func (c canvas) corner(size image.Point) image.Point {
	return image.Pt(evenHalf(c.size.X-size.X), evenHalf(c.size.Y-size.Y))
}

// evenHalf returns the even number nearest to n / 2.
func evenHalf(n int) int { return (n + 1) / 4 * 2 }

// filled returns a plane of samples of one level.
func filled(w, h int, level uint8) plane.Plane {
	pix := make([]uint8, w*h)
	for i := range pix {
		pix[i] = level
	}
	return plane.Plane{Pix: pix, Stride: w, Width: w, Height: h}
}
