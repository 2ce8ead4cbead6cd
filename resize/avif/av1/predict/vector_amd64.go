//go:build goexperiment.simd && amd64

package predict

import "simd/archsimd"

// Predictions with AVX2, with the same results. A vector is 16 samples of a row, or 8 in
// narrower blocks, or two rows of a block 4 wide.
//
// Unsigned vectors are never shifted: Go would move the shift to a vector, with an
// instruction that is slow while the upper halves of vectors are in use.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

type (
	samples8  = archsimd.Uint16x8
	samples16 = archsimd.Uint16x16
)

// vectorPredict does Predict. It returns false if the processor lacks AVX2.
func (e *Edges) vectorPredict(dst []uint16, mode Mode, delta, width, height int) bool {
	if !hasVectors() {
		return false
	}
	switch {
	case mode.Directional():
		e.vectorDirectional(dst, mode.Angle(delta), width, height)
	case mode == DC:
		vectorFill(dst, e.Average(width, height))
	case mode == Paeth && width >= 16:
		e.paeth16(dst, width)
	case mode == Paeth:
		e.paeth8(dst, width)
	case width >= 16:
		e.smooth16(dst, mode, width, height)
	default:
		e.smooth8(dst, mode, width, height)
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorFill does fill for a multiple of 16 samples.
func vectorFill(dst []uint16, s uint16) {
	v := archsimd.BroadcastUint16x16(s)
	for len(dst) >= 16 {
		v.Store((*[16]uint16)(dst))
		dst = dst[16:]
	}
}

func (e *Edge) load8(i int) samples8 { return archsimd.LoadUint16x8((*[8]uint16)(e[i:])) }

func (e *Edge) load16(i int) samples16 { return archsimd.LoadUint16x16((*[16]uint16)(e[i:])) }

// twoRows joins the first four samples of each of two vectors.
func twoRows(a, b samples8) samples8 {
	return a.AsUint64x2().InterleaveLo(b.AsUint64x2()).AsUint16x8()
}

// vectorLoad does Load. It returns false if the processor lacks AVX2.
func (e *Edges) vectorLoad(plane []uint8, stride, at, width, height, above, left int) bool {
	if !hasVectors() {
		return false
	}
	e.HaveAbove, e.HaveLeft = above > 0, left > 0
	n := width + height
	switch {
	case e.HaveAbove:
		row := plane[at-stride:]
		for i := 0; i < above; i += 16 {
			archsimd.LoadUint8x16((*[16]uint8)(row[i:])).ExtendToUint16().Store((*[16]uint16)(e.Above[Origin+i:]))
		}
		e.Above.replicate(above, n, e.Above[Origin+above-1])
	case e.HaveLeft:
		e.Above.replicate(0, n, uint16(plane[at-1]))
	default:
		e.Above.replicate(0, n, 127)
	}
	switch {
	case e.HaveLeft:
		column, from := e.Left[Origin:][:left], at-1
		for i := range column {
			column[i] = uint16(plane[from])
			from += stride
		}
		e.Left.replicate(left, n, column[left-1])
	case e.HaveAbove:
		e.Left.replicate(0, n, e.Above[Origin])
	default:
		e.Left.replicate(0, n, 129)
	}
	archsimd.ClearAVXUpperBits()
	e.loadCorner(plane, at-stride-1)
	return true
}

// replicate sets samples from first to before last to s, and up to 15 more.
func (e *Edge) replicate(first, last int, s uint16) {
	v := archsimd.BroadcastUint16x16(s)
	for i := first; i < last; i += 16 {
		v.Store((*[16]uint16)(e[Origin+i:]))
	}
}

// paeth16 does paeth for blocks 16 or 32 wide.
func (e *Edges) paeth16(dst []uint16, width int) {
	corner := archsimd.BroadcastInt16x16(int16(e.Above[Origin-1]))
	for x := 0; x < width; x += 16 {
		above := e.Above.load16(Origin + x).AsInt16x16()
		dx := above.Sub(corner)
		pLeft := dx.Abs()
		for i, at := 0, x; at < len(dst); i, at = i+1, at+width {
			left := archsimd.BroadcastInt16x16(int16(e.Left[Origin+i]))
			dy := left.Sub(corner)
			pTop, pTopLeft := dy.Abs(), dx.Add(dy).Abs()
			v := corner.Merge(above, pTop.Greater(pTopLeft)).Merge(left, pLeft.Greater(pTop.Min(pTopLeft)))
			v.AsUint16x16().Store((*[16]uint16)(dst[at:]))
		}
	}
}

// paeth8 does paeth for blocks 4 or 8 wide.
func (e *Edges) paeth8(dst []uint16, width int) {
	corner := archsimd.BroadcastInt16x8(int16(e.Above[Origin-1]))
	above := e.Above.load8(Origin)
	if width == 4 {
		above = twoRows(above, above)
	}
	dx := above.AsInt16x8().Sub(corner)
	pLeft := dx.Abs()
	for i := 0; len(dst) >= 8; i += 8 / width {
		left := e.leftOf(i, width).AsInt16x8()
		dy := left.Sub(corner)
		pTop, pTopLeft := dy.Abs(), dx.Add(dy).Abs()
		v := corner.Merge(above.AsInt16x8(), pTop.Greater(pTopLeft)).Merge(left, pLeft.Greater(pTop.Min(pTopLeft)))
		v.AsUint16x8().Store((*[8]uint16)(dst))
		dst = dst[8:]
	}
}

// leftOf returns the samples to the left of row i, or for a width of 4 of rows i and i+1,
// as often as the rows are wide.
func (e *Edges) leftOf(i, width int) samples8 {
	v := archsimd.BroadcastUint16x8(e.Left[Origin+i])
	if width == 4 {
		v = twoRows(v, archsimd.BroadcastUint16x8(e.Left[Origin+i+1]))
	}
	return v
}

// smooth16 does smooth for blocks 16 or 32 wide. It uses both sums' differences from
// 65535, so that their average is rounded down.
func (e *Edges) smooth16(dst []uint16, mode Mode, width, height int) {
	weightsX, weightsY := weightsOf(width), weightsOf(height)
	right, bottom := archsimd.BroadcastUint16x16(e.Above[Origin+width-1]), archsimd.BroadcastUint16x16(e.Left[Origin+height-1])
	startX := archsimd.BroadcastUint16x16(1<<16 - 1 - e.Above[Origin+width-1]<<8)
	startY := archsimd.BroadcastUint16x16(1<<16 - 1 - e.Left[Origin+height-1]<<8)
	half, byEight := archsimd.BroadcastUint16x16(127), archsimd.BroadcastUint16x16(1<<8)
	for x := 0; x < width; x += 16 {
		wx := archsimd.LoadUint16x16((*[16]uint16)(weightsX[x:]))
		dy := bottom.Sub(e.Above.load16(Origin + x))
		for i := range height {
			down := archsimd.BroadcastUint16x16(weightsY[i]).Mul(dy).Add(startY)
			across := right.Sub(archsimd.BroadcastUint16x16(e.Left[Origin+i])).Mul(wx).Add(startX)
			switch mode {
			case SmoothV:
				across = down
			case SmoothH:
				down = across
			}
			half.Sub(down.Average(across)).MulHigh(byEight).Store((*[16]uint16)(dst[i*width+x:]))
		}
	}
}

// smooth8 does smooth for blocks 4 or 8 wide.
func (e *Edges) smooth8(dst []uint16, mode Mode, width, height int) {
	weightsX, weightsY := weightsOf(width), weightsOf(height)
	right, bottom := archsimd.BroadcastUint16x8(e.Above[Origin+width-1]), archsimd.BroadcastUint16x8(e.Left[Origin+height-1])
	startX := archsimd.BroadcastUint16x8(1<<16 - 1 - e.Above[Origin+width-1]<<8)
	startY := archsimd.BroadcastUint16x8(1<<16 - 1 - e.Left[Origin+height-1]<<8)
	half, byEight := archsimd.BroadcastUint16x8(127), archsimd.BroadcastUint16x8(1<<8)
	wx, dy := archsimd.LoadUint16x8((*[8]uint16)(weightsX[:])), bottom.Sub(e.Above.load8(Origin))
	if width == 4 {
		wx, dy = twoRows(wx, wx), twoRows(dy, dy)
	}
	for i := 0; len(dst) >= 8; i += 8 / width {
		wy := archsimd.BroadcastUint16x8(weightsY[i&31])
		if width == 4 {
			wy = twoRows(wy, archsimd.BroadcastUint16x8(weightsY[(i+1)&31]))
		}
		down, across := wy.Mul(dy).Add(startY), right.Sub(e.leftOf(i, width)).Mul(wx).Add(startX)
		switch mode {
		case SmoothV:
			across = down
		case SmoothH:
			down = across
		}
		half.Sub(down.Average(across)).MulHigh(byEight).Store((*[8]uint16)(dst))
		dst = dst[8:]
	}
}
