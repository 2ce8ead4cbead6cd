package gif

import "image"

// drawing chooses which indices may be written for the pixels of a frame.
type drawing struct {
	palette     *palette
	seen, shown *image.NRGBA // what should be seen, and what is shown so far
	changed     []bool       // which pixels differ from the frame before
	nearest     []uint8      // the index of the nearest colour of each pixel that changed
	width       int          // of the variant, pixels
	rect        image.Rectangle
	tolerance   int    // of a pixel in flat surroundings
	haste       *haste // may change while a frame is packed
}

// Bounds, in squared error, on how much worse than its nearest colour a pixel may be.
// Where pixels differ from their neighbours, errors are less visible, so more is
// tolerated.
const (
	leastTolerance = 3 // with a palette without errors: one level of a sample is never visible
	mostTolerance  = 400
	// activityShare is the divisor that turns activity into tolerance.
	activityShare = 4
)

// toleranceOf returns the tolerance for a frame whose palette makes errors e. worth is
// the error that each further pixel of an LZW string may cost. For the first frame both
// are less: much of it stays visible until the end.
func toleranceOf(e squaredErrors, first bool) (tolerance int, worth int32) {
	mean := e.mean()
	if first {
		mean /= 2
	}
	return leastTolerance + mean/2, int32(leastTolerance/2 + 2*mean/5)
}

// at returns the canvas position of pixel i of the rectangle.
func (d *drawing) at(i int) int {
	dx := d.rect.Dx()
	return (d.rect.Min.Y+i/dx)*d.width + d.rect.Min.X + i%dx
}

// tolerated returns how much worse than its nearest colour a pixel may be, in squared
// error.
func (d *drawing) tolerated(at int) int32 {
	activity := 0
	if at >= d.width && at%d.width > 0 {
		p, left := d.seen.Pix[4*at:][:4:4], d.seen.Pix[4*at-4:][:4:4]
		above := d.seen.Pix[4*(at-d.width):][:4:4]
		activity = min(squaredError([3]uint8(left), p[0], p[1], p[2]), squaredError([3]uint8(above), p[0], p[1], p[2]))
	}
	return int32(min(d.tolerance+activity/activityShare, mostTolerance))
}

// kept returns how much worse than its nearest colour a pixel is if it stays as shown,
// in squared error, and whether that is tolerated.
func (d *drawing) kept(at int, least, tolerated int32) (cost int32, ok bool) {
	p, s := d.seen.Pix[4*at:][:4:4], d.shown.Pix[4*at:][:4:4]
	if s[3] == 0 {
		return 0, false
	}
	cost = int32(squaredError([3]uint8(s), p[0], p[1], p[2])) - least
	return cost, cost <= tolerated
}

// least returns the squared error of a pixel with its nearest colour.
func (d *drawing) least(at int) int32 {
	p := d.seen.Pix[4*at:][:4:4]
	return int32(squaredError(d.palette.colours[d.nearest[at]], p[0], p[1], p[2]))
}

// mustDraw reports whether a pixel cannot stay as shown.
func (d *drawing) mustDraw(at int) bool {
	if !d.changed[at] {
		return false
	}
	_, ok := d.kept(at, d.least(at), d.tolerated(at))
	return !ok
}

// choices implements chooser for the pixels of the rectangle.
func (d *drawing) choices(to []choice, i int) []choice {
	at := d.at(i)
	if !d.changed[at] {
		return append(to, choice{d.palette.transparent, 0})
	}
	nearest, least, tolerated := d.nearest[at], d.least(at), d.tolerated(at)
	cost, ok := d.kept(at, least, tolerated)
	most := d.haste.effort().neighbours
	if most == 0 && ok {
		return append(to, choice{d.palette.transparent, 0})
	}
	to = append(to, choice{nearest, 0})
	if most == 0 {
		return to
	}
	if ok {
		to = append(to, choice{d.palette.transparent, cost})
	}
	p := d.seen.Pix[4*at:][:4:4]
	near := d.palette.neighbours(nearest)
	for _, n := range near[:min(len(near), most)] {
		if n.distance > 2*(2*least+tolerated) { // farther than two such errors together
			break
		}
		if cost := int32(squaredError(d.palette.colours[n.index], p[0], p[1], p[2])) - least; cost <= tolerated {
			to = append(to, choice{n.index, cost})
		}
	}
	return to
}

// fixed holds indices that leave no choice.
type fixed []uint8

// choices implements chooser.
func (f fixed) choices(to []choice, i int) []choice { return append(to, choice{f[i], 0}) }
