package jpeg

import "encoding/binary"

const errCorrupt = FormatError("entropy-coded data is corrupt")

// sequentialBlock decodes a block of a baseline or extended sequential picture
// and turns it into samples.
func (d *Decoder) sequentialBlock(_ *scan, c *scanComponent, bx, by int) error {
	last := c.last
	kept := c.keeps(bx, by)
	if !kept {
		last = 0
	}
	diff, filled, ok := d.bits.readBlock(c, &d.block, last)
	if !ok {
		return errCorrupt
	}
	c.predicted += diff
	if !kept {
		return nil
	}
	d.block[0] = int16(c.predicted * int32(c.dequant[0]>>8))
	d.block.inverseDCT(c.points, filled, c.samplesAt(bx, by), c.plane.Stride)
	if filled > 0 {
		d.block = block{}
	}
	return nil
}

// readBlock reads the coefficients of a block (ITU-T T.81, F.2.2): the
// difference of the DC coefficient, and the AC coefficients up to index last,
// in coded order, which go into b. It returns the index of the last of them
// that may be other than 0, and false for bad data.
func (r *bitReader) readBlock(c *scanComponent, b *block, last int) (diff int32, k int, ok bool) {
	acc, n, pos := r.acc, r.n, r.pos
	acc |= binary.BigEndian.Uint64(r.window[pos:]) >> n
	pos += int(63-n) >> 3
	n |= 56
	e := c.dc.look[acc>>(64-lookBits)]
	if e.length() == 0 {
		if e = c.dc.long(acc); e == 0 {
			return 0, 0, false
		}
	}
	acc <<= e.length()
	n -= e.length()
	diff = e.value()

	ac := c.ac
	filled := 0
	for k < last {
		acc |= binary.BigEndian.Uint64(r.window[pos:]) >> n
		pos += int(63-n) >> 3
		n |= 56
		e = ac.look[acc>>(64-lookBits)]
		if e.length() == 0 {
			if e = ac.long(acc); e == 0 {
				return 0, 0, false
			}
		}
		acc <<= e.length()
		n -= e.length()
		k += e.advance()
		if k > last {
			break
		}
		q := c.dequant[k&63]
		b[q&127] = int16(e.value() * int32(q>>8))
		filled = k
	}
	r.acc, r.n, r.pos = acc, n, pos
	switch {
	case k < 63: // the scale needs no more
		class, ok := r.skip(ac, k, 63)
		return diff, filled, ok && class == 0
	case k >= endOfBand:
		return diff, filled, e.value() == 0
	default:
		return diff, filled, k == 63
	}
}
