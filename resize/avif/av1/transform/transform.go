// Package transform transforms blocks of residuals to coefficients and back, as section
// 7.13 (Inverse transform process) of the AV1 specification says for samples of 8 bits.
// It also computes residuals, their cost by Hadamard transforms, and reconstructions.
//
// Blocks have 4, 8, 16 or 32 samples in each direction; neither side is more than four
// times the other. A residual is a Block, in rows. Coefficients lie transposed: a block
// of width x height has width*height of them, and the one of horizontal frequency u and
// vertical frequency v is at u*height + v.
//
// With AVX2 and GOEXPERIMENT=simd vectors do the work, to the same bits.
package transform

import "math/bits"

//go:generate go run ./gen

// Stride is the distance of a Block's rows, whatever the block's size.
const Stride = 32

// Block holds a residual: sample (x, y) is at y*Stride + x. Samples beyond the block's
// width are undefined, and functions here may change them.
type Block [Stride * Stride]int16

// Type is a transform type, numbered as PlaneTxType (section 6.10.19). Its first word
// names the transform of columns, the second that of rows.
type Type uint8

// The types. ADST takes up to 16 samples.
const (
	DCTDCT Type = iota
	ADSTDCT
	DCTADST
	ADSTADST
)

func (t Type) columns() int { return int(t & 1) }
func (t Type) rows() int    { return int(t >> 1) }

// Transformer transforms blocks. Nothing that it keeps affects the next block. The zero
// value is ready. A Transformer is for one goroutine.
type Transformer struct {
	between [2]Block
	points  [maxSize]int32
}

// maxSize is the most points of a transform.
const maxSize = 32

// kernel transforms points in place, with weights of 12 fraction bits. It saturates all
// values to 16 bits, both where the specification clamps and where it demands that a
// stream's values fit.
type kernel func(points *[maxSize]int32)

// Kernels of DCT, then ADST, by log2 of the points minus 2.
var (
	forwardKernels = [2][4]kernel{
		{forwardDCT4, forwardDCT8, forwardDCT16, forwardDCT32}, {forwardADST4, forwardADST8, forwardADST16},
	}
	inverseKernels = [2][4]kernel{
		{inverseDCT4, inverseDCT8, inverseDCT16, inverseDCT32}, {inverseADST4, inverseADST8, inverseADST16},
	}
)

// forwardBegin is the forward transform's first left shift, for precision.
const forwardBegin = 2

// Shifts by log2 of the area. The inverse's are the specification's. The forward transform
// shifts right in between, as far as 16 bits demand, and left by the rest at the end. For
// a residual of small values, some of that rest comes first.
var (
	inverseRowShift = [11]uint{6: 1, 7: 1, 8: 2, 9: 1, 10: 2} // Transform_Row_Shift
	forwardBetween  = [11]uint{6: 1, 7: 2, 8: 3, 9: 4, 10: 5}
	forwardEnd      = [11]uint{7: 1, 8: 1, 9: 2, 10: 2}
)

// forwardShifts returns the left shifts at the start and at the end. magnitudes is the
// bitwise or of the residual's absolute values.
func forwardShifts(area int, magnitudes int16) (begin, end uint) {
	spare := min(uint(8-min(bits.Len16(uint16(magnitudes)), 8)), forwardEnd[area])
	return forwardBegin + spare, forwardEnd[area] - spare
}

const (
	inverseColumnShift = 4    // colShift
	invSqrt2           = 2896 // of 1 << 12
)

func log2(n int) int { return bits.Len(uint(n)) - 1 }

// oblong reports whether one side of a block is twice the other, so that its coefficients
// are scaled by the square root of two.
func oblong(width, height int) bool { return width == 2*height || height == 2*width }

// Forward sets coefs, width*height of them, to the transform of a residual of -255 … 255.
// Coefficients of every size are 8 times those of an orthonormal transform. Inverse takes
// the same, but half of that for 16x32, 32x16 and 32x32 samples (see dqDenom in section
// 7.12.3).
func (t *Transformer) Forward(coefs []int32, residual *Block, width, height int, kind Type) {
	coefs = coefs[:width*height]
	if !t.vectorForward(coefs, residual, width, height, kind) {
		t.forward(coefs, residual, width, height, kind)
	}
}

// forward does Forward without vectors.
func (t *Transformer) forward(coefs []int32, residual *Block, width, height int, kind Type) {
	area := log2(width) + log2(height)
	columns, rows := forwardKernels[kind.columns()][log2(height)-2], forwardKernels[kind.rows()][log2(width)-2]
	magnitudes := int16(0)
	for y := range height {
		for _, d := range residual[y*Stride:][:width] {
			magnitudes |= max(d, -d)
		}
	}
	begin, end := forwardShifts(area, magnitudes)
	p := &t.points
	for x := range width {
		for y := range height {
			p[y] = int32(residual[y*Stride+x]) << begin
		}
		columns(p)
		for v := range height {
			t.between[0][v*Stride+x] = int16(round(p[v], forwardBetween[area]))
		}
	}
	for v := range height {
		for x := range width {
			p[x] = int32(t.between[0][v*Stride+x])
		}
		rows(p)
		for u := range width {
			c := p[u] << end
			if oblong(width, height) {
				c = round(c*invSqrt2, 12)
			}
			coefs[u*height+v] = c
		}
	}
}

// Inverse sets residual to the inverse transform of coefs (section 7.13.3, 2D inverse
// transform process), dequantised coefficients of 16 bits. It takes coefficients outside
// of the first columns and rows, 1 or more of each, for zero: it reads those at u*height
// + v for u < columns and v < rows.
func (t *Transformer) Inverse(residual *Block, coefs []int32, width, height int, kind Type, columns, rows int) {
	coefs = coefs[:width*height]
	if !t.vectorInverse(residual, coefs, width, height, kind, columns, rows) {
		t.inverse(residual, coefs, width, height, kind, columns, rows)
	}
}

// inverse does Inverse without vectors.
func (t *Transformer) inverse(residual *Block, coefs []int32, width, height int, kind Type, columns, rows int) {
	area := log2(width) + log2(height)
	rowKernel, columnKernel := inverseKernels[kind.rows()][log2(width)-2], inverseKernels[kind.columns()][log2(height)-2]
	p := &t.points
	for v := range rows {
		for u := range columns {
			p[u] = saturate(coefs[u*height+v])
			if oblong(width, height) {
				p[u] = round(p[u]*invSqrt2, 12)
			}
		}
		clear(p[columns:])
		rowKernel(p)
		for x := range width {
			t.between[0][v*Stride+x] = int16(round(p[x], inverseRowShift[area]))
		}
	}
	for x := range width {
		for v := range rows {
			p[v] = int32(t.between[0][v*Stride+x])
		}
		clear(p[rows:])
		columnKernel(p)
		for y := range height {
			residual[y*Stride+x] = int16(round(p[y], inverseColumnShift))
		}
	}
}

// round does Round2.
func round(x int32, shift uint) int32 {
	if shift == 0 {
		return x
	}
	return (x + 1<<(shift-1)) >> shift
}

// saturate clamps x to 16 bits.
func saturate(x int32) int32 {
	if x != int32(int16(x)) {
		return x>>31 ^ (1<<15 - 1)
	}
	return x
}
