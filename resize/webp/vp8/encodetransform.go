package vp8

// fourBlocks holds the coefficients of four blocks of 4x4. The coefficient of
// block b with horizontal frequency x and vertical frequency y is at 16*x+4*b+y.
type fourBlocks [64]int16

// The inverse transform's factors (RFC 6386 section 14.4), √2·cos(π/8) and
// √2·sin(π/8), each minus 1, in 1/65536.
const (
	cosine = 20091
	sine   = 35468 - 1<<16
)

// timesCosine and timesSine multiply by the factors and round down.
func timesCosine(v int32) int32 { return v + v*cosine>>16 }
func timesSine(v int32) int32   { return v + v*sine>>16 }

// forward sets coefs to the transforms of four blocks side by side, of src minus
// prediction. Their scale is that of the inverse transform's input: 8 for a DC of
// 1.
func forward(coefs *fourBlocks, src []uint8, stride int, prediction []uint8, predictionStride int) {
	if vectorForward(coefs, src, stride, prediction, predictionStride) {
		return
	}
	scalarForward(coefs, src, stride, prediction, predictionStride)
}

// scalarForward computes forward without vectors.
func scalarForward(coefs *fourBlocks, src []uint8, stride int, prediction []uint8, predictionStride int) {
	for b := range 4 {
		var columns [16]int32
		for x := range 4 {
			at := func(y int) int32 {
				return (int32(src[y*stride+4*b+x]) - int32(prediction[y*predictionStride+4*b+x])) << 3
			}
			transformFour(columns[4*x:], at(0), at(1), at(2), at(3))
		}
		for y := range 4 {
			var row [4]int32
			transformFour(row[:], columns[y], columns[4+y], columns[8+y], columns[12+y])
			for x, v := range row {
				coefs[16*x+4*b+y] = int16((v + 8) >> 4)
			}
		}
	}
}

// transformFour stores the transform of four samples, at twice their scale, in to.
func transformFour(to []int32, a, b, c, d int32) {
	s, t := a+d, b+c
	u, v := a-d, b-c
	to[0], to[2] = s+t, s-t
	to[1] = timesCosine(u) + timesSine(v)
	to[3] = timesSine(u) - timesCosine(v)
}

// forwardY2 removes the DCs of 16 blocks, row by row, and sets the first block of
// y2 to their Walsh-Hadamard transform, in the scale of the inverse one's input
// (RFC 6386 section 14.3).
func forwardY2(y2 *fourBlocks, blocks *[4]fourBlocks) {
	var columns [16]int32
	for x := range 4 {
		at := func(y int) int32 {
			v := int32(blocks[y][4*x])
			blocks[y][4*x] = 0
			return v
		}
		hadamardFour(columns[4*x:], at(0), at(1), at(2), at(3))
	}
	for y := range 4 {
		var row [4]int32
		hadamardFour(row[:], columns[y], columns[4+y], columns[8+y], columns[12+y])
		for x, v := range row {
			y2[16*x+y] = int16((v + 1) >> 1)
		}
	}
}

// hadamardFour stores sums and differences of four numbers in to, ordered by how
// often signs change.
func hadamardFour(to []int32, a, b, c, d int32) {
	s, t := a+d, b+c
	u, v := a-d, b-c
	to[0], to[2] = s+t, s-t
	to[1], to[3] = u+v, u-v
}
