package jpeg

import (
	"context"
	"math/bits"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// codedPlane is a component of the picture. Its blocks come row by row; none lies
// entirely beyond the edge.
type codedPlane struct {
	across, down int // blocks
	blocks       []biasedBlock
	levels       []uint8 // mask level of each block

	// limited lists the luma blocks with samples at 0 or 255. relaxed holds what
	// the last quantiser got in their place.
	limited []int32
	relaxed []biasedBlock

	// The results of the last quantiser.
	quantised []quantisedBlock
	values    []codedValue // the AC coefficients other than 0, by block, then in the order of zigzag
}

// quantisedBlock is a block of a codedPlane after quantisation.
type quantisedBlock struct {
	nonzero uint64 // set of the AC coefficients that are not 0
	large   uint64 // set of those that are neither 0 nor ±1
	odd     uint64 // lowest bits of the nonzero ones' magnitudes, the first at the top
	at      uint32 // index in values of the first
	dc      int16
}

// transform fills p.blocks and, if luma is set, p.limited.
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

// find finds the AC coefficients that q does not make 0, and returns their
// number. from is the plane that was transformed.
func (p *codedPlane) find(ctx context.Context, q *quantiser, from *plane.Plane) (int, error) {
	p.quantised = atLeast(p.quantised, len(p.blocks))
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
		p.quantised[i].nonzero, p.quantised[i].at = set, uint32(n)
		n += bits.OnesCount64(set)
	}
	p.values = atLeast(p.values, n)
	return n, nil
}

// quantise quantises the coefficients that find found, and adds the symbols that
// they take in one sequential scan to counts (T.81, F.1.2.2).
func (p *codedPlane) quantise(ctx context.Context, q *quantiser, counts *symbolCounts) error {
	limited, sixteens := 0, 0
	for i := range p.quantised {
		if i%p.across == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		b, coefficients := &p.quantised[i], &p.blocks[i]
		if limited < len(p.limited) && int(p.limited[limited]) == i {
			coefficients = &p.relaxed[limited]
			limited++
		}
		b.dc = int16(q.quantise(coefficients, 0))
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
