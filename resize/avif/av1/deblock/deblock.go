// Package deblock filters the edges of transform blocks in reconstructed planes of 8
// bits. It follows section 7.14 (Loop filter process) of the AV1 specification for intra
// frames without segmentation, delta_lf and loop_filter_delta.
//
// With AVX2 and GOEXPERIMENT=simd vectors do the work, with the same results.
package deblock

import "math/bits"

// Plane is one plane of a frame. Luma's filters are longer than chroma's.
type Plane struct {
	// Pix has row y at y*Stride. The numbers of rows and columns are multiples of 4, and
	// 32 readable samples must follow the last row.
	Pix           []uint8
	Stride        int
	Width, Height int // the visible part; for chroma half of the frame's, rounded up
	Chroma        bool

	// Sizes has the Size of the transform block at each 4x4 samples: that of (x, y) at
	// y/4*SizesStride + x/4. Pix must hold all samples of these blocks.
	Sizes       []Size
	SizesStride int
}

// Size is the size of a transform block.
type Size uint8

// SizeOf returns the Size of width x height samples, 4 to 64 each.
func SizeOf(width, height int) Size {
	return Size(bits.Len(uint(width)) - 1 | (bits.Len(uint(height))-1)<<4)
}

func (s Size) log2Width() int  { return int(s & 15) }
func (s Size) log2Height() int { return int(s >> 4) }

// MaxLevel is the highest level of a filter.
const MaxLevel = 63

// Filter filters all vertical edges at level vertical, then all horizontal edges at level
// horizontal (loop_filter_level). Levels are 0 … MaxLevel; 0 filters nothing. sharpness
// is loop_filter_sharpness, 0 … 7.
func (p *Plane) Filter(vertical, horizontal, sharpness int) {
	if vertical > 0 {
		l := limitsOf(vertical, sharpness)
		if !p.vectorVertical(&l) {
			p.filterVertical(&l)
		}
	}
	if horizontal > 0 {
		l := limitsOf(horizontal, sharpness)
		if !p.vectorHorizontal(&l) {
			p.filterHorizontal(&l)
		}
	}
}

// units returns how many visible units, 4x4 samples, there are across and down.
func (p *Plane) units() (columns, rows int) { return (p.Width + 3) / 4, (p.Height + 3) / 4 }

// filterVertical filters all vertical edges without vectors.
func (p *Plane) filterVertical(l *limits) {
	columns, rows := p.units()
	for row := range rows {
		sizes := p.Sizes[row*p.SizesStride:][:columns]
		for column := 1; column < columns; column++ {
			if taps := p.verticalEdge(sizes, column); taps > 0 {
				at := row*4*p.Stride + column*4
				for i := range 4 {
					l.filter(p.Pix, at+i*p.Stride, 1, taps)
				}
			}
		}
	}
}

// filterHorizontal filters all horizontal edges without vectors.
func (p *Plane) filterHorizontal(l *limits) {
	columns, rows := p.units()
	for row := 1; row < rows; row++ {
		above, below := p.Sizes[(row-1)*p.SizesStride:][:columns], p.Sizes[row*p.SizesStride:][:columns]
		for column := range columns {
			if taps := p.horizontalEdge(above[column], below[column], row); taps > 0 {
				at := row*4*p.Stride + column*4
				for i := range 4 {
					l.filter(p.Pix, at+i, p.Stride, taps)
				}
			}
		}
	}
}

// taps says how long a filter may be.
type taps uint8

const (
	none   taps = iota // there is no edge
	four               // filterSize of 4
	six                // filterSize of 8 in chroma
	eight              // filterSize of 8 in luma
	longer             // filterSize of 16
)

// tapsOf are the filters of section 7.14.3 (Filter size process) for luma and chroma, by
// the lesser log2 of the sizes on both sides.
var tapsOf = [2][7]taps{
	{2: four, 3: eight, 4: longer, 5: longer, 6: longer},
	{2: four, 3: six, 4: six, 5: six, 6: six},
}

// verticalEdge returns the filter of the edge to the left of a column, given the sizes of
// a row of units.
func (p *Plane) verticalEdge(sizes []Size, column int) taps {
	own := sizes[column].log2Width()
	if column&(1<<own>>2-1) != 0 {
		return none
	}
	return p.tapsOf()[min(own, sizes[column-1].log2Width())]
}

// horizontalEdge returns the filter of the edge between the unit above and the unit
// below, which is in row.
func (p *Plane) horizontalEdge(above, below Size, row int) taps {
	own := below.log2Height()
	if row&(1<<own>>2-1) != 0 {
		return none
	}
	return p.tapsOf()[min(own, above.log2Height())]
}

func (p *Plane) tapsOf() *[7]taps {
	if p.Chroma {
		return &tapsOf[1]
	}
	return &tapsOf[0]
}
