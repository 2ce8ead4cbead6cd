// Package loopfilter smooths the edges between the blocks of a decoded VP8 picture,
// RFC 6386 section 15.
package loopfilter

// MaxLevel is the strongest level.
const MaxLevel = 63

// Strength is what a level means for the edges of a macroblock.
type Strength struct {
	// Outer and Inner are the largest differences across an edge that is
	// filtered: between macroblocks, and between the blocks of one.
	Outer, Inner uint8
	// Interior is the largest difference between neighbours on one side of such
	// an edge.
	Interior uint8
	// Variance is the difference next to an edge above which fewer samples are
	// changed.
	Variance uint8
}

// StrengthOf returns the strength of a level of 1 to MaxLevel and a sharpness of
// 0 to 7 in a key frame, RFC 6386 section 15.4. A macroblock of level 0 is not
// filtered.
func StrengthOf(level, sharpness int) Strength {
	interior := level
	if sharpness > 0 {
		interior >>= 1
		if sharpness > 4 {
			interior >>= 1
		}
		interior = min(interior, 9-sharpness)
	}
	interior = max(interior, 1)
	s := Strength{
		Outer:    uint8(2*(level+2) + interior),
		Inner:    uint8(2*level + interior),
		Interior: uint8(interior),
	}
	switch {
	case level >= 40:
		s.Variance = 2
	case level >= 15:
		s.Variance = 1
	}
	return s
}

// Edges says which edges of a macroblock are filtered.
type Edges struct {
	Left, Top bool // edges to another macroblock
	Inner     bool // edges between its blocks
}

// Luma filters edges of the 16 × 16 samples that begin at pix[at], with rows
// stride apart: the left edge, those between the blocks of a row, the top edge,
// those between rows. It reads four samples beyond the left and the top edge and
// changes three of them.
func (s *Strength) Luma(pix []uint8, at, stride int, e Edges) {
	if !s.vectorLuma(pix, at, stride, e) {
		s.scalarLuma(pix, at, stride, e)
	}
}

// scalarLuma computes Luma without vectors.
func (s *Strength) scalarLuma(pix []uint8, at, stride int, e Edges) {
	if e.Left {
		s.outer(pix, at, 1, stride, 16)
	}
	if e.Inner {
		for x := 4; x < 16; x += 4 {
			s.inner(pix, at+x, 1, stride, 16)
		}
	}
	if e.Top {
		s.outer(pix, at, stride, 1, 16)
	}
	if e.Inner {
		for y := 4; y < 16; y += 4 {
			s.inner(pix, at+y*stride, stride, 1, 16)
		}
	}
}

// Chroma does what Luma does for the 8 × 8 samples of U and V, which begin at
// u[at] and v[at].
func (s *Strength) Chroma(u, v []uint8, at, stride int, e Edges) {
	if !s.vectorChroma(u, v, at, stride, e) {
		s.scalarChroma(u, v, at, stride, e)
	}
}

// scalarChroma computes Chroma without vectors.
func (s *Strength) scalarChroma(u, v []uint8, at, stride int, e Edges) {
	for _, pix := range [2][]uint8{u, v} {
		if e.Left {
			s.outer(pix, at, 1, stride, 8)
		}
		if e.Inner {
			s.inner(pix, at+4, 1, stride, 8)
		}
		if e.Top {
			s.outer(pix, at, stride, 1, 8)
		}
		if e.Inner {
			s.inner(pix, at+4*stride, stride, 1, 8)
		}
	}
}

// Simple does what Luma does, with the simple filter, which does not filter
// chroma: RFC 6386 section 15.2. It reads two samples beyond the left and the top
// edge and changes one of them.
func (s *Strength) Simple(pix []uint8, at, stride int, e Edges) {
	if !s.vectorSimple(pix, at, stride, e) {
		s.scalarSimple(pix, at, stride, e)
	}
}

// scalarSimple computes Simple without vectors.
func (s *Strength) scalarSimple(pix []uint8, at, stride int, e Edges) {
	if e.Left {
		simple(pix, at, 1, stride, s.Outer)
	}
	if e.Inner {
		for x := 4; x < 16; x += 4 {
			simple(pix, at+x, 1, stride, s.Inner)
		}
	}
	if e.Top {
		simple(pix, at, stride, 1, s.Outer)
	}
	if e.Inner {
		for y := 4; y < 16; y += 4 {
			simple(pix, at+y*stride, stride, 1, s.Inner)
		}
	}
}
