package vp8

import (
	"context"
	"math/bits"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// analyse measures how busy each macroblock of the source is.
func (e *Encoder) analyse(ctx context.Context) error {
	e.activity = sized(e.activity, e.cols*e.rows)
	s := &e.source[0]
	for row := range e.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		for col := range e.cols {
			sum := int32(0)
			for i := range 4 {
				at := (16*row+i>>1*8)*s.stride + 16*col + i&1*8
				sum += log2(varianceOf(s.pix[at:], s.stride) + 4)
			}
			e.activity[row*e.cols+col] = sum
		}
	}
	return nil
}

// varianceOf returns the variance of 8x8 samples.
func varianceOf(pix []uint8, stride int) uint32 {
	sum, squares := uint32(0), uint32(0)
	for y := range 8 {
		for _, v := range pix[y*stride:][:8] {
			sum += uint32(v)
			squares += uint32(v) * uint32(v)
		}
	}
	return (squares - sum*sum>>6) >> 6
}

// log2 returns approximately the binary logarithm of v, which must not be 0, in
// 1/64.
func log2(v uint32) int32 {
	n := bits.Len32(v) - 1
	return int32(n)<<6 + int32(uint64(v)<<6>>n) - 64
}

// masking is how much a macroblock's quantiser step grows for a doubling of its
// variance: by 2 to the power of masking/256.
const masking = 45

// classify divides macroblocks into segments by how busy they are, because that
// hides errors, and sets the segments' quantisers.
func (e *Encoder) classify() {
	e.segmentOf = sized(e.segmentOf, len(e.activity))
	e.segmented = len(e.activity) > 8
	if e.fuzz != nil {
		e.fuzzSegments()
		return
	}
	if !e.segmented {
		clear(e.segmentOf)
		e.quantiser = [segments]int{e.params.Quantiser, e.params.Quantiser, e.params.Quantiser, e.params.Quantiser}
		return
	}
	centers, mean := e.cluster()
	step := log2(uint32(tables.AC[e.params.Quantiser]) << 8)
	for i, c := range centers {
		// Activities are sums of four logarithms.
		e.quantiser[i] = indexOf(step + (c-mean)*masking>>10)
	}
}

// indexOf returns the last quantiser index whose step has a logarithm, log2 of
// 256 times the step, of at most log; 0 if there is none.
func indexOf(log int32) int {
	i := 0
	for i < tables.Indices-1 && log2(uint32(tables.AC[i+1])<<8) <= log {
		i++
	}
	return i
}

// cluster divides activities into segments, each around its mean. It returns
// those means and the mean of all.
func (e *Encoder) cluster() (centers [segments]int32, mean int32) {
	least, most, sum := e.activity[0], e.activity[0], int64(0)
	for _, a := range e.activity {
		least, most, sum = min(least, a), max(most, a), sum+int64(a)
	}
	mean = int32(sum / int64(len(e.activity)))
	for i := range centers {
		centers[i] = least + (most-least)*int32(2*i+1)/(2*segments)
	}
	for range 6 {
		var sums, counts [segments]int64
		for i, a := range e.activity {
			s := nearest(&centers, a)
			e.segmentOf[i] = s
			sums[s] += int64(a)
			counts[s]++
		}
		for i, n := range counts {
			if n > 0 {
				centers[i] = int32(sums[i] / n)
			}
		}
	}
	return centers, mean
}

// nearest returns which of the ascending centers is nearest to a.
func nearest(centers *[segments]int32, a int32) uint8 {
	s := 0
	for s < segments-1 && 2*a > centers[s]+centers[s+1] {
		s++
	}
	return uint8(s)
}

// fuzzSegments chooses random segments.
func (e *Encoder) fuzzSegments() {
	e.segmented = e.fuzz(4) > 0
	clear(e.segmentOf)
	for i := range e.quantiser {
		e.quantiser[i] = e.params.Quantiser
	}
	if !e.segmented {
		return
	}
	for i := range e.quantiser {
		e.quantiser[i] = e.fuzz(1 + e.fuzz(128))
	}
	for i := range e.segmentOf {
		e.segmentOf[i] = uint8(e.fuzz(segments))
	}
}
