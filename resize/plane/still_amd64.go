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

// repeatVectors is mixVectors for rows that are the same.
func repeatVectors(between *[blockLanes]int16, src *[blockLanes]uint8) {
	extend((*[lanes]uint8)(src[:])).ShiftAllLeft(betweenBits).Store((*[lanes]int16)(between[:]))
	extend((*[lanes]uint8)(src[lanes:])).ShiftAllLeft(betweenBits).Store((*[lanes]int16)(between[lanes:]))
}
