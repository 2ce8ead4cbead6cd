package png

// Filter types (PNG third edition, 9.2).
const (
	filterNone = iota
	filterSub
	filterUp
	filterAverage
	filterPaeth
	filters
)

// strategy says how the filter of a row is chosen.
type strategy int

const (
	// leastBits picks the filter whose bytes have been frequent so far, for rows that
	// are packed without search for matches. For the first rows it picks the one with
	// the smallest sum of absolute differences, as the PNG specification advises (third
	// edition, 12.7).
	leastBits strategy = iota
	// fewestPairs picks the filter that gives the fewest different pairs of bytes, so
	// that repetitions stay repetitions and are found.
	fewestPairs
	// noFilter picks no filter, as the PNG specification advises for indices and for
	// samples of less than a byte.
	noFilter
)

// filterer filters the rows of a PNG to write. It is not safe for concurrent use.
type filterer struct {
	bpp      int
	strategy strategy
	tries    [filters][]byte // a row after the number of each filter
	pairs    *pairSet
	best     int // the filter of the row before, if pairs are counted
	bits     *bitCosts
}

// newFilterer returns a filterer for rows of row bytes and pixels of bpp bytes.
func newFilterer(row, bpp int, s strategy) *filterer {
	f := &filterer{bpp: bpp, strategy: s}
	for i := range f.tries {
		f.tries[i] = make([]byte, 1+row)
		f.tries[i][0] = byte(i)
	}
	switch s {
	case fewestPairs:
		f.pairs = &pairSet{}
	case leastBits:
		f.bits = &bitCosts{}
	}
	return f
}

// append filters a row as the strategy chooses, and appends it to dst after the number
// of the filter. above is the row above, zeros for the first row.
func (f *filterer) append(dst, row, above []byte) []byte {
	if f.strategy == noFilter {
		return append(append(dst, filterNone), row...)
	}
	var sums [filters]int
	done := f.tryVectors(&sums, row, above)
	f.try(&sums, row, above, 0, min(f.bpp, len(row)))
	f.try(&sums, row, above, max(f.bpp, done), len(row))
	if f.strategy == fewestPairs {
		f.best = f.pairs.fewest(&f.tries, f.best)
		return append(dst, f.tries[f.best]...)
	}
	for i := range sums {
		sums[i] = f.bits.sum(f.tries[i][1:], sums[i])
	}
	best := 0
	for i, sum := range sums {
		if sum < sums[best] {
			best = i
		}
	}
	f.bits.add(f.tries[best])
	return append(dst, f.tries[best]...)
}

// try applies every filter to row[from:to], and adds the absolute values of the results,
// as signed bytes, to sums. Bytes left of the first pixel count as 0.
func (f *filterer) try(sums *[filters]int, row, above []byte, from, to int) {
	for i := from; i < to; i++ {
		var left, corner byte
		if i >= f.bpp {
			left, corner = row[i-f.bpp], above[i-f.bpp]
		}
		v, up := row[i], above[i]
		f.keep(sums, filterNone, i, v)
		f.keep(sums, filterSub, i, v-left)
		f.keep(sums, filterUp, i, v-up)
		f.keep(sums, filterAverage, i, v-byte((int(left)+int(up))/2))
		f.keep(sums, filterPaeth, i, v-byte(paeth(int(left), int(up), int(corner))))
	}
}

func (f *filterer) keep(sums *[filters]int, filter, at int, d byte) {
	f.tries[filter][1+at] = d
	sums[filter] += max(int(int8(d)), -int(int8(d)))
}

// paeth returns the neighbour nearest to left + above - corner, the first of those
// equally near (PNG third edition, 9.4). That is the corner if it lies between the others
// and is less than twice as far from one as from the other; else the one of them that is
// farther from it. It does not branch, since the direction would be unpredictable.
func paeth(left, above, corner int) int {
	turn := 3*corner - above - left
	smaller := (left - above) >> 63 // all ones if left is, else 0
	low := above ^ (left^above)&smaller
	high := left ^ above ^ low
	nearest := low ^ (low^corner)&((turn-high)>>63)
	return high ^ (high^nearest)&((low-turn)>>63)
}
