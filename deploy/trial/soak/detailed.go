package main

import (
	"image"
	"math/rand/v2"
)

// detailed returns a picture that has details of every size, each as strong as the others,
// as photographs do.
func detailed(width, height int) *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	for i, p := range []struct {
		pix    []uint8
		stride int
		levels float64
	}{{img.Y, img.YStride, 24}, {img.Cb, img.CStride, 6}, {img.Cr, img.CStride, 6}} {
		random := rand.New(rand.NewPCG(uint64(width)<<32|uint64(height), uint64(i)))
		drawDetails(p.pix, p.stride, p.levels, random)
	}
	return img
}

// The shortest and the longest period of details, in pixels.
const finest, coarsest = 2, 1024

// drawDetails draws layers of random hills around a mean of 128: one for each period, each
// levels high.
func drawDetails(pix []uint8, stride int, levels float64, random *rand.Rand) {
	sum := make([]float32, stride)
	var layers []*hills
	for period := coarsest; period >= finest; period /= 2 {
		layers = append(layers, &hills{period: period, levels: levels, random: random})
	}
	for y := range len(pix) / stride {
		for x := range sum {
			sum[x] = 128.5
		}
		for _, l := range layers {
			l.addRow(sum, y)
		}
		row := pix[y*stride:][:stride]
		for x, v := range sum {
			row[x] = uint8(max(0, min(255, v)))
		}
	}
}

// hills are random heights on a grid, with straight slopes between them.
type hills struct {
	period       int
	levels       float64
	random       *rand.Rand
	above, below []float32
}

// addRow adds the heights along row y to sum. Rows come in order.
func (h *hills) addRow(sum []float32, y int) {
	if y%h.period == 0 {
		if h.below == nil {
			h.below = h.newRow(len(sum))
		}
		h.above, h.below = h.below, h.newRow(len(sum))
	}
	down := float32(y%h.period) / float32(h.period)
	for i := 0; i*h.period < len(sum); i++ {
		left := h.above[i] + down*(h.below[i]-h.above[i])
		right := h.above[i+1] + down*(h.below[i+1]-h.above[i+1])
		step := (right - left) / float32(h.period)
		for x := i * h.period; x < min(len(sum), (i+1)*h.period); x++ {
			sum[x] += left
			left += step
		}
	}
}

// newRow returns random heights for a row of the grid over a number of pixels.
func (h *hills) newRow(pixels int) []float32 {
	row := make([]float32, pixels/h.period+2)
	for i := range row {
		row[i] = float32(h.levels * (h.random.Float64() - 0.5))
	}
	return row
}
