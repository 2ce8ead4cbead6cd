package plane

import "encoding/binary"

// Two sums are computed in one register: a pair of numbers a and b is a + b<<32. Pairs
// are added, and multiplied by a weight, like one number, whatever the signs, as long
// as a fits into 32 bits.

// unpack returns the two numbers of a pair.
func unpack(pair int64) (a, b int32) {
	a = int32(pair)
	return a, int32((pair - int64(a)) >> 32)
}

// mixRows computes two rows from the rows of src, which are stride samples apart, each
// with its own taps. It puts pairs of their samples, with betweenBits fractional bits,
// into between. sums is its working memory, with half as many elements.
func mixRows(between []int64, sums *[2][]int64, src []uint8, stride int, a, b taps) {
	whole := len(between) / 8 * 8
	for i, t := range []taps{a, b} {
		addRows(sums[i][:whole/2], src, stride, t)
	}
	for x := 0; x < whole; x += 8 {
		out := between[x : x+8]
		low, high := sums[0][x/2:][:4], sums[1][x/2:][:4]
		for i := range 4 {
			a0, a4 := unpack(low[i])
			b0, b4 := unpack(high[i])
			out[i] = pair(a0, b0)
			out[i+4] = pair(a4, b4)
		}
	}
	for x := whole; x < len(between); x++ {
		between[x] = pair(addColumn(src[x:], stride, a), addColumn(src[x:], stride, b))
	}
}

// pair rounds two sums of samples to betweenBits and joins them to a pair.
func pair(a, b int32) int64 {
	const shift = weightBits - betweenBits
	const half = 1 << (shift - 1)
	return int64((a+half)>>shift) + int64((b+half)>>shift)<<32
}

// rowGroup is how many rows are added up at once, to load and store sums less often.
const rowGroup = 4

// addRows adds up rows of src, weighted. The sums of eight columns are in four pairs:
// those of columns i and i+4 in pair i.
func addRows(sums []int64, src []uint8, stride int, t taps) {
	clear(sums)
	var rows [rowGroup][]uint8
	var weights [rowGroup]int64
	for i := 0; i < len(t.weights); i += rowGroup {
		for j := range rowGroup {
			k := min(i+j, len(t.weights)-1)
			rows[j] = src[(t.first+k)*stride:]
			weights[j] = 0
			if k == i+j {
				weights[j] = int64(t.weights[k])
			}
		}
		addGroup(sums, &rows, &weights)
	}
}

// addGroup adds rows, weighted, to sums.
func addGroup(sums []int64, rows *[rowGroup][]uint8, weights *[rowGroup]int64) {
	const even = 0x000000ff_000000ff // two of eight samples, 32 bits apart
	n := 2 * len(sums)
	row0, row1, row2, row3 := rows[0][:n], rows[1][:n], rows[2][:n], rows[3][:n]
	w0, w1, w2, w3 := weights[0], weights[1], weights[2], weights[3]
	for x := 0; x+8 <= n; x += 8 {
		a := binary.LittleEndian.Uint64(row0[x:])
		b := binary.LittleEndian.Uint64(row1[x:])
		c := binary.LittleEndian.Uint64(row2[x:])
		d := binary.LittleEndian.Uint64(row3[x:])
		out := sums[x/2 : x/2+4]
		out[0] += int64(a&even)*w0 + int64(b&even)*w1 + int64(c&even)*w2 + int64(d&even)*w3
		out[1] += int64(a>>8&even)*w0 + int64(b>>8&even)*w1 + int64(c>>8&even)*w2 + int64(d>>8&even)*w3
		out[2] += int64(a>>16&even)*w0 + int64(b>>16&even)*w1 + int64(c>>16&even)*w2 + int64(d>>16&even)*w3
		out[3] += int64(a>>24&even)*w0 + int64(b>>24&even)*w1 + int64(c>>24&even)*w2 + int64(d>>24&even)*w3
	}
}

// addColumn adds up the first column of src, weighted.
func addColumn(src []uint8, stride int, t taps) int32 {
	var sum int32
	for i, w := range t.weights {
		sum += int32(w) * int32(src[(t.first+i)*stride])
	}
	return sum
}
