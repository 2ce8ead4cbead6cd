//go:build goexperiment.simd && amd64

package deblock

import "simd/archsimd"

// Edges are filtered with AVX2, with the same results: 16 samples at a time, which are the
// edges of four units. The samples at one distance from the edge form a line of 16-bit
// elements. Those of vertical edges are transposed.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// lanes is how many samples of an edge are filtered together, group how many units.
const (
	lanes = 16
	group = lanes / 4
)

// edge is a part of an edge that is filtered together.
type edge struct {
	// lines are the samples across the edge: eight before it, the nearest last, and
	// eight after it. Lines that no filter reads are undefined.
	lines                 [16][lanes]int16
	taps                  [group]uint64 // each unit's, four times
	limit, blimit, thresh [lanes]int16
}

func newEdge(l *limits) (e edge) {
	for i := range lanes {
		e.limit[i], e.blimit[i], e.thresh[i] = int16(l.limit), int16(l.blimit), int16(l.thresh)
	}
	return e
}

// setTaps sets a unit's taps.
func (e *edge) setTaps(unit int, t taps) { e.taps[unit] = uint64(t) * 0x0001_0001_0001_0001 }

// before and behind are the lines next to the edge.
const (
	before = 7
	behind = 8
)

func (e *edge) load(line int) archsimd.Int16x16 { return archsimd.LoadInt16x16(&e.lines[line]) }

// vectorHorizontal does filterHorizontal. It returns false if the processor lacks AVX2 or
// the plane is narrower than a group.
func (p *Plane) vectorHorizontal(l *limits) bool {
	columns, rows := p.units()
	if !hasVectors() || columns < group {
		return false
	}
	e := newEdge(l)
	for row := 1; row < rows; row++ {
		above, below := p.Sizes[(row-1)*p.SizesStride:][:columns], p.Sizes[row*p.SizesStride:][:columns]
		for column := 0; column < columns; column += group {
			first := min(column, columns-group)
			most := none
			for i := range group {
				t := none
				if first+i >= column {
					t = p.horizontalEdge(above[first+i], below[first+i], row)
				}
				e.setTaps(i, t)
				most = max(most, t)
			}
			if most > none {
				e.filterRows(p.Pix, row*4*p.Stride+first*4, p.Stride, most)
			}
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// filterRows filters across rows; pix[at] is in the first row after the edge.
func (e *edge) filterRows(pix []uint8, at, stride int, most taps) {
	from := at - reachOf[most]*stride
	for line := behind - reachOf[most]; line < behind+reachOf[most]; line++ {
		archsimd.LoadUint8x16((*[16]uint8)(pix[from:])).ExtendToUint16().AsInt16x16().Store(&e.lines[line])
		from += stride
	}
	changed := e.filter(most)
	to := at - changed*stride
	for line := behind - changed; line < behind+changed; line++ {
		v := e.load(line)
		both := v.GetLo().Or(v.GetHi().ShiftAllLeft(8)).AsUint8x16()
		both.PermuteOrZero(archsimd.LoadInt8x16(&evenThenOdd)).Store((*[16]uint8)(pix[to:]))
		to += stride
	}
}

// reachOf is how far filters read on each side.
var reachOf = [...]int{none: 0, four: 2, six: 3, eight: 4, longer: 7}

// evenThenOdd permutes bytes: even ones first, then odd ones.
var evenThenOdd = [16]int8{0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15}

// vectorVertical does filterVertical. It returns false if the processor lacks AVX2 or the
// plane is lower than a group.
func (p *Plane) vectorVertical(l *limits) bool {
	columns, rows := p.units()
	if !hasVectors() || rows < group {
		return false
	}
	e := newEdge(l)
	for row := 0; row < rows; row += group {
		first := min(row, rows-group)
		for column := 1; column < columns; column++ {
			most := none
			for i := range group {
				t := none
				if first+i >= row {
					t = p.verticalEdge(p.Sizes[(first+i)*p.SizesStride:][:columns], column)
				}
				e.setTaps(i, t)
				most = max(most, t)
			}
			switch at := first*4*p.Stride + column*4; {
			case most == longer:
				e.filterColumns(p.Pix[at-8:], p.Stride)
			case most > none:
				e.filterNearColumns(p.Pix[at-4:], p.Stride, most)
			}
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}
