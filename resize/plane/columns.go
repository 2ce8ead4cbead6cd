package plane

// mixColumns computes two rows of sums from between, pairs of samples of two rows. The
// first pair belongs to pixel first of the source.
func mixColumns(sums *[2][]int32, between []int64, first, channels int, columns []taps) {
	low, high := sums[0], sums[1]
	i := 0
	for _, t := range columns {
		at := (t.first - first) * channels
		for c := range channels {
			var sum int64
			if channels == 1 {
				sum = addPairs(between[at:], t.weights)
			} else {
				sum = addApart(between[at+c:], channels, t.weights)
			}
			low[i], high[i] = unpack(sum)
			i++
		}
	}
}

// addPairs adds up pairs, weighted.
func addPairs(pairs []int64, weights []int16) int64 {
	pairs = pairs[:len(weights)]
	var sum int64
	i := 0
	for ; i < len(weights)-3; i += 4 {
		p, w := pairs[i:i+4], weights[i:i+4]
		sum += p[0]*int64(w[0]) + p[1]*int64(w[1]) + p[2]*int64(w[2]) + p[3]*int64(w[3])
	}
	for ; i < len(weights); i++ {
		sum += pairs[i] * int64(weights[i])
	}
	return sum
}

// addApart does what addPairs does for pairs that are step apart.
func addApart(pairs []int64, step int, weights []int16) int64 {
	var sum int64
	i := 0
	for _, w := range weights {
		sum += pairs[i] * int64(w)
		i += step
	}
	return sum
}

// store rounds a row of sums to 8 bits and divides colours by their alpha.
func store(dst []uint8, sums []int32, channels int) {
	const shift = weightBits + betweenBits
	dst = dst[:len(sums)]
	if channels == 2 || channels == 4 {
		storeAlpha(dst, sums, channels)
		return
	}
	for i, v := range sums {
		dst[i] = clip((v + 1<<(shift-1)) >> shift)
	}
}

// storeAlpha does what store does for pixels with alpha.
func storeAlpha(dst []uint8, sums []int32, channels int) {
	const shift = weightBits + betweenBits
	for ; len(sums) > 0; sums, dst = sums[channels:], dst[channels:] {
		alpha := int64(sums[channels-1])
		dst[channels-1] = clip(int32((alpha + 1<<(shift-1)) >> shift))
		for c := range channels - 1 {
			dst[c] = 0
			if dst[channels-1] > 0 {
				dst[c] = clip(int32((255*int64(sums[c]) + alpha/2) / alpha))
			}
		}
	}
}

func clip(v int32) uint8 { return uint8(min(max(v, 0), 255)) }
