package webp

import "image"

// tolerance is how much a pixel may differ from what was drawn and still stay as
// it is, in squared errors of its four samples.
type tolerance struct {
	mean int // mean of a block in which no pixel has more than most
	most int
	each int // of a pixel in other blocks
}

// toleranceOf returns the tolerance for a quality from 1 to 100: a part of the
// errors that lossy data of that quality has.
func toleranceOf(quality int) tolerance {
	q := Quantiser(quality)
	return tolerance{mean: 2 * q, most: 16 * q, each: q}
}

// findChanges marks in a.changed the pixels of a frame that differ from a.drawn.
func (a *animator) findChanges(seen *image.NRGBA) {
	for y := 0; y < seen.Rect.Dy(); y += side {
		for x := 0; x < seen.Rect.Dx(); x += side {
			a.findChangesIn(seen, image.Rect(x, y, x+side, y+side).Intersect(seen.Rect))
		}
	}
}

// findChangesIn does what findChanges does for a block.
func (a *animator) findChangesIn(seen *image.NRGBA, block image.Rectangle) {
	sum, most := 0, 0
	for y := block.Min.Y; y < block.Max.Y; y++ {
		first := y*seen.Rect.Dx() + block.Min.X
		changed := a.changed[first:][:block.Dx()]
		p, d := seen.Pix[4*first:], a.drawn.Pix[4*first:]
		for x := range changed {
			e := difference(p[4*x:][:4:4], d[4*x:][:4:4])
			changed[x] = e > a.tolerance.each
			sum, most = sum+e, max(most, e)
		}
	}
	if sum > a.tolerance.mean*block.Dx()*block.Dy() || most > a.tolerance.most {
		return
	}
	for y := block.Min.Y; y < block.Max.Y; y++ {
		clear(a.changed[y*seen.Rect.Dx()+block.Min.X:][:block.Dx()])
	}
}

// difference returns the squared error between two pixels; colours that are
// invisible in both do not count.
func difference(p, d []uint8) int {
	if p[3]|d[3] == 0 {
		return 0
	}
	sum := 0
	for c := range 4 {
		e := int(p[c]) - int(d[c])
		sum += e * e
	}
	return sum
}

// changes returns the smallest rectangle that holds all changes and begins at
// even coordinates.
func (a *animator) changes() image.Rectangle {
	size := a.drawn.Rect.Max
	found := image.Rectangle{Min: size}
	for y := range size.Y {
		row := a.changed[y*size.X:][:size.X]
		left := 0
		for left < size.X && !row[left] {
			left++
		}
		if left == size.X {
			continue
		}
		right := size.X
		for right > found.Max.X && !row[right-1] {
			right--
		}
		found.Min = image.Pt(min(found.Min.X, left), min(found.Min.Y, y))
		found.Max = image.Pt(max(found.Max.X, right), y+1)
	}
	if !found.Empty() {
		found.Min = image.Pt(found.Min.X&^1, found.Min.Y&^1)
	}
	return found
}

// changesIn reports whether a pixel of a block changes.
func (a *animator) changesIn(block image.Rectangle) bool {
	for y := block.Min.Y; y < block.Max.Y; y++ {
		for _, changed := range a.changed[y*a.drawn.Rect.Dx()+block.Min.X:][:block.Dx()] {
			if changed {
				return true
			}
		}
	}
	return false
}

// cover describes how the part of a frame may be written.
type cover struct {
	share float64 // of its pixels that change
	// pixels and blocks say whether it can be drawn over what is there: pixels if
	// only changes are drawn, blocks if all is. It can if each drawn pixel is
	// opaque or falls on a transparent one.
	pixels, blocks bool
}

// coverOf returns the cover of the part r of a frame.
func (a *animator) coverOf(seen *image.NRGBA, r image.Rectangle) cover {
	n := 0
	c := cover{pixels: true, blocks: true}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			i := y*a.drawn.Rect.Dx() + x
			ok := seen.Pix[4*i+3] == 255 || a.drawn.Pix[4*i+3] == 0
			if c.blocks = c.blocks && ok; a.changed[i] {
				n++
				c.pixels = c.pixels && ok
			}
		}
	}
	c.share = float64(n) / float64(r.Dx()*r.Dy())
	return c
}
