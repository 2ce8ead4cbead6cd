package av1

import "github.com/edgeresize/edgeresize/resize/avif/av1/tables"

// Levels of a block are padded for their contexts: rows are padding longer,
// and there are as many rows more.
const padding = 4

// scanStep is one step of a scan of transposed coefficients.
type scanStep struct {
	place uint16 // among n*n coefficients
	at    uint16 // among padded levels
	base  uint8  // what the place adds to the context of coeff_base
	more  uint8  // what the place adds to the context of coeff_br
}

// scans are the steps of the default scans by transform size.
var scans = [4][]scanStep{
	makeScan(0, tables.Scan4x4[:]), makeScan(1, tables.Scan8x8[:]),
	makeScan(2, tables.Scan16x16[:]), makeScan(3, tables.Scan32x32[:]),
}

// whereScanned are the scans' inverses: by place, which step visits it.
var whereScanned = [4][]uint16{invert(scans[0]), invert(scans[1]), invert(scans[2]), invert(scans[3])}

// makeScan returns the steps of a scan of rows ("coeff_base" and "coeff_br" in
// "Cdf selection process"). Contexts of square blocks are symmetric, so that
// only places are transposed.
func makeScan[T uint8 | uint16](size int, scan []T) []scanStep {
	bits := size + 2
	n := 1 << bits
	steps := make([]scanStep, len(scan))
	for i, at := range scan {
		row, col := int(at)>>bits, int(at)&(n-1)
		s := scanStep{
			place: uint16(col<<bits + row),
			at:    uint16(col*(n+padding) + row),
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

func invert(steps []scanStep) []uint16 {
	where := make([]uint16, len(steps))
	for i, s := range steps {
		where[s.place] = uint16(i)
	}
	return where
}

// paddedLevels are magnitudes of levels, of at most 15, which is all that
// contexts look at, times 256, plus the same of at most 3.
type paddedLevels [(32 + padding) * (32 + padding)]uint16

// packed returns what paddedLevels has of a level.
func packed(level int) uint16 { return uint16(min(level, 15)<<8 | min(level, 3)) }

// contexts returns the contexts of coeff_base, anywhere but at place 0, and of
// coeff_br.
func (p *paddedLevels) contexts(s *scanStep, stride int) (base, more uint) {
	at := int(s.at)
	sum := p[at+1] + p[at+stride] + p[at+stride+1]
	more = uint(min((sum>>8+1)>>1, 6)) + uint(s.more)
	sum += p[at+2] + p[at+2*stride]
	return uint(min((sum&255+1)>>1, 4)) + uint(s.base), more
}

// lastContext returns the context of coeff_base_eob for the last coefficient
// of a scan at step i.
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
