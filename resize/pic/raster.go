package pic

import (
	"image"
	"image/color"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Raster is a frame of a variant: resampled and upright. The pixels are in exactly one
// of two forms.
type Raster struct {
	// Planes holds one plane of gray levels, or Y, Cb and Cr as JFIF defines them, at
	// 4:2:0 or 4:4:4: see Whole. They are opaque.
	Planes []plane.Plane
	// Pixels begin at 0, 0, and rows follow one another without gaps.
	Pixels *image.NRGBA
	Colour Colour
	Delay  int // until the next frame, milliseconds
}

// Size returns the width and height in pixels.
func (r *Raster) Size() image.Point {
	if r.Planes != nil {
		return image.Pt(r.Planes[0].Width, r.Planes[0].Height)
	}
	return r.Pixels.Rect.Size()
}

// Opaque reports whether no pixel is transparent.
func (r *Raster) Opaque() bool { return r.Planes != nil || r.Pixels.Opaque() }

// Whole reports whether r has chroma in full size: pixels of colour, or planes of
// 4:4:4.
func (r *Raster) Whole() bool {
	if r.Planes == nil {
		return !r.Colour.Gray
	}
	return len(r.Planes) == 3 && r.Planes[1].Width == r.Planes[0].Width && r.Planes[1].Height == r.Planes[0].Height
}

// YCbCr returns r's planes, or converts its pixels without their alpha: to one plane if
// they are gray levels, else to three of 4:2:0.
func (r *Raster) YCbCr() []plane.Plane {
	switch {
	case r.Planes != nil && r.Whole():
		return []plane.Plane{r.Planes[0], plane.Halved(r.Planes[1]), plane.Halved(r.Planes[2])}
	case r.Planes != nil:
		return r.Planes
	case r.Colour.Gray:
		return []plane.Plane{redOf(r.Pixels)}
	}
	return ycbcrOf(r.Pixels)
}

// WholeYCbCr returns r's planes, or converts its pixels without their alpha: to Y, Cb
// and Cr of 4:4:4. r must be Whole.
func (r *Raster) WholeYCbCr() []plane.Plane {
	if r.Planes != nil {
		return r.Planes
	}
	img := r.Pixels
	w, h := img.Rect.Dx(), img.Rect.Dy()
	planes := []plane.Plane{lumaOf(img), newPlane(w, h), newPlane(w, h)}
	cb, cr := planes[1].Pix, planes[2].Pix
	for y := range h {
		row := img.Pix[y*img.Stride:][:4*w]
		for x := range w {
			const middle = 128<<16 + 1<<15 - 1
			r, g, b := int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2])
			cb[y*w+x] = uint8((-11059*r - 21709*g + 32768*b + middle) >> 16)
			cr[y*w+x] = uint8((32768*r - 27439*g - 5329*b + middle) >> 16)
		}
	}
	return planes
}

// Alpha returns the alpha of r's pixels, row by row without gaps, in out if there is
// room. r must have pixels.
func (r *Raster) Alpha(out []uint8) plane.Plane {
	img := r.Pixels
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if cap(out) < w*h {
		out = make([]uint8, w*h)
	}
	out = out[:w*h]
	for y := range h {
		row, to := img.Pix[y*img.Stride:][:4*w], out[y*w:][:w]
		for x := range to {
			to[x] = row[4*x+3]
		}
	}
	return plane.Plane{Pix: out, Stride: w, Width: w, Height: h}
}

// NRGBA returns r's pixels, or converts its planes: at 4:2:0 a chroma sample stands for
// 2 × 2 pixels.
func (r *Raster) NRGBA() *image.NRGBA {
	if r.Planes == nil {
		return r.Pixels
	}
	luma := r.Planes[0]
	halved := 1
	if r.Whole() {
		halved = 0
	}
	img := image.NewNRGBA(image.Rect(0, 0, luma.Width, luma.Height))
	for y := range luma.Height {
		row, levels := img.Pix[y*img.Stride:], luma.Pix[y*luma.Stride:]
		if len(r.Planes) == 1 {
			for x, v := range levels[:luma.Width] {
				row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = v, v, v, 255
			}
			continue
		}
		cb, cr := r.Planes[1].Pix[y>>halved*r.Planes[1].Stride:], r.Planes[2].Pix[y>>halved*r.Planes[2].Stride:]
		for x, v := range levels[:luma.Width] {
			row[4*x], row[4*x+1], row[4*x+2] = color.YCbCrToRGB(v, cb[x>>halved], cr[x>>halved])
			row[4*x+3] = 255
		}
	}
	return img
}

// redOf returns the red channel of pixels that are all gray.
func redOf(img *image.NRGBA) plane.Plane {
	p := newPlane(img.Rect.Dx(), img.Rect.Dy())
	for y := range p.Height {
		row := img.Pix[y*img.Stride:]
		for x := range p.Width {
			p.Pix[y*p.Stride+x] = row[4*x]
		}
	}
	return p
}

// ycbcrOf converts pixels to planes of 4:2:0 with the colours of JFIF. A chroma sample
// is the mean of 2 × 2 pixels; beyond the edge, pixels are repeated.
func ycbcrOf(img *image.NRGBA) []plane.Plane {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	cb, cr := newPlane((w+1)/2, (h+1)/2), newPlane((w+1)/2, (h+1)/2)
	for y := range cb.Height {
		above := img.Pix[2*y*img.Stride:][:4*w]
		below := img.Pix[min(2*y+1, h-1)*img.Stride:][:4*w]
		for x := range cb.Width {
			left, right := 8*x, min(8*x+4, 4*w-4)
			var sum [3]int32
			for c := range sum {
				sum[c] = int32(above[left+c]) + int32(above[right+c]) + int32(below[left+c]) + int32(below[right+c])
			}
			const middle = 128<<18 + 1<<17 - 1
			cb.Pix[y*cb.Stride+x] = uint8((-11059*sum[0] - 21709*sum[1] + 32768*sum[2] + middle) >> 18)
			cr.Pix[y*cr.Stride+x] = uint8((32768*sum[0] - 27439*sum[1] - 5329*sum[2] + middle) >> 18)
		}
	}
	return []plane.Plane{lumaOf(img), cb, cr}
}

// lumaOf converts pixels to their Y.
func lumaOf(img *image.NRGBA) plane.Plane {
	luma := newPlane(img.Rect.Dx(), img.Rect.Dy())
	for y := range luma.Height {
		row, to := img.Pix[y*img.Stride:][:4*luma.Width], luma.Pix[y*luma.Stride:][:luma.Width]
		for x := range to {
			r, g, b := int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2])
			to[x] = uint8((19595*r + 38470*g + 7471*b + 1<<15) >> 16)
		}
	}
	return luma
}

func newPlane(w, h int) plane.Plane {
	return plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
}
