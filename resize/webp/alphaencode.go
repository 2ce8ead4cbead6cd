package webp

import (
	"context"
	"math"
	"slices"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Filters of alpha (RFC 9649 section 2.7.1.2) leave the difference between a
// sample and a neighbour, or a value estimated from three neighbours.
const (
	alphaUnfiltered = 0
	alphaFilters    = 4 // the number of filters
)

// filter writes to out what filter f leaves of p, row by row without gaps. out
// must have room for all of it.
func filter(out []uint8, p plane.Plane, f int) {
	w := p.Width
	for y := range p.Height {
		row := p.Pix[y*p.Stride:][:w]
		to := out[y*w:][:w]
		if f == alphaUnfiltered {
			copy(to, row)
			continue
		}
		left := 0
		if y > 0 {
			left = int(p.Pix[(y-1)*p.Stride]) // for the first sample, the one above
		}
		if y == 0 || f == alphaHorizontal {
			for x, v := range row {
				to[x] = v - uint8(left)
				left = int(v)
			}
			continue
		}
		above := p.Pix[(y-1)*p.Stride:][:w]
		if f == alphaVertical {
			for x, v := range row {
				to[x] = v - above[x]
			}
			continue
		}
		corner := left
		for x, v := range row {
			to[x] = v - uint8(min(255, max(0, left+int(above[x])-corner)))
			left, corner = int(v), int(above[x])
		}
	}
}

// codeAlpha returns the body of an ALPH chunk for p: lossless data, filtered if
// that is shorter, or the samples themselves if those are shorter. The error is
// ctx's.
func (c *coder) codeAlpha(ctx context.Context, p plane.Plane) ([]byte, error) {
	c.samples = resized(c.samples, p.Width*p.Height)
	best := []byte(nil)
	for _, f := range slices.Compact([]int{alphaUnfiltered, likely(p, c.samples)}) {
		filter(c.samples, p, f)
		data, err := c.vp8l.EncodeAlpha(ctx, c.samples, p.Width, p.Width, p.Height)
		if err != nil {
			return nil, err
		}
		if best == nil || 1+len(data) < len(best) {
			best = append([]byte{byte(f<<2 | alphaLossless)}, data...)
		}
	}
	if n := 1 + p.Width*p.Height; len(best) > n {
		best = append(best[:0], alphaUnfiltered<<2)
		for y := range p.Height {
			best = append(best, p.Pix[y*p.Stride:][:p.Width]...)
		}
	}
	return best, nil
}

// likely returns the filter that leaves samples of the least entropy, if that is
// clearly less than without a filter. scratch must have room for the samples.
func likely(p plane.Plane, scratch []uint8) int {
	best, least := alphaUnfiltered, 0.0
	for f := range alphaFilters {
		filter(scratch, p, f)
		e := entropy(scratch)
		if f == alphaUnfiltered {
			least = e * worthFiltering
		} else if e < least {
			best, least = f, e
		}
	}
	return best
}

// worthFiltering is the largest part of the entropy that filtering may leave to
// be worth it. Repeated samples are found without a filter, and less often with
// one.
const worthFiltering = 0.7

// entropy returns how many bits samples hold, each taken alone.
func entropy(samples []uint8) float64 {
	var counts [256]int
	for _, v := range samples {
		counts[v]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			bits -= float64(float64(n) * math.Log2(float64(n)/float64(len(samples)))) // not fused
		}
	}
	return bits
}
