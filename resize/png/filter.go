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

// strategy is how the filter of a row is chosen.
type strategy int

const (
	// leastBits takes the filter that makes bytes that have been frequent so far, for
	// rows that are packed without a look for repetitions; for the first rows the one
	// that makes the sum of absolute differences smallest, as the PNG specification
	// advises (third edition, 12.7).
	leastBits strategy = iota
	// fewestPairs takes the one that makes the fewest different pairs of bytes: what
	// is the same comes again, and is found again.
	fewestPairs
	// noFilter takes none, as the PNG specification advises for indices and for
	// samples of less than a byte.
	noFilter
)

// filterer filters the rows of a PNG that is written. It is not safe for
// concurrent use.
type filterer struct {
	bpp      int
	strategy strategy
	tries    [filters][]byte // a row behind the number of each filter
	pairs    *pairSet
	best     int // the filter of the row before, where pairs are counted
	bits     *bitCosts
}

// newFilterer returns a filterer for rows of so many bytes, of which a pixel has
// bpp.
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

// append appends a row to dst, behind the number of the filter that the strategy
// takes. The first row has one of zeros above it.
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

// try applies every filter to the bytes of a row from one up to another, and
// adds them to the sums, taken as signed differences. What is left of the first
// pixel counts as 0.
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

// paeth is the neighbour nearest to left + above - corner, the first of those
// equally near (PNG third edition, 9.4): the corner if it lies so between the
// others that neither is farther than the other two are apart, else the one on
// the far side of it. What it would branch by is noise, so it does not.
func paeth(left, above, corner int) int {
	turn := 3*corner - above - left
	smaller := (left - above) >> 63 // all ones if left is, else 0
	low := above ^ (left^above)&smaller
	high := left ^ above ^ low
	nearest := low ^ (low^corner)&((turn-high)>>63)
	return high ^ (high^nearest)&((low-turn)>>63)
}
