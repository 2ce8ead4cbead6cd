package jpeg

import (
	"context"
	"math/bits"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// codedPlane is a component of the picture: its blocks row by row, of which none
// lies beyond the edge as a whole.
type codedPlane struct {
	across, down int // blocks
	blocks       []biasedBlock
	levels       []uint8 // of a mask, a block each

	// Blocks of luma with samples that a decoder limits, and what the last
	// quantizer has had in their place.
	limited []int32
	relaxed []biasedBlock

	// What the last quantizer has made of them.
	quantized []quantizedBlock
	values    []codedValue // of AC coefficients that are not 0, in the order of blocks and zigzag
}

// quantizedBlock is a block of a codedPlane after quantisation.
type quantizedBlock struct {
	nonzero uint64 // the AC coefficients that are not 0
	large   uint64 // those that are neither 0 nor ±1
	odd     uint64 // the lowest bits of their magnitudes, the first in the top bit
	at      uint32 // the place of the first in values
	dc      int16
}

// transform fills p.blocks and, of luma, p.limited.
func (p *codedPlane) transform(ctx context.Context, from *plane.Plane, luma bool) error {
	p.across, p.down = ceilDiv(from.Width, 8), ceilDiv(from.Height, 8)
	p.blocks = atLeast(p.blocks, p.across*p.down)
	p.limited = p.limited[:0]
	for by := range p.down {
		if err := ctx.Err(); err != nil {
			return err
		}
		for bx := range p.across {
			i := by*p.across + bx
			var padded [64]uint8
			src, stride := samplesOf(&padded, from, bx, by)
			p.blocks[i].transform(src, stride)
			if luma && anyLimit(src, stride) && p.blocks[i].anyAC() {
				p.limited = append(p.limited, int32(i))
			}
		}
	}
	return nil
}

// find finds the AC coefficients that q leaves, and returns their number. Samples are
// those of the plane that was transformed.
func (p *codedPlane) find(ctx context.Context, q *quantizer, from *plane.Plane) (int, error) {
	p.quantized = atLeast(p.quantized, len(p.blocks))
	p.relaxed = atLeast(p.relaxed, len(p.limited))
	n, limited := 0, 0
	for i := range p.blocks {
		if i%p.across == 0 {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
		}
		b := &p.blocks[i]
		if limited < len(p.limited) && int(p.limited[limited]) == i {
			b = &p.relaxed[limited]
			*b = p.blocks[i]
			var padded [64]uint8
			src, stride := samplesOf(&padded, from, i%p.across, i/p.across)
			b.relax(q, p.levels[i], src, stride)
			limited++
		}
		set := q.find(b, p.levels[i]) &^ 1
		p.quantized[i].nonzero, p.quantized[i].at = set, uint32(n)
		n += bits.OnesCount64(set)
	}
	p.values = atLeast(p.values, n)
	return n, nil
}

// quantize divides what find has found by its steps, and counts the symbols that it
// takes in one sequential scan (T.81, F.1.2.2).
func (p *codedPlane) quantize(ctx context.Context, q *quantizer, counts *symbolCounts) error {
	limited, sixteens := 0, 0
	for i := range p.quantized {
		if i%p.across == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		b, coefficients := &p.quantized[i], &p.blocks[i]
		if limited < len(p.limited) && int(p.limited[limited]) == i {
			coefficients = &p.relaxed[limited]
			limited++
		}
		b.dc = int16(q.quantize(coefficients, 0))
		values := p.values[b.at:][:bits.OnesCount64(b.nonzero)]
		var large, odd uint64
		last, set := 0, b.nonzero
		for n := range values {
			k := bits.TrailingZeros64(set)
			magnitude, sign := q.divide(coefficients, k)
			v := codedValueOf(magnitude, sign)
			values[n] = v
			large |= set & -set & uint64((1-int64(magnitude))>>63)
			odd = odd<<1 | uint64(magnitude)&1
			set &= set - 1
			run := k - last - 1
			last = k
			counts[(run<<4|int(v>>12))&0xff]++
			sixteens += run >> 4
		}
		b.odd = odd << (64 - len(values))
		b.large = large
		if last < 63 {
			counts[endOfBlock]++
		}
	}
	counts[sixteenZero] += int32(sixteens)
	return nil
}
