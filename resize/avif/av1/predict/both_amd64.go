//go:build goexperiment.simd && amd64

package predict

import "simd/archsimd"

// columnNumbers are the numbers of 16 columns.
var columnNumbers = [16]int16{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// vectorFromBoth does fromBoth. First it sets what comes from the left, in blocks of 8
// columns that have any of it. Then it sets what comes from above over that.
func (e *Edges) vectorFromBoth(dst []uint16, dx, dy, width, height int) {
	if width == 4 {
		e.columns4(dst, -dy, height)
		e.overAbove4(dst, dx)
		return
	}
	for x := 0; x < width; x += 8 {
		for y := 0; y < height; y += 16 {
			// More than (y+1)*dx/64 - 1 columns of the last row do not come from above.
			if last := min(y+15, height-1); (last+1)*dx > (x+1)<<6 {
				e.columns(dst, x, y, -dy, width, height)
			}
		}
	}
	if width == 8 {
		e.overAbove8(dst, dx)
		return
	}
	for x := 0; x < width; x += 16 {
		e.overAbove16(dst, dx, x, width)
	}
}

// overAbove4 sets the samples that come from above, in rows of 4.
func (e *Edges) overAbove4(dst []uint16, dx int) {
	numbers := archsimd.LoadInt16x8((*[8]int16)(columnNumbers[:])).AsUint16x8()
	numbers = twoRows(numbers, numbers)
	for at := -dx; len(dst) >= 8; at -= 2 * dx {
		off, next, row := at>>6, (at-dx)>>6, (*[8]uint16)(dst)
		above := twoRows(mix8((*[9]uint16)(e.Above[max(Origin+off, 0):]), at>>1), mix8((*[9]uint16)(e.Above[max(Origin+next, 0):]), (at-dx)>>1))
		from := twoRows(archsimd.BroadcastUint16x8(uint16(-2-off)), archsimd.BroadcastUint16x8(uint16(-2-next)))
		isAbove := numbers.AsInt16x8().Greater(from.AsInt16x8())
		above.Merge(archsimd.LoadUint16x8(row), isAbove).Store(row)
		dst = dst[8:]
	}
}

// overAbove8 sets the samples that come from above, in rows of 8.
func (e *Edges) overAbove8(dst []uint16, dx int) {
	numbers := archsimd.LoadInt16x8((*[8]int16)(columnNumbers[:]))
	for at := -dx; len(dst) >= 8; at -= dx {
		off, row := at>>6, (*[8]uint16)(dst)
		if off < -8 {
			return
		}
		isAbove := numbers.Greater(archsimd.BroadcastInt16x8(int16(-2 - off)))
		mix8((*[9]uint16)(e.Above[Origin+off:]), at>>1).Merge(archsimd.LoadUint16x8(row), isAbove).Store(row)
		dst = dst[8:]
	}
}

// overAbove16 sets the samples that come from above, 16 in each row from x on.
func (e *Edges) overAbove16(dst []uint16, dx, x, width int) {
	numbers := archsimd.LoadInt16x16(&columnNumbers)
	position := -dx
	for at := x; at < len(dst); at += width {
		off, row := position>>6+x, (*[16]uint16)(dst[at:])
		if off < -Origin {
			return
		}
		above := mix16((*[17]uint16)(e.Above[Origin+off:]), position>>1)
		if off < -1 {
			isAbove := numbers.Greater(archsimd.BroadcastInt16x16(int16(-2 - off)))
			above = above.Merge(archsimd.LoadUint16x16(row), isAbove)
		}
		above.Store(row)
		position -= dx
	}
}
