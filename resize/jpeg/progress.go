package jpeg

// A progressive picture is decoded scan by scan, without knowledge of the scans
// that follow, and only until the coefficients that the scale needs have all of
// their bits that matter.

// uncoded marks a coefficient before its first scan, in place of its lowest bit.
const uncoded = 0xff

// errOrder is the error if a scan does not give each of its coefficients the next
// bit. Decoders differ in how they read such scans.
const errOrder = unsupportedError("scans of a progressive picture out of order")

// checkOrder checks that s is the first scan of all its coefficients, or brings
// the next bit of all of them (ITU-T T.81, G.1.1.1.2).
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

// needs reports whether s has to be decoded: if it holds bits that the scale
// needs, or bits without which such a scan cannot be read.
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
	// Which bits a refinement scan holds depends on the earlier scans of all of
	// its coefficients (G.1.2.3). The next scan of these may also cover
	// coefficients that are needed.
	return s.low > 0 && c.left&^1 != 0
}

// anyLeft reports whether a component of s lacks bits. A few more bits of DC
// coefficients cost next to nothing while decoding goes on anyway.
func (d *decoder) anyLeft(s *scan) bool {
	for _, sc := range s.components {
		if d.components[sc.index].left != 0 {
			return true
		}
	}
	return false
}

// advance notes what s codes. toTheLast reports whether, judging by s, the scans
// with the last bits of luma's AC coefficients will be needed.
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

// complete reports whether all that matters has been decoded.
func (d *decoder) complete() bool {
	for i := range d.components {
		if d.components[i].left != 0 {
			return false
		}
	}
	return true
}

// track makes room to note which coefficients of a component are not 0, if
// refinement scans may follow s.
func (d *decoder) track(s *scan) {
	if s.first == 0 || s.high > 0 || s.low == 0 {
		return
	}
	i := s.components[0].index
	c := &d.components[i]
	if c.left&^1 == 0 {
		c.nonzero = nil // no scan that follows will be decoded
		return
	}
	if c.nonzero != nil {
		return
	}
	d.saved.nonzero[i] = atLeast(d.saved.nonzero[i], c.blocksX*c.blocksY)
	c.nonzero = d.saved.nonzero[i]
	clear(c.nonzero)
}
