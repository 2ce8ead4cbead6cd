//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// blockLanes is how many samples of a row are mixed at a time.
const blockLanes = 2 * lanes

// stillness is how many rows have been the same, block by block: what is made of
// such rows is known without adding them up. Drawings have many.
type stillness struct {
	// rows says of each block how many rows before the newest are as that is, one
	// above the other.
	rows []uint32
	all  int // the least of these
}

// reset makes s ready for rows of n samples.
func (s *stillness) reset(n int) {
	s.rows = resized(s.rows, (n+blockLanes-1)/blockLanes)
	s.forget()
}

// forget is for a row that none is above of.
func (s *stillness) forget() {
	clear(s.rows)
	s.all = 0
}

// add counts a row below another.
func (s *stillness) add(row, above []uint8) {
	last := len(row) - blockLanes
	all := ^uint32(0)
	for i, n := range s.rows {
		x := min(i*blockLanes, last)
		a := archsimd.LoadUint8x32((*[blockLanes]uint8)(row[x:]))
		b := archsimd.LoadUint8x32((*[blockLanes]uint8)(above[x:]))
		if n++; !a.Xor(b).IsZero() {
			n = 0
		}
		s.rows[i] = n
		all = min(all, n)
	}
	archsimd.ClearAVXUpperBits()
	s.all = int(all)
}

// push takes the next row of the source, and the one above it, nil where none is kept.
func (v *vector) push(row, above []uint8) {
	if above == nil {
		v.still.forget()
	} else {
		v.still.add(row, above)
	}
}

// resampleNewest is resampleRow where still knows the rows of src up to the newest,
// of which none is behind those of t. The first one of src is number base.
func (v *vector) resampleNewest(dst, src []uint8, stride int, t taps, base, newest int) {
	n := len(v.columns) * v.channels
	if v.made != nil && v.still.all >= newest-min(t.first, v.from) {
		copy(dst[:n], v.made)
		return
	}
	v.made, v.from = dst[:n], t.first
	rows := newest - t.first
	t.first -= base
	src = src[t.first*stride:]
	for i, same := range v.still.rows {
		x := min(i*blockLanes, v.n-blockLanes)
		if int(same) >= rows {
			repeatVectors((*[blockLanes]int16)(v.between[x:]), (*[blockLanes]uint8)(src[x:]))
		} else {
			mixVectors((*[blockLanes]int16)(v.between[x:]), src[x:], stride, t.weights)
		}
	}
	v.finish(dst)
}

// repeatVectors is mixVectors for rows that are the same.
func repeatVectors(between *[blockLanes]int16, src *[blockLanes]uint8) {
	extend((*[lanes]uint8)(src[:])).ShiftAllLeft(betweenBits).Store((*[lanes]int16)(between[:]))
	extend((*[lanes]uint8)(src[lanes:])).ShiftAllLeft(betweenBits).Store((*[lanes]int16)(between[lanes:]))
}
