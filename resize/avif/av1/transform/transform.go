// Package transform transforms blocks of residuals to coefficients and back, as
// section 7.13 (Inverse transform process) of the AV1 specification says for samples
// of 8 bits, and does what goes with it: residuals, their cost by Hadamard
// transforms, and reconstruction.
//
// Blocks are of 4, 8, 16 or 32 samples in each direction, neither of which is more
// than four times the other. A residual is a Block, in rows. Coefficients lie
// transposed: a block of width x height has width*height of them, and the one of
// horizontal frequency u and vertical frequency v is at u*height + v.
//
// With AVX2 and GOEXPERIMENT=simd vectors do the work, to the same bits.
package transform

import "math/bits"

//go:generate go run ./gen

// Stride is how far the rows of a Block are apart, whatever the block's size.
const Stride = 32

// Block holds a residual: sample (x, y) is at y*Stride + x. What it holds beyond the
// width of a block is of no meaning, and functions here may change it.
type Block [Stride * Stride]int16

// Type is a transform type, numbered as PlaneTxType is (section 6.10.19). The first
// word tells what is done in columns, the second what is done in rows.
type Type uint8

// The types. ADST is for up to 16 samples in its direction.
const (
	DCTDCT Type = iota
	ADSTDCT
	DCTADST
	ADSTADST
)

func (t Type) columns() int { return int(t & 1) }
func (t Type) rows() int    { return int(t >> 1) }

// Transformer transforms blocks. It holds what is needed in between, nothing of
// which matters to the next block. The zero value is ready; a Transformer is for one
// goroutine.
type Transformer struct {
	between [2]Block
	points  [maxSize]int32
}

// maxSize is the most points of a transform.
const maxSize = 32

// kernel transforms points in place, with coefficients of 12 bits after the point. In
// the end and in between all values are saturated to 16 bits, where the
// specification clamps and where it demands of a stream that they fit.
type kernel func(points *[maxSize]int32)

// forwardKernels and inverseKernels are those of DCT, then ADST, by log2 of the
// points less 2.
var (
	forwardKernels = [2][4]kernel{
		{forwardDCT4, forwardDCT8, forwardDCT16, forwardDCT32}, {forwardADST4, forwardADST8, forwardADST16},
	}
	inverseKernels = [2][4]kernel{
		{inverseDCT4, inverseDCT8, inverseDCT16, inverseDCT32}, {inverseADST4, inverseADST8, inverseADST16},
	}
)

// Log2 of the area decides about shifts. The inverse has them of the specification.
// The forward transform begins with the residual times four, for precision, and
// shifts in between as much as 16 bits demand, and at the end what is missing then.
// Of a residual that is less than it may be, that is done in the beginning.
const forwardBegin = 2

var (
	inverseRowShift = [11]uint{6: 1, 7: 1, 8: 2, 9: 1, 10: 2} // Transform_Row_Shift
	forwardBetween  = [11]uint{6: 1, 7: 2, 8: 3, 9: 4, 10: 5}
	forwardEnd      = [11]uint{7: 1, 8: 1, 9: 2, 10: 2}
)

// forwardShifts returns the shifts in the beginning and in the end for a residual
// whose absolute values have no bits but those of some.
func forwardShifts(area int, some int16) (begin, end uint) {
	spare := min(uint(8-min(bits.Len16(uint16(some)), 8)), forwardEnd[area])
	return forwardBegin + spare, forwardEnd[area] - spare
}

const (
	inverseColumnShift = 4    // colShift
	invSqrt2           = 2896 // of 1 << 12
)

func log2(n int) int { return bits.Len(uint(n)) - 1 }

// oblong reports whether a block is twice as long in one direction, of which
// coefficients are scaled by the square root of two.
func oblong(width, height int) bool { return width == 2*height || height == 2*width }

// Forward sets coefs, width*height of them, to the transform of a residual of
// -255 … 255. For blocks of every size coefficients are 8 times those of an
// orthonormal transform. What Inverse takes is that, too, but half of it for 16x32,
// 32x16 and 32x32 samples (see dqDenom in section 7.12.3).
func (t *Transformer) Forward(coefs []int32, residual *Block, width, height int, kind Type) {
	coefs = coefs[:width*height]
	if !t.vectorForward(coefs, residual, width, height, kind) {
		t.forward(coefs, residual, width, height, kind)
	}
}

// forward is Forward without vectors.
func (t *Transformer) forward(coefs []int32, residual *Block, width, height int, kind Type) {
	area := log2(width) + log2(height)
	columns, rows := forwardKernels[kind.columns()][log2(height)-2], forwardKernels[kind.rows()][log2(width)-2]
	some := int16(0)
	for y := range height {
		for _, d := range residual[y*Stride:][:width] {
			some |= max(d, -d)
		}
	}
	begin, end := forwardShifts(area, some)
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
// transform process), dequantised coefficients of 16 bits. Only those in the first
// columns and rows, 1 or more of each, may be other than zero, which is to say those at
// u*height + v for u < columns and v < rows.
func (t *Transformer) Inverse(residual *Block, coefs []int32, width, height int, kind Type, columns, rows int) {
	coefs = coefs[:width*height]
	if !t.vectorInverse(residual, coefs, width, height, kind, columns, rows) {
		t.inverse(residual, coefs, width, height, kind, columns, rows)
	}
}

// inverse is Inverse without vectors.
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

// round is Round2.
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
