//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// blockLanes is how many samples of a row are mixed at a time.
const blockLanes = 2 * lanes

// stillness counts, block by block, how many rows have been the same. Such rows need
// not be added up: their sum is known. Drawings have many.
type stillness struct {
	// rows counts for each block the rows directly above the newest that equal it.
	rows []uint32
	all  int // the least of rows
}

// reset makes s ready for rows of n samples.
func (s *stillness) reset(n int) {
	s.rows = resized(s.rows, (n+blockLanes-1)/blockLanes)
	s.forget()
}

// forget starts counting again, for a row with none above it.
func (s *stillness) forget() {
	clear(s.rows)
	s.all = 0
}

// add counts row, which follows above.
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

// push takes the next row of the source and the one above it, nil if that is not kept.
func (v *vector) push(row, above []uint8) {
	if above == nil {
		v.still.forget()
	} else {
		v.still.add(row, above)
	}
}

// resampleNewest does what resampleRow does if still has counted the rows of src up to
// the newest, the last that t uses. The first row of src is number base.
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

// repeatVectors does what mixVectors does for rows that are the same.
func repeatVectors(between *[blockLanes]int16, src *[blockLanes]uint8) {
	extend((*[lanes]uint8)(src[:])).ShiftAllLeft(betweenBits).Store((*[lanes]int16)(between[:]))
	extend((*[lanes]uint8)(src[lanes:])).ShiftAllLeft(betweenBits).Store((*[lanes]int16)(between[lanes:]))
}
