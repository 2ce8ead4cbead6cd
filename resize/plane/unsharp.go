package plane

// MostUnsharp is the greatest strength of [Unsharp].
const MostUnsharp = 10

// unsharpUnit is what a strength of 1 adds of the difference between a sample and the
// mean around it, in 1/2048.
const unsharpUnit = 307

// Unsharp sharpens p in place: to each sample it adds 0.15 × strength times the
// difference from the mean around it, a Gaussian with a deviation of 0.7 samples. The
// result exceeds the least and the greatest of the 3 × 3 samples around it by at most an
// eighth of their distance, so edges get no visible rings. strength is 0 to 10; 0
// changes nothing. Samples at the edge are repeated.
func Unsharp(p Plane, strength int) {
	if strength <= 0 || p.Width == 0 {
		return
	}
	u := newUnsharp(p.Width, min(strength, MostUnsharp))
	row, above := make([]uint8, p.Width), make([]uint8, p.Width)
	copy(above, p.Pix[:p.Width])
	for y := range p.Height {
		copy(row, p.Pix[y*p.Stride:])
		below := row
		if y+1 < p.Height {
			below = p.Pix[(y+1)*p.Stride:][:p.Width]
		}
		u.columns(above, row, below)
		u.row(p.Pix[y*p.Stride:][:p.Width], row)
		row, above = above, row
	}
}

// unsharp holds, for the columns of three rows, the weighted sums, the least and the
// greatest samples; with a column before the first and one after the last.
type unsharp struct {
	factor      int32
	sums        []uint16
	lows, highs []uint8
}

// newUnsharp returns an unsharp for rows of n samples.
func newUnsharp(n, strength int) *unsharp {
	return &unsharp{
		factor: unsharpUnit * int32(strength),
		sums:   make([]uint16, n+2), lows: make([]uint8, n+2), highs: make([]uint8, n+2),
	}
}

// columns fills u from three rows.
func (u *unsharp) columns(above, row, below []uint8) {
	n := len(row)
	above, below = above[:n], below[:n]
	sums, lows, highs := u.sums[1:n+1], u.lows[1:n+1], u.highs[1:n+1]
	for x := vectorUnsharpColumns(u, above, row, below); x < n; x++ {
		a, r, b := above[x], row[x], below[x]
		sums[x] = uint16(a) + 2*uint16(r) + uint16(b)
		lows[x], highs[x] = min(a, r, b), max(a, r, b)
	}
	u.sums[0], u.lows[0], u.highs[0] = sums[0], lows[0], highs[0]
	u.sums[n+1], u.lows[n+1], u.highs[n+1] = sums[n-1], lows[n-1], highs[n-1]
}

// row writes a sharpened row to to.
func (u *unsharp) row(to, row []uint8) {
	row = row[:len(to)]
	sums, lows, highs := u.sums[:len(to)+2], u.lows[:len(to)+2], u.highs[:len(to)+2]
	for x := vectorUnsharpRow(u, to, row); x < len(to); x++ {
		low := min(lows[x], lows[x+1], lows[x+2])
		high := max(highs[x], highs[x+1], highs[x+2])
		mean := int32(sums[x]) + 2*int32(sums[x+1]) + int32(sums[x+2])
		to[x] = u.sharpened(int32(row[x]), mean, int32(low), int32(high))
	}
}

// sharpened returns a sample v sharpened. mean is 16 times the mean around it; low and
// high are the least and the greatest sample there.
func (u *unsharp) sharpened(v, mean, low, high int32) uint8 {
	added := ((16*v-mean)<<3*u.factor>>16 + 2) >> 2
	slack := (high - low) >> 3
	return uint8(max(0, low-slack, min(255, high+slack, v+added)))
}
