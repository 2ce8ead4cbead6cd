package pic

import (
	"context"
	"image"
	"slices"
)

// Spread changes the colours of fully transparent pixels, in place, so that they take
// few bytes and do not disturb visible pixels beside them. Each gets the mean of the
// visible pixels in its block of 8 × 8, or if there are none, the colour of the block
// to the left or above. img begins at 0, 0. The error is ctx's.
func Spread(ctx context.Context, img *image.NRGBA) error {
	const side = 8
	size := img.Rect.Size()
	var all sums
	for y := 0; y < size.Y; y += side {
		if err := ctx.Err(); err != nil {
			return err
		}
		all.add(img, image.Rect(0, y, size.X, min(y+side, size.Y)))
	}
	first := all.mean()                                         // for a picture's first blocks, if nothing in them is visible
	above := slices.Repeat([]mean{first}, (size.X+side-1)/side) // by column; of this row as far as it is done
	for y := 0; y < size.Y; y += side {
		if err := ctx.Err(); err != nil {
			return err
		}
		left := mean{}
		for i := range above {
			block := image.Rect(i*side, y, i*side+side, y+side).Intersect(img.Rect)
			var seen sums
			seen.add(img, block)
			m := seen.mean()
			if !m.seen {
				m = left
			}
			if !m.seen {
				m = above[i]
			}
			if seen.hides {
				paint(img, block, m)
			}
			left, above[i] = m, m
		}
	}
	return ctx.Err()
}

// mean is the mean colour of pixels, weighted by their alpha.
type mean struct {
	colour [3]uint8
	seen   bool // false if all are fully transparent
}

// sums holds the sums over pixels of their colours and their alpha, and whether one of
// them is fully transparent.
type sums struct {
	colour [3]uint64
	weight uint64
	hides  bool
}

// add adds the pixels of a block to the sums.
func (s *sums) add(img *image.NRGBA, block image.Rectangle) {
	sum, weight, hides := s.colour, s.weight, s.hides
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
	s.colour, s.weight, s.hides = sum, weight, hides
}

// mean returns the mean of the pixels added.
func (s *sums) mean() (m mean) {
	if s.weight == 0 {
		return mean{}
	}
	for c := range s.colour {
		m.colour[c] = uint8((s.colour[c] + s.weight/2) / s.weight)
	}
	m.seen = true
	return m
}

// paint gives the fully transparent pixels of a block the colour of m.
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
