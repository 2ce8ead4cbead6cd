package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/predict"

// Rows are decoded rows of a frame in 4:2:0: sample i of a row of U or V belongs
// to pixels 2i and 2i+1 of two rows of Y.
type Rows struct {
	First, Count             int     // of Y; First is a multiple of 2
	Y, U, V                  []uint8 // the samples, from the first row on
	LumaStride, ChromaStride int     // from a row to the next
}

// A row of macroblocks is decoded into a band, below the last rows of the one
// above. Filtering it changes up to three of those rows, and as many of chroma,
// so they are finished only once the next row is.
const (
	keptRows = 8 // kept rows of luma; half as many of chroma
	bandRows = keptRows + 16
)

// band holds a row of macroblocks, the last rows above it, and the samples right
// above it before they were filtered, from which prediction is made.
type band struct {
	y, u, v                  []uint8
	lumaStride, chromaStride int
	// The last unfiltered row of each macroblock above, or of this row if it is
	// decoded already. lineY has four samples more.
	lineY, lineU, lineV []uint8
}

// reset prepares b for a frame of the given number of macroblocks in a row.
func (b *band) reset(columns int) {
	b.lumaStride, b.chromaStride = 16*columns, 8*columns
	b.y = sized(b.y, bandRows*b.lumaStride)
	b.u, b.v = sized(b.u, bandRows/2*b.chromaStride), sized(b.v, bandRows/2*b.chromaStride)
	b.lineY = sized(b.lineY, b.lumaStride+4)
	b.lineU, b.lineV = sized(b.lineU, b.chromaStride), sized(b.lineV, b.chromaStride)
	for _, line := range [][]uint8{b.lineY, b.lineU, b.lineV} {
		for i := range line {
			line[i] = predict.OutsideAbove
		}
	}
}

// lumaAt and chromaAt return the offsets of the macroblock in column x.
func (b *band) lumaAt(x int) int   { return keptRows*b.lumaStride + 16*x }
func (b *band) chromaAt(x int) int { return keptRows/2*b.chromaStride + 8*x }

// advance makes room for the next row of macroblocks.
func (b *band) advance() {
	copy(b.y[:keptRows*b.lumaStride], b.y[(bandRows-keptRows)*b.lumaStride:])
	const chroma = keptRows / 2
	copy(b.u[:chroma*b.chromaStride], b.u[(bandRows/2-chroma)*b.chromaStride:])
	copy(b.v[:chroma*b.chromaStride], b.v[(bandRows/2-chroma)*b.chromaStride:])
}

// finishLines repeats the last sample of luma to the right of the picture, RFC
// 6386 section 12.3.
func (b *band) finishLines() {
	last := b.lineY[b.lumaStride-1]
	for i := range b.lineY[b.lumaStride:] {
		b.lineY[b.lumaStride+i] = last
	}
}

// put stores the macroblock in column x, and its last rows in the lines.
func (b *band) put(x int, luma *predict.Luma, chroma *predict.Chroma) {
	at := b.lumaAt(x)
	for y := range 16 {
		*(*[16]uint8)(b.y[at:]) = *(*[16]uint8)(luma[predict.LumaAt+y*predict.Stride:])
		at += b.lumaStride
	}
	at = b.chromaAt(x)
	for y := range 8 {
		*(*[8]uint8)(b.u[at:]) = *(*[8]uint8)(chroma[predict.UAt+y*predict.Stride:])
		*(*[8]uint8)(b.v[at:]) = *(*[8]uint8)(chroma[predict.VAt+y*predict.Stride:])
		at += b.chromaStride
	}
	*(*[16]uint8)(b.lineY[16*x:]) = *(*[16]uint8)(luma[predict.LumaAt+15*predict.Stride:])
	*(*[8]uint8)(b.lineU[8*x:]) = *(*[8]uint8)(chroma[predict.UAt+7*predict.Stride:])
	*(*[8]uint8)(b.lineV[8*x:]) = *(*[8]uint8)(chroma[predict.VAt+7*predict.Stride:])
}

// done returns the rows that are finished after a row of macroblocks.
func (d *Decoder) done() *Rows {
	b := &d.band
	end := d.row * 16 // the end of the decoded rows
	first, skipped := max(0, end-bandRows), 0
	if end == 16 {
		skipped = keptRows
	}
	end -= keptRows
	if d.row == d.rows {
		end = d.height
	}
	d.ready = Rows{
		First: first, Count: end - first,
		Y: b.y[skipped*b.lumaStride:], U: b.u[skipped/2*b.chromaStride:], V: b.v[skipped/2*b.chromaStride:],
		LumaStride: b.lumaStride, ChromaStride: b.chromaStride,
	}
	return &d.ready
}
