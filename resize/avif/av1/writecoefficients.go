package av1

import (
	"math/bits"

	"github.com/edgeresize/edgeresize/resize/avif/av1/tables"
)

// modeContext returns a neighbour's mode as a context of yMode.
func modeContext(mode uint8) uint8 { return tables.IntraModeContext[mode] }

// How levels are coded ("Coefficients syntax").
const (
	baseLevels = 2  // NUM_BASE_LEVELS
	moreLevels = 12 // COEFF_BASE_RANGE
	moreStep   = 3  // the most that one coeff_br adds
)

// writeTransform writes "Coefficients syntax" for a transform block of plane p at unit x
// of the picture and unit y of the superblock. mode is luma's; part says whether the
// block has more transforms in the plane.
func (e *writer) writeTransform(t transformed, levels []int16, p, tx int, mode uint8, x, y int, part bool) {
	d, plane := &e.dists, min(p, 1)
	k := 1 << tx
	allZero, dcSign := e.near.coefContexts(p, x, y, k, part)
	e.coder.symbol(oneIf(t.eob == 0), d.allZero[tx][allZero][:])
	if t.eob == 0 {
		e.near.stampCoef(0, p, x, y, k)
		return
	}
	if p == 0 {
		switch tx {
		case 0, 1:
			e.coder.symbol(int(txSymbol7[t.kind]), d.txType7[tx][mode][:])
		case 2:
			e.coder.symbol(int(txSymbol5[t.kind]), d.txType5[tx][mode][:])
		}
	}
	eob := int(t.eob)
	e.writeEob(eob, tx, plane)
	sum, category := 0, uint8(0)
	signs := e.writeLevels(levels, eob, tx, plane)
	for i := len(signs) - 1; i >= 0; i-- {
		v := int(signs[i])
		negative := v < 0
		v = max(v, -v)
		if i == len(signs)-1 && levels[0] != 0 {
			e.coder.symbol(oneIf(negative), d.dcSign[plane][dcSign][:])
			category = uint8(2 - oneIf(negative))
		} else {
			e.coder.bit(negative)
		}
		if v > baseLevels+moreLevels {
			e.writeGolomb(uint32(v - baseLevels - moreLevels))
		}
		sum += v
	}
	e.near.stampCoef(uint8(min(sum, 63))<<2|category, p, x, y, k)
}

// writeEob writes eob, the number of coded steps of the scan.
func (e *writer) writeEob(eob, tx, plane int) {
	point := bits.Len(uint(eob-1)) + 1
	e.coder.symbol(point-1, e.dists.eobOf(tx, plane))
	if point < 3 {
		return
	}
	extra := uint32(eob - 1 - 1<<(point-2))
	high := point - 3
	e.coder.symbol(int(extra>>high&1), e.dists.eobExtra[tx][plane][point-3][:])
	e.coder.literal(extra&(1<<high-1), high)
}

// writeLevels writes magnitudes up to 14, from the last to the first. It returns the
// levels other than 0 in that order.
func (e *writer) writeLevels(levels []int16, eob, tx, plane int) (signed []int16) {
	d, sums := &e.dists, &e.sums
	stride := sums.reset(tx)
	bases, mores := &d.base[tx][plane], &d.more[tx][plane]
	steps, some, n := scans[tx][:eob], &e.signed, 0
	for i := eob - 1; i >= 0; i-- {
		s := &steps[i]
		level := levels[s.place]
		v := max(int(level), -int(level))
		base, more := sums.contexts(s)
		switch {
		case i == eob-1:
			e.coder.symbol(min(v, 3)-1, d.lastBase[tx][plane][lastContext(tx, i)][:])
		case i == 0:
			e.coder.oneOfFour(min(v, 3), &bases[0])
		default:
			e.coder.oneOfFour(min(v, 3), &bases[base])
		}
		if v == 0 {
			continue
		}
		if v > baseLevels {
			rest := min(v-baseLevels-1, moreLevels)
			for range moreLevels / moreStep {
				e.coder.oneOfFour(min(rest, moreStep), &mores[more])
				if rest < moreStep {
					break
				}
				rest -= moreStep
			}
		}
		some[n&1023] = level
		n++
		sums.add(s, stride, v)
	}
	return some[:n]
}

// writeGolomb writes an Exponential-Golomb code of v, which is at least 1.
func (e *writer) writeGolomb(v uint32) {
	n := bits.Len32(v)
	e.coder.literal(0, n-1)
	e.coder.literal(v, n)
}
