package jpeg

import (
	"context"
	"math"
	"math/bits"
)

// A ±1 that is little more than half a step becomes 0 if the bits saved are worth
// more than the added error: 0.5% fewer bytes at the same SSIMULACRA2, 1.4% at
// the same Butteraugli distance. A ±1 between many zeros takes the most bits. The
// symbol counts before any is dropped tell how many.

// symbolCosts holds the bits, in 1/16, that a coefficient after a run of up to 62
// zeros takes in a sequential scan, by run<<4 | size category; at 0, those of an
// end of block.
type symbolCosts [63 << 4]int32

// set sets c to the costs of an ideal code for symbols used as often as counts
// says.
func (c *symbolCosts) set(counts *symbolCounts) {
	var total int64
	for _, n := range counts {
		total += int64(n)
	}
	most := log16(4*total + 1)
	cost := func(symbol int) int32 {
		// A quarter is added: an unused symbol is not free.
		return most - log16(4*int64(counts[symbol])+1) + 16*int32(following(uint8(symbol)))
	}
	for i := range c {
		c[i] = cost(i&0xff) + int32(i>>8)*cost(sixteenZero)
	}
}

// log16 returns 16·log2(n). n must be at least 1.
func log16(n int64) int32 {
	exponent := bits.Len64(uint64(n)) - 1
	return int32(16*exponent) + logFractions[uint64(n)<<(63-exponent)>>58&31]
}

// logFractions holds 16·log2(1 + x), by x in 1/32.
var logFractions = func() (logs [32]int32) {
	for i := range logs {
		logs[i] = int32(math.Round(16 * math.Log2(1+(float64(i)+0.5)/32)))
	}
	return logs
}()

// worths holds what a saved bit is worth, by class and coefficient: with each
// 1/16 of a bit saved, a coefficient may be farther from 0 and still become 0.
// The distance is a worth, in 1/65536 of 1/256 of a step, times the block's mask
// level. At level 5 that is 0.05 steps a bit for the lowest frequencies, and less
// for others, the less the larger their steps are: few coefficients remain there,
// and they show.
var worths = func() (all [2][64]int32) {
	for i := range all {
		steps := &baseSteps[i]
		for k := range all[i] {
			all[i][k] = int32(math.Round(0.05 * 256 / 16 / 5 * 65536 * math.Pow(float64(steps[k])/float64(steps[0]), -0.335)))
		}
	}
	return all
}()

// dropWeak drops the coefficients of a component that are not worth their bits,
// and keeps counts right. class is 0 for luma and 1 for chroma.
func (p *codedPlane) dropWeak(ctx context.Context, q *quantiser, class int, costs *symbolCosts, counts *symbolCounts) error {
	limited := 0
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
		if b.nonzero&^b.large == 0 {
			continue
		}
		level := max(1, int32(p.levels[i]))
		weak := b.nonzero &^ q.findStrong(coefficients)
		for ; weak != 0; weak &= weak - 1 {
			bit := weak & -weak
			before := bits.OnesCount64(b.nonzero & (bit - 1))
			values := p.values[b.at:][before:bits.OnesCount64(b.nonzero)]
			k := bits.TrailingZeros64(bit)
			run := k - bits.Len64(b.nonzero&(bit-1)|1)
			saved := costs[run<<4|1]
			symbol, joined := 0, 0 // symbol index of the next coefficient, with and without this one
			if above := b.nonzero &^ (bit<<1 - 1); above != 0 {
				next := bits.TrailingZeros64(above)
				size := int(values[1] >> 12)
				symbol = (next-k-1)<<4 | size
				joined = symbol + (run+1)<<4
				saved += costs[symbol] - costs[joined]
			} else if k == 63 {
				saved -= costs[endOfBlock]
			}
			if q.parts(coefficients, k) >= 128+saved*level*worths[class][k]>>16 {
				continue
			}
			counts[(run<<4|1)&0xff]--
			counts[sixteenZero] -= int32(run >> 4)
			switch {
			case joined != 0:
				counts[symbol&0xff]--
				counts[joined&0xff]++
				counts[sixteenZero] += int32(joined>>8 - symbol>>8)
			case k == 63:
				counts[endOfBlock]++
			}
			copy(values, values[1:])
			b.odd = b.odd&^(^uint64(0)>>before) | b.odd<<1&(^uint64(0)>>before)
			b.nonzero &^= bit
		}
	}
	return nil
}
