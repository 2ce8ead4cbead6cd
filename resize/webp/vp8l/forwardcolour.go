package vp8l

import "math"

// decorrelate chooses the elements of the colour transform for each tile of pix
// and applies it in place (RFC 9649 section 3.5.2). It reports whether any tile
// has elements other than 0.
func (f *forward) decorrelate(pix []uint32, width, height int, tileBits uint) bool {
	across, down := tilesOf(width, tileBits), tilesOf(height, tileBits)
	f.elements = sized(f.elements, across*down)
	f.countSamples(pix)
	f.costs.set(&f.seen)
	any := false
	last := elements{}
	for i := range f.elements {
		x0, y0 := i%across<<tileBits, i/across<<tileBits
		x1, y1 := min(width, x0+1<<tileBits), min(height, y0+1<<tileBits)
		t := tile{pix, width, x0, y0, x1, y1}
		e := f.chooseElements(t, last)
		last = e
		f.elements[i] = opaqueBlack | uint32(uint8(e.redToBlue))<<16 | uint32(uint8(e.greenToBlue))<<8 | uint32(uint8(e.greenToRed))
		if e != (elements{}) {
			any = true
			t.decorrelate(e)
		}
	}
	return any
}

// countSamples sets f.seen to the samples of pix.
func (f *forward) countSamples(pix []uint32) {
	clear(f.seen[:])
	for _, v := range pix {
		f.seen[0][v&0xff]++
		f.seen[1][v>>8&0xff]++
		f.seen[2][v>>16&0xff]++
		f.seen[3][v>>24]++
	}
}

// tile is a part of an image.
type tile struct {
	pix            []uint32
	width          int // of the image
	x0, y0, x1, y1 int
}

// decorrelate applies the colour transform with elements e.
func (t tile) decorrelate(e elements) {
	for y := t.y0; y < t.y1; y++ {
		for i := y*t.width + t.x0; i < y*t.width+t.x1; i++ {
			v := t.pix[i]
			g, r := uint8(v>>8), uint8(v>>16)
			nr := uint8(int32(r) - delta(e.greenToRed, g))
			nb := uint8(int32(v&0xff) - delta(e.greenToBlue, g) - delta(e.redToBlue, r))
			t.pix[i] = v&0xff00ff00 | uint32(nr)<<16 | uint32(nb)
		}
	}
}

// chooseElements returns elements with which a tile costs little. last holds the
// previous tile's.
func (f *forward) chooseElements(t tile, last elements) elements {
	// A pixel without red and green costs the same with any elements.
	tinted := f.tinted[:0]
	for y := t.y0; y < t.y1; y++ {
		for _, v := range t.pix[y*t.width+t.x0 : y*t.width+t.x1] {
			if v&0x00ffff00 != 0 {
				tinted = append(tinted, v)
			}
		}
	}
	var e elements
	e.greenToRed = search(last.greenToRed, func(v int8, most uint32) uint32 { return f.redCost(tinted, v, most) })
	e.greenToBlue = search(last.greenToBlue, func(v int8, most uint32) uint32 { return f.blueCost(tinted, v, 0, most) })
	e.redToBlue = search(last.redToBlue, func(v int8, most uint32) uint32 { return f.blueCost(tinted, e.greenToBlue, v, most) })
	return e
}

// search returns the element of least cost among those that it tries, in steps
// that become smaller. The last tile's is cheaper to write than another. Once the
// cost reaches most, cost may return any number that is at least most.
func search(last int8, cost func(v int8, most uint32) uint32) int8 {
	const another = 4 * bit
	best, least := int8(0), cost(0, math.MaxUint32)
	if last != 0 {
		if c := cost(last, least); c < least {
			best, least = last, c
		}
	}
	if best != last {
		least += another
	}
	for step := int8(16); step >= 2; step /= 2 {
		for {
			centre := best
			for _, v := range [...]int8{centre - step, centre + step} {
				if v < -96 || v > 96 || least <= another {
					continue
				}
				if c := cost(v, least-another) + another; c < least {
					best, least = v, c
				}
			}
			if best == centre {
				break
			}
		}
	}
	return best
}

// costAtOnce is how many pixels' costs are added before the sum is compared.
const costAtOnce = 16

// redCost returns the cost of red with an element. It stops once that reaches most.
func (f *forward) redCost(pix []uint32, greenToRed int8, most uint32) (sum uint32) {
	costs := &f.costs[2]
	for len(pix) > 0 && sum < most {
		n := min(len(pix), costAtOnce)
		for _, v := range pix[:n] {
			sum += uint32(costs[uint8(int32(v>>16)-delta(greenToRed, uint8(v>>8)))])
		}
		pix = pix[n:]
	}
	return sum
}

// blueCost returns the cost of blue with two elements. It stops once that reaches most.
func (f *forward) blueCost(pix []uint32, greenToBlue, redToBlue int8, most uint32) (sum uint32) {
	costs := &f.costs[0]
	for len(pix) > 0 && sum < most {
		n := min(len(pix), costAtOnce)
		for _, v := range pix[:n] {
			sum += uint32(costs[uint8(int32(v)-delta(greenToBlue, uint8(v>>8))-delta(redToBlue, uint8(v>>16)))])
		}
		pix = pix[n:]
	}
	return sum
}
