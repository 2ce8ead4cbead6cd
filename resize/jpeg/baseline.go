package jpeg

const errCorrupt = formatError("entropy-coded data is corrupt")

// sequentialBlock decodes a block of a baseline or extended sequential picture
// and writes its samples.
func (d *decoder) sequentialBlock(s *scan, c *scanComponent, bx, by int) error {
	if c.last == 0 || !c.kept.holds(bx, by) {
		return d.sequentialDC(s, c, bx, by)
	}
	diff, filled, ok := d.bits.readBlock(c, &d.block, c.last)
	if !ok {
		return errCorrupt
	}
	c.predicted += diff
	d.block[0] = int16(c.predicted * int32(c.dequant[0]>>8))
	d.block.inverseDCT(c.points, filled, c.samplesAt(bx, by), c.plane.Stride)
	return nil
}

// sequentialDC decodes a block of which only the DC coefficient is needed.
func (d *decoder) sequentialDC(_ *scan, c *scanComponent, bx, by int) error {
	diff, ok := d.bits.readDC(c.dc)
	if !ok {
		return errCorrupt
	}
	c.predicted += diff
	if class, ok := d.bits.skip(c.ac, 0, 63); !ok || class > 0 {
		return errCorrupt
	}
	if c.last == 0 && c.kept.holds(bx, by) {
		c.samplesAt(bx, by)[0] = mean(int16(c.predicted * int32(c.dequant[0]>>8)))
	}
	return nil
}

// readDC reads the difference of a DC coefficient (ITU-T T.81, F.2.2.1).
func (r *bitReader) readDC(dc *huffTable) (diff int32, ok bool) {
	r.refill()
	e := dc.look[r.acc>>(64-lookBits)]
	if e.length() == 0 {
		if e = dc.long(r.acc); e == 0 {
			return 0, false
		}
	}
	r.acc <<= e.length()
	r.n -= e.length()
	return e.value(), true
}

// readBlock reads the coefficients of a block (ITU-T T.81, F.2.2). It returns the
// difference of the DC coefficient, and puts the dequantised AC coefficients up
// to index last, in coded order, into b. filled is an index beyond which all of b
// is 0; ok is false for bad data.
func (r *bitReader) readBlock(c *scanComponent, b *block, last int) (diff int32, filled int, ok bool) {
	acc, n, pos := r.acc, r.n, r.pos
	acc |= r.window.word(pos) >> (n & 63)
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

	ac, dequant := c.ac, &c.dequant
	k := 0
	for k < last {
		acc |= r.window.word(pos) >> (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		if e = ac.look[acc>>(64-lookBits)]; e.length() == 0 {
			if e = ac.long(acc); e == 0 {
				return 0, 0, false
			}
		}
		acc <<= e.length()
		n -= e.length()
		if k += e.advance(); k >= last {
			break
		}
		dequant.put(b, k, e.value())

		// At least 56-31 bits are left: enough for two symbols that look holds.
		if e = ac.look[acc>>(64-lookBits)]; e.length() == 0 {
			continue
		}
		acc <<= e.length()
		n -= e.length()
		if k += e.advance(); k >= last {
			break
		}
		dequant.put(b, k, e.value())

		if e = ac.look[acc>>(64-lookBits)]; e.length() == 0 {
			continue
		}
		acc <<= e.length()
		n -= e.length()
		if k += e.advance(); k >= last {
			break
		}
		dequant.put(b, k, e.value())
	}
	if filled = k; k == last {
		dequant.put(b, k, e.value())
	} else {
		filled -= e.advance()
	}
	r.acc, r.n, r.pos = acc, n, pos
	switch {
	case k < 63: // the scale does not need the rest
		class, ok := r.skip(ac, k, 63)
		return diff, filled, ok && class == 0
	case k >= endOfBand:
		return diff, filled, e.value() == 0
	default:
		return diff, filled, k == 63
	}
}
