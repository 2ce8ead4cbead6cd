package av1

import "math"

// proxySlack limits exact prices to coefficients whose proxy is at most proxySlack times
// the least price so far.
const proxySlack = 1.2

// weigh returns the price of a transform block whose transform type and contexts are
// known. It is exact if the effort is thorough and the estimate is not far above least,
// and an estimate otherwise.
func (e *searcher) weigh(b *block, coefs []int32, steps *quantSteps, least float32) float32 {
	about := proxy(coefs, steps.inverse[b.tx]) + b.kind
	if !e.effort.thorough || about > proxySlack*least {
		return about
	}
	levels := e.work.weighed[:len(coefs)]
	clear(levels)
	q := e.quantiseBlock(b, coefs, steps, levels)
	return q.price.total()
}

// searchLuma codes a block's luma with the modes that rank best. If the effort is
// thorough, it codes each of them, and then again the one that costs the least.
func (e *searcher) searchLuma(l *leaf, number, col, row, size int) price {
	list := e.listCandidates(col, row, size)
	e.rankLuma(list, col, row, size)
	list = list[:min(len(list), e.effort.modes)]
	if e.drawing {
		list = e.addPalettes(list, col, row, size)
		if last := len(list) - 1; e.fuzz != nil && list[last].palette > 0 {
			list = list[last:]
		}
	}
	if !e.effort.thorough || e.fuzz != nil {
		return e.codeLuma(list, l, number, col, row, size)
	}
	before := &e.work.before
	e.saveCoef(before, col, row, size)
	best, least := 0, float32(math.MaxFloat32)
	var sum price
	for i := range list {
		e.restoreCoef(before, col, row, size)
		sum = e.codeLuma(list[i:i+1], l, number, col, row, size)
		if v := sum.total(); v < least {
			best, least = i, v
		}
	}
	if best != len(list)-1 {
		e.restoreCoef(before, col, row, size)
		sum = e.codeLuma(list[best:best+1], l, number, col, row, size)
	}
	return sum
}

// saveCoef saves the luma coefficient contexts beside a block.
func (e *searcher) saveCoef(to *edges, col, row, size int) {
	k := 2 << size
	copy(to.aboveCoef[0][:k], e.near.aboveCoef[0][col*2:])
	copy(to.leftCoef[0][:k], e.near.leftCoef[0][row&7*2:])
}

// restoreCoef restores what saveCoef saved.
func (e *searcher) restoreCoef(from *edges, col, row, size int) {
	k := 2 << size
	copy(e.near.aboveCoef[0][col*2:], from.aboveCoef[0][:k])
	copy(e.near.leftCoef[0][row&7*2:], from.leftCoef[0][:k])
}
