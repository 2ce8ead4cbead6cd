//go:build goexperiment.simd && amd64

package vp8l

import "simd/archsimd"

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// load returns 8 pixels from i on.
func load(pix []uint32, i int) archsimd.Uint8x32 {
	return archsimd.LoadUint32x8((*[8]uint32)(pix[i : i+8 : i+8])).AsUint8x32()
}

// store stores 8 pixels from i on.
func store(pix []uint32, i int, v archsimd.Uint8x32) {
	v.AsUint32x8().Store((*[8]uint32)(pix[i : i+8 : i+8]))
}

// load4 returns 4 pixels from i on.
func load4(pix []uint32, i int) archsimd.Uint8x16 {
	return archsimd.LoadUint32x4((*[4]uint32)(pix[i : i+4 : i+4])).AsUint8x16()
}

// Orders of bytes, for 4 pixels in each half; -1 gives 0.
var (
	// redFirst gives red, green, blue and alpha.
	redFirst = twice([16]int8{2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15})
	// greens puts green in the places of blue and red.
	greens = twice([16]int8{1, -1, 1, -1, 5, -1, 5, -1, 9, -1, 9, -1, 13, -1, 13, -1})
	// highGreens and highReds put samples in the high bytes of 16 bits: green for
	// both, red for blue.
	highGreens = twice([16]int8{-1, 1, -1, 1, -1, 5, -1, 5, -1, 9, -1, 9, -1, 13, -1, 13})
	highReds   = twice([16]int8{-1, 2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14, -1, -1})
)

// twice returns half in both halves.
func twice(half [16]int8) (both [32]int8) {
	copy(both[:], half[:])
	copy(both[16:], half[:])
	return both
}

// toBytesVectors does what toBytesScalar does for the first pixels, and returns
// how many it has done.
func toBytesVectors(out []byte, row []uint32) int {
	if !hasVectors() {
		return 0
	}
	order := archsimd.LoadInt8x32(&redFirst)
	i := 0
	for ; i+8 <= len(row); i += 8 {
		load(row, i).PermuteOrZeroGrouped(order).Store((*[32]byte)(out[4*i : 4*i+32 : 4*i+32]))
	}
	archsimd.ClearAVXUpperBits()
	return i
}

// isFlat does what isFlatScalar does.
func isFlat(row []uint32, x int) bool {
	if !hasVectors() {
		return isFlatScalar(row, x)
	}
	low := load4(row, x).Xor(load4(row, x-1))
	return low.Or(load4(row, x+4).Xor(load4(row, x+3))).IsZero()
}

// sameVectors reports whether the first pixels of two rows are the same, and how
// many it has compared.
func sameVectors(row, above []uint32) (done int, same bool) {
	if !hasVectors() {
		return 0, true
	}
	i, same := 0, true
	for ; same && i+8 <= len(row); i += 8 {
		same = load(row, i).Xor(load(above, i)).IsZero()
	}
	archsimd.ClearAVXUpperBits()
	return i, same
}

// addGreenVectors does what addGreenScalar does for the first pixels, and returns
// how many it has done.
func addGreenVectors(out, row []uint32) int {
	if !hasVectors() {
		return 0
	}
	order := archsimd.LoadInt8x32(&greens)
	i := 0
	for ; i+8 <= len(row); i += 8 {
		v := load(row, i)
		store(out, i, v.Add(v.PermuteOrZeroGrouped(order)))
	}
	archsimd.ClearAVXUpperBits()
	return i
}

// addColourVectors does what addColourScalar does for the first pixels, and
// returns how many it has done. With samples in the high bytes of 16 bits and
// elements times 8, the high halves of the products are the deltas.
func addColourVectors(out, row []uint32, e elements) int {
	if !hasVectors() {
		return 0
	}
	greens := archsimd.LoadInt8x32(&highGreens)
	reds := archsimd.LoadInt8x32(&highReds)
	low := archsimd.BroadcastUint32x8(0x00ff00ff).AsUint8x32()
	byGreen := archsimd.BroadcastUint32x8(uint32(uint16(int16(e.greenToRed)*8))<<16 | uint32(uint16(int16(e.greenToBlue)*8))).AsInt16x16()
	byRed := archsimd.BroadcastUint32x8(uint32(uint16(int16(e.redToBlue) * 8))).AsInt16x16()
	i := 0
	for ; i+8 <= len(row); i += 8 {
		v := load(row, i)
		d := v.PermuteOrZeroGrouped(greens).AsInt16x16().MulHigh(byGreen)
		v = v.Add(d.AsUint8x32().And(low))
		d = v.PermuteOrZeroGrouped(reds).AsInt16x16().MulHigh(byRed)
		store(out, i, v.Add(d.AsUint8x32().And(low)))
	}
	archsimd.ClearAVXUpperBits()
	return i
}
