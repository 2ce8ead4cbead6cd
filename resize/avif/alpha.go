package avif

import (
	"image"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// alphaOf returns the alpha of pixels.
func alphaOf(img *image.NRGBA) plane.Plane {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	p := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
	for y := range h {
		row, to := img.Pix[y*img.Stride:][:4*w], p.Pix[y*w:][:w]
		for x := range to {
			to[x] = row[4*x+3]
		}
	}
	return p
}

// spread gives pixels that are fully transparent, in place, colours that cost little and
// do no harm to those beside them: the mean of what is seen of their block of 8 × 8, or
// where that is nothing, the colours of the block to the left or above.
func spread(img *image.NRGBA) {
	const side = 8
	size := img.Rect.Size()
	above := make([]mean, (size.X+side-1)/side) // by column, of this row as far as it is done
	first, _ := meanOf(img, img.Rect)           // of a picture's first blocks, where nothing is seen
	for i := range above {
		above[i] = first
	}
	for y := 0; y < size.Y; y += side {
		left := mean{}
		for i := range above {
			block := image.Rect(i*side, y, i*side+side, y+side).Intersect(img.Rect)
			m, hides := meanOf(img, block)
			if !m.seen {
				m = left
			}
			if !m.seen {
				m = above[i]
			}
			if hides {
				paint(img, block, m)
			}
			left, above[i] = m, m
		}
	}
}

// mean is the mean colour of pixels, each as far as it is opaque.
type mean struct {
	colour [3]uint8
	seen   bool // false where all are fully transparent
}

// meanOf returns the mean of a block, and whether one of its pixels is fully transparent.
func meanOf(img *image.NRGBA, block image.Rectangle) (m mean, hides bool) {
	var sum [3]uint64
	weight := uint64(0)
	for y := block.Min.Y; y < block.Max.Y; y++ {
		row := img.Pix[y*img.Stride+4*block.Min.X:][:4*block.Dx()]
		for ; len(row) > 0; row = row[4:] {
			alpha := uint64(row[3])
			hides = hides || alpha == 0
			weight += alpha
			for c := range sum {
				sum[c] += alpha * uint64(row[c])
			}
		}
	}
	if weight == 0 {
		return mean{}, hides
	}
	for c := range sum {
		m.colour[c] = uint8((sum[c] + weight/2) / weight)
	}
	m.seen = true
	return m, hides
}

// paint gives the fully transparent pixels of a block a colour.
func paint(img *image.NRGBA, block image.Rectangle, m mean) {
	for y := block.Min.Y; y < block.Max.Y; y++ {
		row := img.Pix[y*img.Stride+4*block.Min.X:][:4*block.Dx()]
		for ; len(row) > 0; row = row[4:] {
			if row[3] == 0 {
				copy(row, m.colour[:])
			}
		}
	}
}
