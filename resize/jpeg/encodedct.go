package jpeg

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// biasedBlock holds the 64 coefficients of a block in the order of blockPlace.
// They are 8 times as large as T.81 (A.3.3) defines them, with the level shift,
// and with coefficientBias added to make them positive.
type biasedBlock [64]uint16

// blockPlace returns the place in a biasedBlock of the coefficient of u periods
// in 16 samples across and v down. The order is the one in which vectors of four
// rows of a column are made; DC is first.
func blockPlace(u, v int) uint8 { return uint8(u/2*16 + v/4*8 + u%2*4 + v%4) }

// zigzagPlace and rowPlace map coefficients to their places in a biasedBlock:
// zigzagPlace by index in the order of zigzag, rowPlace by index row by row.
var zigzagPlace, rowPlace = func() (zigzagged, rows [64]uint8) {
	for i := range rows {
		rows[i] = blockPlace(i%8, i/8)
	}
	for k, at := range zigzag {
		zigzagged[k] = rows[at]
	}
	return zigzagged, rows
}()

// coefficientBias is more than any coefficient: 8 times 1024.
const coefficientBias = 0x4000

// samplesOf returns the samples of block bx, by of p, and their stride. A block
// that crosses p's edge is copied to padded.
func samplesOf(padded *[64]uint8, p *plane.Plane, bx, by int) (src []uint8, stride int) {
	if 8*bx+8 > p.Width || 8*by+8 > p.Height {
		copyPadded(padded, p, 8*bx, 8*by)
		return padded[:], 8
	}
	return p.Pix[8*by*p.Stride+8*bx:], p.Stride
}

// transform sets b to the forward DCT of 8 × 8 samples.
func (b *biasedBlock) transform(src []uint8, stride int) {
	if !b.vectorForward(src, stride) {
		b.forward(src, stride)
	}
	b[0] -= 128 * 8 * 8 // the level shift (A.3.1)
}

// forward sets b to the forward DCT of 8 × 8 samples, without the level shift.
func (b *biasedBlock) forward(src []uint8, stride int) {
	// All columns, two at a time: column i in the lower 32 bits and i+4 in the
	// upper. Sums and products of such pairs are right in both, whatever their
	// signs, as long as the lower results stay within 32 bits.
	const even = 0x000000ff_000000ff
	var pairs [4][8]int64
	for y := range 8 {
		row := binary.LittleEndian.Uint64(src[y*stride:])
		pairs[0][y] = int64(row & even)
		pairs[1][y] = int64(row >> 8 & even)
		pairs[2][y] = int64(row >> 16 & even)
		pairs[3][y] = int64(row >> 24 & even)
	}
	for i := range pairs {
		forwardDCT(&pairs[i])
	}
	for y := range 8 {
		var row [8]int64
		row[0], row[4] = unpackRounded(pairs[0][y])
		row[1], row[5] = unpackRounded(pairs[1][y])
		row[2], row[6] = unpackRounded(pairs[2][y])
		row[3], row[7] = unpackRounded(pairs[3][y])
		forwardDCT(&row)
		to := (*[8]uint8)(rowPlace[8*y:])
		for x := range row {
			b[to[x]&63] = uint16((row[x] + biasRounded) >> forwardShift)
		}
	}
}

const (
	// betweenShift drops the bits that the first pass has beyond what the second
	// can take: 3 more fractional bits than the result.
	betweenShift = dctBits - 3
	betweenRound = 1 << (betweenShift - 1)

	// forwardShift drops the bits that the second pass has beyond a biasedBlock.
	forwardShift = dctBits + 3
	biasRounded  = coefficientBias<<forwardShift + 1<<(forwardShift-1)
)

// unpackRounded returns the two numbers of a pair, rounded for the second pass.
func unpackRounded(pair int64) (low, high int64) {
	low = int64(int32(pair))
	return (low + betweenRound) >> betweenShift, ((pair-low)>>32 + betweenRound) >> betweenShift
}

// copyPadded copies the block at (x0, y0), which crosses p's edge, and repeats
// the last samples beyond the edge.
func copyPadded(to *[64]uint8, p *plane.Plane, x0, y0 int) {
	for y := range 8 {
		row := p.Pix[min(y0+y, p.Height-1)*p.Stride:]
		for x := range 8 {
			to[8*y+x] = row[min(x0+x, p.Width-1)]
		}
	}
}

// dctBits is how many fractional bits the factors in forwardDCT have.
const dctBits = 13

// The factors of forwardDCT.
const (
	f0298 = 2446  // 0.298631336 << dctBits
	f0390 = 3196  // 0.390180644
	f0541 = 4433  // 0.541196100
	f0765 = 6270  // 0.765366865
	f0899 = 7373  // 0.899976223
	f1175 = 9633  // 1.175875602
	f1501 = 12299 // 1.501321110
	f1847 = 15137 // 1.847759065
	f1961 = 16069 // 1.961570560
	f2053 = 16819 // 2.053119869
	f2562 = 20995 // 2.562915447
	f3072 = 25172 // 3.072711026
)

// forwardDCT computes the DCT of 8 points, times √8 and 1<<dctBits. It uses the
// algorithm of Loeffler, Ligtenberg and Moschytz (Practical Fast 1-D DCT
// Algorithms with 11 Multiplications, ICASSP 1989), in libjpeg's form with 12
// multiplications.
func forwardDCT(x *[8]int64) {
	s0, d0 := x[0]+x[7], x[0]-x[7]
	s1, d1 := x[1]+x[6], x[1]-x[6]
	s2, d2 := x[2]+x[5], x[2]-x[5]
	s3, d3 := x[3]+x[4], x[3]-x[4]

	e0, e3 := s0+s3, s0-s3
	e1, e2 := s1+s2, s1-s2
	x[0] = (e0 + e1) << dctBits
	x[4] = (e0 - e1) << dctBits
	z := (e2 + e3) * f0541
	x[2] = z + e3*f0765
	x[6] = z - e2*f1847

	z1 := (d3 + d0) * -f0899
	z2 := (d2 + d1) * -f2562
	z3, z4 := d3+d1, d2+d0
	z5 := (z3 + z4) * f1175
	z3 = z5 - z3*f1961
	z4 = z5 - z4*f0390
	x[7] = d3*f0298 + z1 + z3
	x[5] = d2*f2053 + z2 + z4
	x[3] = d1*f3072 + z2 + z3
	x[1] = d0*f1501 + z1 + z4
}
