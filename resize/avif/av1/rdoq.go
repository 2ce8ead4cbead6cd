package av1

// block is a transform block whose coefficients are to be quantised.
type block struct {
	plane, tx       int
	allZero, dcSign int     // contexts of all_zero and dc_sign
	kind            float32 // rate of the transform type, which only coded coefficients have
}

// leastLevel is the magnitude above which a normalised coefficient may end the scan.
const leastLevel = 0.55

// quantised is the result of quantising a transform block.
type quantised struct {
	eob           int   // coded steps of the scan
	columns, rows int   // levels outside of them are 0
	context       uint8 // coefficient context for its neighbours
	price         price
}

// quantise chooses levels for the normalised coefficients x of a transform block by their
// price. It goes from the last coefficient to the first. Contexts depend on later levels
// only, so they are exact. Each coefficient gets the nearest level or one less, and may
// become the last of the block. The price's distortion is relative to that of no
// coefficients.
//
// x and levels have 16<<2*tx places. last is the last step of the scan whose coefficient
// exceeds leastLevel, or -1. levels must be all 0.
func (e *searcher) quantise(b *block, x []float32, last int, levels []int16) quantised {
	c, plane := &e.costs, min(b.plane, 1)
	zeroCosts := &c.allZero[b.tx][b.allZero]
	none := quantised{price: price{rate: zeroCosts[1]}}
	if last < 0 {
		return none
	}
	q := quantiser{
		steps: scans[b.tx], sums: &e.work.sums, levels: levels,
		base: &c.base[b.tx][plane], more: &c.more[b.tx][plane],
		last: &c.lastBase[b.tx][plane], eobs: &c.eob[b.tx][plane], signs: &c.dcSign[plane][b.dcSign], tx: b.tx,
	}
	q.stride = q.sums.reset(b.tx)
	q.choose(last, x)
	q.run.rate += zeroCosts[0] + b.kind
	if q.run.total() >= none.price.rate {
		for _, s := range q.steps[:q.eob] {
			levels[s.place] = 0
		}
		return none
	}
	category := 0
	switch {
	case levels[0] < 0:
		category = 1
	case levels[0] > 0:
		category = 2
	}
	return quantised{
		eob: q.eob, columns: q.places>>(b.tx+2) + 1, rows: q.places&(4<<b.tx-1) + 1,
		context: uint8(min(q.sum, 63)<<2 | category), price: q.run,
	}
}

// quantiser is the state of quantise.
type quantiser struct {
	steps  []scanStep
	sums   *contextSums
	levels []int16
	stride int
	base   *[42][4]float32
	more   *[21][moreLevels + 1]float32
	last   *[4][3]float32
	eobs   *[11][2]float32
	signs  *[2]float32
	tx     int

	// Of the levels so far:
	eob    int // 0 if there are none
	sum    int // of magnitudes
	places int // bitwise or of their places
	run    price
}

// surelyWorth is the price of a run, relative to none, below which no block ends before
// that run: it is more than the bits of one coefficient can change.
const surelyWorth = -1

// choose chooses the levels of coefficients x, from step last of the scan to the first.
// The coefficient of step last must exceed leastLevel.
func (q *quantiser) choose(last int, x []float32) {
	sums, stride, levels, base := q.sums, q.stride, q.levels, q.base
	x = x[:len(levels)]
	eighth := 2 << (2 * q.tx)                                             // an eighth of the places
	eob, sum, places, rate, distortion := 0, 0, 0, float32(0), float32(0) // of the run
	for i := last; i >= 0; i-- {
		s := &q.steps[i]
		v := x[s.place]
		near := uint(sums[s.at])
		context := min((near&255+1)>>1, 4) + uint(s.base)
		sign := float32(lambda)
		negative := v < 0
		if i == 0 {
			context = 0
			sign = q.signs[oneIf(negative)]
		}
		baseCosts := &base[context]
		v = max(v, -v)
		nearest := int(v + 0.5)
		if nearest == 0 {
			rate += baseCosts[0]
			continue
		}
		level, more := nearest, &q.more[min((near>>8+1)>>1, 6)+uint(s.more)]
		settled := distortion+rate < surelyWorth
		if eob > 0 {
			// The run goes on, with the nearest level or one less.
			d, r := errorOf(v, level), baseCosts[min(level, 3)]+moreCost(more, level)+sign
			if less := level - 1; float32(level) > v {
				lessD, lessR := float32(0), baseCosts[min(less, 3)]
				if less > 0 {
					lessD, lessR = errorOf(v, less), lessR+moreCost(more, less)+sign
				}
				if lessD+lessR < d+r {
					level, d, r = less, lessD, lessR
				}
			}
			distortion += d
			rate += r
		}
		if !settled {
			// Or the block ends here.
			context := 0
			if i > 0 {
				context = 1 + oneIf(i > eighth) + oneIf(i > 2*eighth)
			}
			freshD := errorOf(v, nearest)
			freshR := eobCost(q.eobs, i+1) + q.last[context][min(nearest, 3)-1] +
				moreCost(&q.more[s.more], nearest) + sign
			if eob == 0 || freshD+freshR < distortion+rate {
				q.wipe(i+1, eob)
				eob, sum, level, distortion, rate = i+1, 0, nearest, freshD, freshR
			}
		}
		if level > 0 {
			sum += level
			places |= int(s.place)
			sums.add(s, stride, level)
			if negative {
				level = -level
			}
			levels[s.place] = int16(level)
		}
	}
	q.eob, q.sum, q.places, q.run = eob, sum, places, price{distortion, rate}
}

// errorOf returns how much a level changes the distortion of v.
func errorOf(v float32, level int) float32 {
	l := float32(level)
	return float32(l * (l - float32(2*v)))
}

// moreCost returns the rate of a level beyond that of its base.
func moreCost(costs *[moreLevels + 1]float32, level int) float32 {
	if level <= baseLevels {
		return 0
	}
	return highCost(costs, level)
}

// highCost returns the rate that a level above baseLevels has beyond that of its base.
func highCost(costs *[moreLevels + 1]float32, level int) float32 {
	rest := level - baseLevels - 1
	if rest < moreLevels {
		return costs[rest]
	}
	return costs[moreLevels] + golombCost(level)
}

// wipe sets the levels of steps from i to before eob to 0.
func (q *quantiser) wipe(i, eob int) {
	for ; i < eob; i++ {
		s := &q.steps[i]
		if level := int(q.levels[s.place]); level != 0 {
			q.sums.remove(s, q.stride, max(level, -level))
			q.levels[s.place] = 0
		}
	}
}
