package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/tables"

// macroblock is what the first partition says about a macroblock, RFC 6386
// section 11.
type macroblock struct {
	segment int
	skipped bool // there are no coefficients
	mode    int
	chroma  int
	sub     [16]uint8 // modes of 4 × 4, if mode is tables.Sub
}

// readMode reads the modes of the next macroblock, in column x, into m.
func (d *Decoder) readMode(x int, m *macroblock) {
	r, f := &d.modes, &d.frame
	m.segment = 0
	if f.segmentMap {
		m.segment = r.leaf(tables.SegmentTree[:], f.segmentProbs[:])
	}
	m.skipped = f.skips && r.bit(f.skipProb) != 0
	m.mode = r.leaf(tables.ModeTree[:], tables.ModeProbs[:])
	above, left := &d.above[x].modes, &d.left.modes
	if m.mode == tables.Sub {
		r.readSubmodes(m, above, left)
	} else {
		mode := tables.SubmodeOf[m.mode]
		for i := range 4 {
			above[i], left[i] = mode, mode
		}
	}
	m.chroma = r.leaf(tables.ChromaTree[:], tables.ChromaProbs[:])
}

// readSubmodes reads the modes of 16 blocks of 4 × 4, each in the context of the
// modes above and to the left.
func (r *reader) readSubmodes(m *macroblock, above, left *[4]uint8) {
	value, span, bits := r.value, r.span, r.bits
	for i := range m.sub {
		probs := &tables.SubmodeProbs[above[i&3]][left[i>>2]]
		at := 0
		for {
			if bits < 0 {
				r.value, r.bits = value, bits
				r.load()
				value, bits = r.value, r.bits
			}
			split := span * uint64(probs[at>>1]) >> 8
			if value>>56 > split {
				value -= (split + 1) << 56
				split = span - split - 1
				at++
			}
			shift := shifts[uint8(split)]
			value <<= shift & 63
			span = uint64(widened[uint8(split)])
			bits -= int(shift)
			at = int(tables.SubmodeTree[at])
			if at <= 0 {
				break
			}
		}
		mode := uint8(-at)
		above[i&3], left[i>>2] = mode, mode
		m.sub[i] = mode
	}
	r.value, r.span, r.bits = value, span, bits
}
