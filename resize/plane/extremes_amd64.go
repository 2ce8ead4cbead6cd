//go:build goexperiment.simd && amd64

package plane

import "simd/archsimd"

// vectorExtremes widens lows and highs by the first samples of row, and low and high,
// channel by channel; it returns how many samples it has taken, a number of whole
// pixels. It uses AVX2.
func vectorExtremes(lows, highs, row []uint8, channels int, low, high *[4]uint8) int {
	const step = 96 // whole vectors and whole pixels of 1 to 4 samples
	if !archsimd.X86.AVX2() || len(row) < step {
		return 0
	}
	var least, most [3]archsimd.Uint8x32
	for i := range least {
		least[i] = archsimd.BroadcastUint8x32(255)
	}
	n := 0
	for ; n+step <= len(row); n += step {
		for i := range least {
			at := n + 32*i
			v := archsimd.LoadUint8x32((*[32]uint8)(row[at:]))
			least[i], most[i] = least[i].Min(v), most[i].Max(v)
			l, h := (*[32]uint8)(lows[at:]), (*[32]uint8)(highs[at:])
			archsimd.LoadUint8x32(l).Min(v).Store(l)
			archsimd.LoadUint8x32(h).Max(v).Store(h)
		}
	}
	var all [2][step]uint8
	for i := range least {
		least[i].Store((*[32]uint8)(all[0][32*i:]))
		most[i].Store((*[32]uint8)(all[1][32*i:]))
	}
	archsimd.ClearAVXUpperBits()
	for i := range step {
		c := i % channels
		low[c], high[c] = min(low[c], all[0][i]), max(high[c], all[1][i])
	}
	return n
}
