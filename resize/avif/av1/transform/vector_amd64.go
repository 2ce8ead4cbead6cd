//go:build goexperiment.simd && amd64

package transform

import "simd/archsimd"

// The transforms with AVX2, to the same bits. A vector is a piece of a row, so that columns
// are transformed together. Then the block is transposed and its rows are transformed.
// Vectors of 16 samples may be wider than a block; the excess is undefined.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

// lines8 and lines16 are the part of a Block that a kernel reads, from a column on.
type (
	lines8  [(maxSize-1)*Stride + 8]int16
	lines16 [(maxSize-1)*Stride + 16]int16
)

// transformLines transforms columns of block in place with the kernel of a kind for
// points. Points after the first inputs must be zero. It rounds columns up to whole
// vectors.
func transformLines(block *Block, points, columns, inputs, kind int, inverse bool) {
	if points >= 16 {
		for x := 0; x < columns; x += 16 {
			lines := (*lines16)(block[x:])
			if inverse {
				inverseLines16(lines, points, inputs, kind)
			} else {
				forwardLines16(lines, points, kind)
			}
		}
		return
	}
	archsimd.ClearAVXUpperBits() // kernels of 8 lanes may use instructions that are slow with upper halves in use
	for x := 0; x < columns; x += 8 {
		lines := (*lines8)(block[x:])
		if inverse {
			inverseLines8(lines, points, inputs, kind)
		} else {
			forwardLines8(lines, points, kind)
		}
	}
}

func forwardLines8(l *lines8, points, kind int) {
	switch {
	case points == 4 && kind == 0:
		vectorForwardDCT4(l, l)
	case points == 4:
		vectorForwardADST4(l, l)
	case kind == 0:
		vectorForwardDCT8(l, l)
	default:
		vectorForwardADST8(l, l)
	}
}

func forwardLines16(l *lines16, points, kind int) {
	switch {
	case points == 32:
		vectorForwardDCT32(l, l)
	case kind == 0:
		vectorForwardDCT16(l, l)
	default:
		vectorForwardADST16(l, l)
	}
}

func inverseLines8(l *lines8, points, inputs, kind int) {
	switch {
	case points == 4 && kind == 0:
		vectorInverseDCT4(l, l)
	case points == 4:
		vectorInverseADST4(l, l)
	case kind == 0 && inputs <= 4:
		vectorInverseDCT8Of4(l, l)
	case kind == 0:
		vectorInverseDCT8(l, l)
	case inputs <= 4:
		vectorInverseADST8Of4(l, l)
	default:
		vectorInverseADST8(l, l)
	}
}

func inverseLines16(l *lines16, points, inputs, kind int) {
	switch {
	case points == 32 && inputs <= 4:
		vectorInverseDCT32Of4(l, l)
	case points == 32 && inputs <= 8:
		vectorInverseDCT32Of8(l, l)
	case points == 32 && inputs <= 16:
		vectorInverseDCT32Of16(l, l)
	case points == 32:
		vectorInverseDCT32(l, l)
	case kind == 0 && inputs <= 4:
		vectorInverseDCT16Of4(l, l)
	case kind == 0 && inputs <= 8:
		vectorInverseDCT16Of8(l, l)
	case kind == 0:
		vectorInverseDCT16(l, l)
	case inputs <= 4:
		vectorInverseADST16Of4(l, l)
	case inputs <= 8:
		vectorInverseADST16Of8(l, l)
	default:
		vectorInverseADST16(l, l)
	}
}

// vectorForward does Forward. It returns false if the processor lacks AVX2.
func (t *Transformer) vectorForward(coefs []int32, residual *Block, width, height int, kind Type) bool {
	if !hasVectors() {
		return false
	}
	switch {
	case width == 4 && height == 4:
		forward4x4((*[16]int32)(coefs), residual, kind)
		return true
	case width == 8 && height == 8:
		forward8x8((*[64]int32)(coefs), (*lines8)(residual[:]), kind)
		return true
	}
	area := log2(width) + log2(height)
	begin, end := forwardShifts(area, 255)
	if forwardEnd[area] > 0 {
		begin, end = forwardShifts(area, vectorMagnitudes(residual, width, height))
	}
	vectorShift(&t.between[0], residual, width, height, begin)
	transformLines(&t.between[0], height, width, height, kind.columns(), false)
	transpose(&t.between[1], &t.between[0], height, width, forwardBetween[area])
	transformLines(&t.between[1], width, height, width, kind.rows(), false)
	widen(coefs, &t.between[1], width, height, end)
	if oblong(width, height) {
		for i, c := range coefs {
			coefs[i] = round(c*invSqrt2, 12)
		}
	}
	archsimd.ClearAVXUpperBits()
	return true
}

// vectorInverse does Inverse. It returns false if the processor lacks AVX2.
func (t *Transformer) vectorInverse(residual *Block, coefs []int32, width, height int, kind Type, columns, rows int) bool {
	if !hasVectors() {
		return false
	}
	if columns == 1 && rows == 1 && kind == DCTDCT {
		t.inverseDC(residual, coefs[0], width, height)
		return true
	}
	switch {
	case width == 4 && height == 4:
		inverse4x4(residual, (*[16]int32)(coefs), kind, columns, rows)
		return true
	case width == 8 && height == 8:
		inverse8x8((*lines8)(residual[:]), (*[64]int32)(coefs), kind, columns, rows)
		return true
	}
	area := log2(width) + log2(height)
	inputs := kernelInputs(columns, width)
	narrow(&t.between[0], coefs, height, columns, rows)
	if oblong(width, height) {
		scaleOblong(&t.between[0], columns, rows)
	}
	for u := columns; u < inputs; u++ {
		clearLine(&t.between[0], u)
	}
	transformLines(&t.between[0], width, rows, inputs, kind.rows(), true)
	inputs = kernelInputs(rows, height)
	transpose(&t.between[1], &t.between[0], width, inputs, inverseRowShift[area])
	for v := rows; v < inputs; v++ {
		clearLine(&t.between[1], v)
	}
	transformLines(&t.between[1], height, width, inputs, kind.columns(), true)
	roundLines(residual, &t.between[1], width, height)
	archsimd.ClearAVXUpperBits()
	return true
}

// kernelInputs returns how many points the kernel for inputs reads.
func kernelInputs(inputs, points int) int {
	switch {
	case inputs <= 4:
		return 4
	case inputs <= 8:
		return 8
	case inputs <= 16:
		return 16
	}
	return points
}

// inverseDC does Inverse of one coefficient.
func (t *Transformer) inverseDC(residual *Block, dc int32, width, height int) {
	dc = saturate(dc)
	if oblong(width, height) {
		dc = round(dc*invSqrt2, 12)
	}
	dc = round(round(dc*invSqrt2, 12), inverseRowShift[log2(width)+log2(height)])
	d := archsimd.BroadcastInt16x16(int16(round(round(dc*invSqrt2, 12), inverseColumnShift)))
	for y := range height {
		row := (*[Stride]int16)(residual[y*Stride:])
		d.Store((*[16]int16)(row[:]))
		if width == 32 {
			d.Store((*[16]int16)(row[16:]))
		}
	}
	archsimd.ClearAVXUpperBits()
}
