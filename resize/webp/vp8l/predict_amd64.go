//go:build goexperiment.simd && amd64

package vp8l

import "simd/archsimd"

// unpredictVectors does what unpredictScalar does for the first pixels from x0
// on, and returns how many it has done.
func unpredictVectors(mode uint32, out, row, above []uint32, x0, x1 int) int {
	if !hasVectors() {
		return 0
	}
	x := x0
	switch mode {
	case 2, 3, 4, 8, 9:
		x = unpredictAbove(mode, out, row, above, x0, x1)
	case 1:
		x = unpredictLeft(out, row, x0, x1)
	case 5, 6, 7, 10, 11, 12, 13:
		x = unpredictEach(mode, out, row, above, x0, x1)
	}
	archsimd.ClearAVXUpperBits()
	return x - x0
}

// unpredictAbove handles the modes that use no pixel of the row itself.
func unpredictAbove(mode uint32, out, row, above []uint32, x, x1 int) int {
	switch mode {
	case 2:
		for ; x+8 <= x1; x += 8 {
			store(out, x, load(row, x).Add(load(above, x)))
		}
	case 3:
		for ; x+8 <= x1; x += 8 {
			store(out, x, load(row, x).Add(load(above, x+1)))
		}
	case 4:
		for ; x+8 <= x1; x += 8 {
			store(out, x, load(row, x).Add(load(above, x-1)))
		}
	case 8:
		for ; x+8 <= x1; x += 8 {
			store(out, x, load(row, x).Add(mean8(load(above, x-1), load(above, x))))
		}
	case 9:
		for ; x+8 <= x1; x += 8 {
			store(out, x, load(row, x).Add(mean8(load(above, x), load(above, x+1))))
		}
	}
	return x
}

// unpredictLeft adds to each pixel all before it.
func unpredictLeft(out, row []uint32, x, x1 int) int {
	one := archsimd.LoadInt8x16(&[16]int8{-1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
	two := archsimd.LoadInt8x16(&[16]int8{-1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7})
	last := archsimd.BroadcastUint32x4(out[x-1]).AsUint8x16()
	for ; x+4 <= x1; x += 4 {
		v := load4(row, x)
		v = v.Add(v.PermuteOrZero(one))
		v = v.Add(v.PermuteOrZero(two)).Add(last)
		v.AsUint32x4().Store((*[4]uint32)(out[x : x+4 : x+4]))
		last = v.AsUint32x4().PermuteScalars(3, 3, 3, 3).AsUint8x16()
	}
	return x
}

// mean8 computes average for 8 pixels.
func mean8(a, b archsimd.Uint8x32) archsimd.Uint8x32 {
	return a.Average(b).Sub(a.Xor(b).And(archsimd.BroadcastUint8x32(1)))
}

// mean computes average for 4 pixels.
func mean(a, b archsimd.Uint8x16) archsimd.Uint8x16 {
	return a.Average(b).Sub(a.Xor(b).And(archsimd.BroadcastUint8x16(1)))
}

// halves returns half of each sample.
func halves(v archsimd.Uint8x16) archsimd.Uint8x16 {
	return v.AsUint16x8().ShiftAllRight(1).AsUint8x16().And(archsimd.BroadcastUint8x16(0x7f))
}

// picks holds the byte orders that move pixel k of a vector to the first place
// and clear the others.
var picks = [4][16]int8{
	{0, 1, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
	{4, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
	{8, 9, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
	{12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
}

// unpredictEach handles the modes that use the pixel to the left, one pixel at a
// time. It prepares the other neighbours four pixels at a time.
func unpredictEach(mode uint32, out, row, above []uint32, x, x1 int) int {
	var pick [4]archsimd.Int8x16
	for k := range pick {
		pick[k] = archsimd.LoadInt8x16(&picks[k])
	}
	left := archsimd.BroadcastUint32x4(out[x-1]).AsUint8x16().PermuteOrZero(pick[0])
	switch mode {
	case 5:
		for ; x+4 <= x1; x += 4 {
			v, right, top := load4(row, x), load4(above, x+1), load4(above, x)
			for k := range pick {
				p := pick[k]
				left = v.PermuteOrZero(p).Add(mean(mean(left, right.PermuteOrZero(p)), top.PermuteOrZero(p)))
				out[x+k] = left.AsUint32x4().GetElem(0)
			}
		}
	case 6, 7:
		shift := 0
		if mode == 6 {
			shift = 1
		}
		for ; x+4 <= x1; x += 4 {
			v, other := load4(row, x), load4(above, x-shift)
			for k := range pick {
				p := pick[k]
				left = v.PermuteOrZero(p).Add(mean(left, other.PermuteOrZero(p)))
				out[x+k] = left.AsUint32x4().GetElem(0)
			}
		}
	case 10:
		for ; x+4 <= x1; x += 4 {
			v, corner := load4(row, x), load4(above, x-1)
			other := mean(load4(above, x), load4(above, x+1))
			for k := range pick {
				p := pick[k]
				left = v.PermuteOrZero(p).Add(mean(mean(left, corner.PermuteOrZero(p)), other.PermuteOrZero(p)))
				out[x+k] = left.AsUint32x4().GetElem(0)
			}
		}
	case 11:
		for ; x+4 <= x1; x += 4 {
			v, corner, top := load4(row, x), load4(above, x-1), load4(above, x)
			for k := range pick {
				p := pick[k]
				c, t := corner.PermuteOrZero(p), top.PermuteOrZero(p)
				// Only the sums of the first pixel are not 0.
				toTop, toLeft := t.SumAbsDiff(c).AsInt32x4(), left.SumAbsDiff(c).AsInt32x4()
				nearest := left.AsInt32x4().Merge(t.AsInt32x4(), toLeft.Greater(toTop))
				left = v.PermuteOrZero(p).Add(nearest.AsUint8x16())
				out[x+k] = left.AsUint32x4().GetElem(0)
			}
		}
	case 12:
		for ; x+4 <= x1; x += 4 {
			v, corner, top := load4(row, x), load4(above, x-1), load4(above, x)
			more, less := top.SubSaturated(corner), corner.SubSaturated(top)
			for k := range pick {
				p := pick[k]
				left = v.PermuteOrZero(p).Add(left.AddSaturated(more.PermuteOrZero(p)).SubSaturated(less.PermuteOrZero(p)))
				out[x+k] = left.AsUint32x4().GetElem(0)
			}
		}
	case 13:
		for ; x+4 <= x1; x += 4 {
			v, corner, top := load4(row, x), load4(above, x-1), load4(above, x)
			for k := range pick {
				p := pick[k]
				c := corner.PermuteOrZero(p)
				m := mean(left, top.PermuteOrZero(p))
				sum := m.AddSaturated(halves(m.SubSaturated(c))).SubSaturated(halves(c.SubSaturated(m)))
				left = v.PermuteOrZero(p).Add(sum)
				out[x+k] = left.AsUint32x4().GetElem(0)
			}
		}
	}
	return x
}
