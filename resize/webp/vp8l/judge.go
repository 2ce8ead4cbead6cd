package vp8l

// way is how pixels are transformed.
type way int

const (
	predict way = iota
	direct      // only green is subtracted
	indexed
)

// How many bits cheaper the residual of a pixel must be than the pixel itself, or
// than an index: without prediction, pixels repeat in more places. Only pixels
// unlike those to their left and above count.
const (
	worthPredicting = 1.2
	worthNoPalette  = 0.5
)

// judge returns the way that suits e.pix. It looks at every other row.
func (e *Encoder) judge(width int, fewColours bool) way {
	if fewColours && bundling(len(e.palette.colours)) > 0 {
		return indexed
	}
	var left, plain [4][256]uint32
	var index [256]uint32
	seen := uint32(0)
	for start := width; start+1 < len(e.pix); start += 2 * width {
		row, above := e.pix[start:][:width], e.pix[start-width:][:width]
		last := row[0]
		for x, v := range row {
			if v == last || v == above[x] {
				last = v
				continue
			}
			seen++
			if fewColours {
				index[e.palette.slots[e.palette.slot(v)]-1]++
			}
			v, last = withoutGreen(v), v
			r := sub(v, average(withoutGreen(row[x-1]), withoutGreen(above[x])))
			for channel := range left {
				plain[channel][v>>(8*channel)&0xff]++
				left[channel][r>>(8*channel)&0xff]++
			}
		}
	}
	predicted := entropy(&left)
	if fewColours {
		sum := xlogx(seen)
		for _, n := range index {
			sum -= xlogx(n)
		}
		if sum <= predicted+worthNoPalette*float64(seen) {
			return indexed
		}
		return predict
	}
	if entropy(&plain) <= predicted+worthPredicting*float64(seen) {
		return direct
	}
	return predict
}

// entropy returns how many bits samples take that occur as often as n says.
func entropy(n *[4][256]uint32) (bits float64) {
	for channel := range n {
		total := uint32(0)
		for _, n := range n[channel] {
			total += n
			bits -= xlogx(n)
		}
		bits += xlogx(total)
	}
	return bits
}
