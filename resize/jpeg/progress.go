package jpeg

// A progressive picture is decoded as its scans come, without knowledge of
// those that follow, and only until the coefficients that the scale needs have
// all of their bits that matter.

// uncoded stands for the lowest bit of a coefficient before its first scan.
const uncoded = 0xff

// errOrder says that the scans of a coefficient do not each give it its next
// bit. Decoders differ in what they make of that.
const errOrder = unsupportedError("scans of a progressive picture out of order")

// checkOrder makes sure that a scan is the first of its coefficients, or that
// of their next bit (ITU-T T.81, G.1.1.1.2).
func (d *decoder) checkOrder(s *scan) error {
	if !d.header.Progressive {
		return nil
	}
	want := uint8(uncoded)
	if s.high > 0 {
		want = uint8(s.high)
	}
	for _, sc := range s.components {
		for _, low := range d.components[sc.index].low[s.first : s.last+1] {
			if low != want {
				return errOrder
			}
		}
	}
	return nil
}

// needs says whether a scan has to be decoded: if it holds what the scale
// needs, or that without which a scan that does cannot be read.
func (d *decoder) needs(s *scan) bool {
	if !d.header.Progressive {
		return true
	}
	if s.first == 0 {
		return s.high == 0 || d.anyLeft(s)
	}
	c := &d.components[s.components[0].index]
	if c.left&between(s.first, s.last) != 0 {
		return true
	}
	// Which bits a refinement scan has depends on what the earlier scans of all
	// of its coefficients said (G.1.2.3); the next one of these may also be of
	// coefficients that are needed.
	return s.low > 0 && c.left&^1 != 0
}

// anyLeft reports whether a component of a scan lacks bits. A few more for DC
// coefficients cost next to nothing where decoding goes on anyway.
func (d *decoder) anyLeft(s *scan) bool {
	for _, sc := range s.components {
		if d.components[sc.index].left != 0 {
			return true
		}
	}
	return false
}

// advance takes note of what a scan codes. It reports whether, by this scan, those
// seem to be needed that give luma's AC coefficients their last bits.
func (d *decoder) advance(s *scan) (toTheLast bool) {
	band := between(s.first, s.last)
	for _, sc := range s.components {
		c := &d.components[sc.index]
		for k := s.first; k <= s.last; k++ {
			c.low[k] = uint8(s.low)
		}
		if s.low == 0 {
			c.left &^= band
		}
		if d.header.Progressive {
			c.settle()
			toTheLast = s.first > 0 && s.low > 0 && !d.header.Model.chroma(sc.index) && c.readToTheLast()
		}
	}
	return toTheLast
}

// complete says whether all has been decoded that matters.
func (d *decoder) complete() bool {
	for i := range d.components {
		if d.components[i].left != 0 {
			return false
		}
	}
	return true
}

// track makes room to note which coefficients of a component are not 0, if a
// scan is one that refinement scans may follow.
func (d *decoder) track(s *scan) {
	if s.first == 0 || s.high > 0 || s.low == 0 {
		return
	}
	i := s.components[0].index
	c := &d.components[i]
	if c.left&^1 == 0 {
		c.nonzero = nil // none that follows will be decoded
		return
	}
	if c.nonzero != nil {
		return
	}
	d.saved.nonzero[i] = atLeast(d.saved.nonzero[i], c.blocksX*c.blocksY)
	c.nonzero = d.saved.nonzero[i]
	clear(c.nonzero)
}
