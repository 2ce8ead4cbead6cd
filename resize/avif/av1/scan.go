package av1

import "github.com/edgeresize/edgeresize/resize/avif/av1/tables"

// padding is how many places precede each column of contextSums, and how many columns
// precede the first, so that add stays inside.
const padding = 2

// scanStep is one step of a scan of transposed coefficients.
type scanStep struct {
	place uint16 // index among n*n coefficients
	at    uint16 // index in contextSums
	base  uint8  // added to the context of coeff_base
	more  uint8  // added to the context of coeff_br
}

// scans are the default scans by transform size.
var scans = [4][]scanStep{
	makeScan(0, tables.Scan4x4[:]), makeScan(1, tables.Scan8x8[:]),
	makeScan(2, tables.Scan16x16[:]), makeScan(3, tables.Scan32x32[:]),
}

// stepsAfter has, by transform size and place, the number of the step after the one that
// visits the place.
var stepsAfter = [4][]int16{after(scans[0]), after(scans[1]), after(scans[2]), after(scans[3])}

// makeScan returns the steps of a scan of rows ("coeff_base" and "coeff_br" in "Cdf
// selection process"). Contexts of square blocks are symmetric, so only places are
// transposed.
func makeScan[T uint8 | uint16](size int, scan []T) []scanStep {
	bits := size + 2
	n := 1 << bits
	steps := make([]scanStep, len(scan))
	for i, at := range scan {
		row, col := int(at)>>bits, int(at)&(n-1)
		s := scanStep{
			place: uint16(col<<bits + row),
			at:    uint16((col+padding)*(n+padding) + row + padding),
			base:  tables.CoeffBaseCtxOffset[size][min(row, 4)][min(col, 4)],
			more:  14,
		}
		switch {
		case row == 0 && col == 0:
			s.more = 0
		case row < 2 && col < 2:
			s.more = 7
		}
		steps[i] = s
	}
	return steps
}

// after returns, by place, the number of the step after the one that visits the place.
func after(steps []scanStep) []int16 {
	next := make([]int16, len(steps))
	for i, s := range steps {
		next[s.place] = int16(i + 1)
	}
	return next
}

// contextSums holds, for each place of a block, sums of the later levels beside it, from
// which its contexts follow. The high byte is for coeff_br and sums up levels of at most
// 15, the low byte is for coeff_base and sums up levels of at most 3.
type contextSums [(32 + padding) * (32 + padding)]uint16

// reset clears the sums for transform size tx and returns how far columns are apart.
func (c *contextSums) reset(tx int) (stride int) {
	stride = 4<<tx + padding
	clear(c[:stride*stride])
	return stride
}

// packed returns what a level adds to contextSums: all at the three nearest places, low
// at two farther ones.
func packed(level int) (all, low uint16) {
	low = uint16(min(level, 3))
	return uint16(min(level, 15))<<8 | low, low
}

// add adds the level of step s to the sums.
func (c *contextSums) add(s *scanStep, stride, level int) {
	all, low := packed(level)
	at := int(s.at)
	c[at-2*stride] += low
	c[at-stride-1] += all
	c[at-stride] += all
	c[at-2] += low
	c[at-1] += all
}

// remove subtracts what add added.
func (c *contextSums) remove(s *scanStep, stride, level int) {
	all, low := packed(level)
	at := int(s.at)
	c[at-2*stride] -= low
	c[at-stride-1] -= all
	c[at-stride] -= all
	c[at-1] -= all
	c[at-2] -= low
}

// contexts returns the contexts of coeff_base, valid anywhere but at place 0, and of
// coeff_br.
func (c *contextSums) contexts(s *scanStep) (base, more uint) {
	sum := uint(c[s.at])
	return min((sum&255+1)>>1, 4) + uint(s.base), min((sum>>8+1)>>1, 6) + uint(s.more)
}

// lastContext returns the context of coeff_base_eob if the last coefficient of a scan is
// at step i.
func lastContext(size, i int) int {
	n := 16 << (2 * size)
	switch {
	case i == 0:
		return 0
	case i <= n/8:
		return 1
	case i <= n/4:
		return 2
	}
	return 3
}
