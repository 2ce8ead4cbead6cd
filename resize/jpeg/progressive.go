package jpeg

import (
	"context"
)

// coefficientsAt returns the coefficients of block bx, by, or nil if it is not
// kept.
func (c *component) coefficientsAt(bx, by int) []int16 {
	if !c.kept.holds(bx, by) {
		return nil
	}
	size := c.points * c.points
	return c.coefficients[c.kept.index(bx, by)*size:][:size]
}

// dcAt returns the address of the DC coefficient of a kept block.
func (c *component) dcAt(bx, by int) *int16 {
	return &c.coefficients[c.kept.index(bx, by)*c.points*c.points]
}

// firstDC decodes a block of the first scan of DC coefficients (ITU-T T.81,
// G.1.2.1).
func (d *decoder) firstDC(s *scan, c *scanComponent, bx, by int) error {
	diff, ok := d.bits.readDC(c.dc)
	if !ok {
		return errCorrupt
	}
	c.predicted += diff
	if c.kept.holds(bx, by) {
		*c.dcAt(bx, by) = int16(c.predicted << s.low)
	}
	return nil
}

// refineDC decodes the next bit of a DC coefficient.
func (d *decoder) refineDC(s *scan, c *scanComponent, bx, by int) error {
	bit := d.bits.bits(1)
	if c.kept.holds(bx, by) {
		*c.dcAt(bx, by) |= int16(bit << s.low)
	}
	return nil
}

// firstAC decodes a block of the first scan of some AC coefficients (G.1.2.2).
func (d *decoder) firstAC(s *scan, c *scanComponent, bx, by int) error {
	if s.eobRun > 0 {
		s.eobRun--
		return nil
	}
	f := c.coefficientsAt(bx, by)
	last := min(s.last, c.last)
	if f == nil {
		last = 0
	}
	var nonzero *uint64
	if s.low > 0 && c.nonzero != nil {
		nonzero = &c.nonzero[by*c.blocksX+bx]
		last = s.last // refinement needs all
	}
	class, ok := d.bits.readBand(s, c, last, f, nonzero)
	if !ok {
		return errCorrupt
	}
	if class > 0 {
		s.eobRun = int(1<<class|d.bits.bits(class)) - 1
	}
	return nil
}

// readBand reads the coefficients of the band of s in a block. It puts those up
// to index last, in coded order, into f, if f has a place for them, and marks
// them in nonzero, unless that is nil. It returns the class of the end-of-band
// run that ends the block, and false for bad data.
func (r *bitReader) readBand(s *scan, c *scanComponent, last int, f []int16, nonzero *uint64) (class uint, ok bool) {
	acc, n, pos := r.acc, r.n, r.pos
	var e entry
	var found uint64
	k, low := s.first-1, s.low
	for k < last {
		acc |= r.window.word(pos) >> (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		e = c.ac.look[acc>>(64-lookBits)]
		if e.length() == 0 {
			if e = c.ac.long(acc); e == 0 {
				return 0, false
			}
		}
		acc <<= e.length()
		n -= e.length()
		k += e.advance()
		if k > last {
			break
		}
		if e.value() == 0 {
			continue // 16 coefficients of 0
		}
		found |= 1 << (k & 63)
		if to := c.dequant[k&63] & 0xff; int(to) < len(f) {
			f[to] = int16(e.value() << (low & 15))
		}
	}
	r.acc, r.n, r.pos = acc, n, pos
	if nonzero != nil {
		*nonzero |= found
	}
	switch {
	case k < s.last:
		return r.skip(c.ac, k, s.last)
	case k >= endOfBand:
		return uint(e.value()), true
	default:
		return 0, k == s.last
	}
}

// reconstruct turns the coefficients into samples.
func (d *decoder) reconstruct(ctx context.Context) error {
	for i := range d.components {
		c := &d.components[i]
		size := c.points * c.points * c.kept.width
		middle := int16(0)
		if c.left&1 == 0 {
			middle = c.middleDC()
		}
		for y := range c.kept.height {
			if y%rowsPerCheck == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			row := c.coefficients[y*size:][:size]
			samples := c.plane.Pix[y*c.points*c.plane.Stride:]
			if c.points == 1 {
				c.means(row, middle, samples)
			} else {
				d.reconstructRow(c, row, middle, samples)
			}
		}
	}
	return nil
}

// middleDC returns what to add to dequantised DC coefficients to get the middle
// of the values that their missing bits allow. The lowest bits were cut off,
// whatever the sign (G.1.2.1).
func (c *component) middleDC() int16 {
	return int16(int(c.dequant[0]>>8) * (1<<c.openDC - 1) / 2)
}

// reconstructRow turns a row of blocks into samples. It adds middle to the DC
// coefficients.
func (d *decoder) reconstructRow(c *component, row []int16, middle int16, samples []uint8) {
	size := c.points * c.points
	for x := range c.kept.width {
		last := c.dequantise(&d.block, row[x*size:][:size])
		d.block[0] += middle
		d.block.inverseDCT(c.points, last, samples[x*c.points:], c.plane.Stride)
	}
}

// means turns a row of DC coefficients, with middle added, into one sample each.
func (c *component) means(row []int16, middle int16, samples []uint8) {
	step := int32(c.dequant[0] >> 8)
	samples = samples[:len(row)]
	for x, f := range row {
		samples[x] = mean(int16(int32(f)*step) + middle)
	}
}

// dequantise multiplies the coefficients f by their steps into b (A.3.4). It
// returns the index, in coded order, of the last that is not 0.
func (c *component) dequantise(b *block, f []int16) (last int) {
	steps := c.steps[:len(f)]
	for i, v := range f {
		q := steps[i]
		b[i&63] = int16(int32(v) * int32(q>>8))
		// Without a branch: coefficients are hard to predict.
		k := 0
		if v != 0 {
			k = int(q & 0xff)
		}
		last = max(last, k)
	}
	return last
}
