package vp8l

import "math"

// judgedRows is how many rows of a tile there are to each one that is judged.
const judgedRows = 2

// judged holds the pixels of a tile by which its mode is chosen, and their
// neighbours.
type judged struct {
	pix, left, top, corner, right, out [1 << (2 * predictionBits) / judgedRows]uint32
}

// choose returns the mode that suits a tile best. last is the previous tile's
// mode, -1 if there is none.
func (f *forward) choose(pix []uint32, width, height, tx, ty int, tileBits uint, last int, m *effort) int {
	x0, x1 := max(1, tx<<tileBits), min(width, (tx+1)<<tileBits)
	y0, y1 := max(1, ty<<tileBits), min(height, (ty+1)<<tileBits)
	j := &f.judged
	n := 0
	// A flat pixel costs the same with all modes but 0.
	flat, alone := uint32(0), uint32(0)
	for y := y0; y < y1; y += judgedRows {
		row := pix[y*width:]
		above := pix[(y-1)*width:]
		for x := x0; x < x1; x++ {
			v, left, corner, top, right := row[x], row[x-1], above[x-1], above[x], above[x+1]
			if v == left && v == top && v == corner && v == right {
				flat++
				alone += f.costs.of(sub(v, opaqueBlack))
				continue
			}
			j.pix[n], j.left[n], j.top[n], j.corner[n], j.right[n] = v, left, top, corner, right
			n++
		}
	}
	flat *= f.costs.of(0)
	best, least := 0, uint32(math.MaxUint32)
	try := func(mode int, sum uint32) {
		if sum = f.sum(mode, n, sum, least); sum < least || sum == least && mode < best {
			best, least = mode, sum
		}
	}
	start := func(mode int) uint32 {
		if mode == 0 {
			return alone
		}
		return flat
	}
	other := uint32(0)
	if last >= 0 { // it is likely the best, and lets the others be left early
		try(last, start(last))
		other = modeBits * bit / judgedRows
	}
	for _, mode := range m.modes {
		if mode != last {
			try(mode, start(mode)+other)
		}
	}
	return best
}

// sum adds the cost of the residuals of n judged pixels with a mode to sum, and
// returns that. It stops once the result is above least.
func (f *forward) sum(mode, n int, sum, least uint32) uint32 {
	const atOnce = 8
	j := &f.judged
	if sum > least || n == 0 {
		return sum
	}
	residuals(mode, j.out[:(n+atOnce-1)&^(atOnce-1)], j.pix[:], j.left[:], j.top[:], j.corner[:], j.right[:])
	for i := 0; i < n; i += atOnce {
		for _, v := range j.out[i:min(n, i+atOnce)] {
			sum += f.costs.of(v)
		}
		if sum > least {
			break
		}
	}
	return sum
}

// residuals sets out to the residuals of as many pixels with a mode; the other
// slices hold the pixels and their neighbours.
func residuals(mode int, out, pix, left, top, corner, right []uint32) {
	n := len(out)
	pix, left, top, corner, right = pix[:n], left[:n], top[:n], corner[:n], right[:n]
	for i := residualsVectors(mode, out, pix, left, top, corner, right); i < n; i++ {
		out[i] = residual(mode, pix[i], left[i], top[i], corner[i], right[i])
	}
}
