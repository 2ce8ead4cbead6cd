package loopfilter

// An edge is filtered sample by sample. at is the first sample after the edge,
// across is the offset from a sample to the next one across the edge, and along
// to the next one along it.

// outer filters an edge of n samples between macroblocks, RFC 6386 section 15.3.
func (s *Strength) outer(pix []uint8, at, across, along, n int) {
	for range n {
		l := lineAt(pix, at, across)
		if l.smooth(int(s.Outer), int(s.Interior)) {
			if l.varies(int(s.Variance)) {
				l.adjust(true)
			} else {
				w := clip(clip(l.p1-l.q1) + 3*(l.q0-l.p0))
				a := (27*w + 63) >> 7
				l.p0, l.q0 = clip(l.p0+a), clip(l.q0-a)
				a = (18*w + 63) >> 7
				l.p1, l.q1 = clip(l.p1+a), clip(l.q1-a)
				a = (9*w + 63) >> 7
				l.p2, l.q2 = clip(l.p2+a), clip(l.q2-a)
			}
			l.store(pix, at, across)
		}
		at += along
	}
}

// inner filters an edge of n samples between the blocks of a macroblock, RFC 6386
// section 15.3.
func (s *Strength) inner(pix []uint8, at, across, along, n int) {
	for range n {
		l := lineAt(pix, at, across)
		if l.smooth(int(s.Inner), int(s.Interior)) {
			varies := l.varies(int(s.Variance))
			a := (l.adjust(varies) + 1) >> 1
			if !varies {
				l.p1, l.q1 = clip(l.p1+a), clip(l.q1-a)
			}
			l.store(pix, at, across)
		}
		at += along
	}
}

// simple filters an edge of 16 samples with the simple filter, RFC 6386 section
// 15.2.
func simple(pix []uint8, at, across, along int, limit uint8) {
	for range 16 {
		l := line{
			p1: signed(pix[at-2*across]), p0: signed(pix[at-across]),
			q0: signed(pix[at]), q1: signed(pix[at+across]),
		}
		if l.edge() <= int(limit) {
			l.adjust(true)
			pix[at-across], pix[at] = uint8(l.p0+128), uint8(l.q0+128)
		}
		at += along
	}
}

// line holds the samples across an edge, each minus 128: p3 to p0 before it, q0
// to q3 after it.
type line struct{ p3, p2, p1, p0, q0, q1, q2, q3 int }

// signed returns a sample minus 128.
func signed(v uint8) int { return int(v) - 128 }

// lineAt reads the line across the edge whose first sample after it is pix[at].
func lineAt(pix []uint8, at, across int) line {
	return line{
		signed(pix[at-4*across]), signed(pix[at-3*across]), signed(pix[at-2*across]), signed(pix[at-across]),
		signed(pix[at]), signed(pix[at+across]), signed(pix[at+2*across]), signed(pix[at+3*across]),
	}
}

// store writes back the samples that may have changed.
func (l *line) store(pix []uint8, at, across int) {
	pix[at-3*across], pix[at-2*across], pix[at-across] = uint8(l.p2+128), uint8(l.p1+128), uint8(l.p0+128)
	pix[at], pix[at+across], pix[at+2*across] = uint8(l.q0+128), uint8(l.q1+128), uint8(l.q2+128)
}

// edge returns how much the two sides of the edge differ.
func (l *line) edge() int { return 2*abs(l.p0-l.q0) + abs(l.p1-l.q1)/2 }

// smooth reports whether no difference exceeds the limits.
func (l *line) smooth(edge, interior int) bool {
	return l.edge() <= edge &&
		abs(l.p3-l.p2) <= interior && abs(l.p2-l.p1) <= interior && abs(l.p1-l.p0) <= interior &&
		abs(l.q3-l.q2) <= interior && abs(l.q2-l.q1) <= interior && abs(l.q1-l.q0) <= interior
}

// varies reports whether samples next to the edge differ by more than threshold.
func (l *line) varies(threshold int) bool {
	return abs(l.p1-l.p0) > threshold || abs(l.q1-l.q0) > threshold
}

// adjust brings the samples at the edge closer together, and returns by how much
// it lowered the one after it. wide says whether the samples next to those count
// too.
func (l *line) adjust(wide bool) int {
	a := 3 * (l.q0 - l.p0)
	if wide {
		a += clip(l.p1 - l.q1)
	}
	b := clip(clip(a)+3) >> 3
	a = clip(clip(a)+4) >> 3
	l.p0, l.q0 = clip(l.p0+b), clip(l.q0-a)
	return a
}

// clip returns the nearest signed 8-bit number.
func clip(v int) int { return min(127, max(-128, v)) }

func abs(v int) int { return max(v, -v) }
