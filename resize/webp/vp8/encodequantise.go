package vp8

import (
	"math/bits"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// places maps the coefficients of the first block, in coded order, to their
// places in fourBlocks.
var places = func() (where [16]uint8) {
	for n, at := range tables.Zigzag {
		where[n] = 16*(at&3) + at>>2
	}
	return where
}()

// planeSteps says how the coefficients of a kind of block are quantised, in coded
// order.
type planeSteps struct {
	steps   [16]int32
	inverse [16]uint32 // 1<<22 over the steps
	weights [16]int64  // of squared errors

	proxies [64]uint16 // 1<<18 over the steps, in the order of fourBlocks
}

// set sets q to the steps of DC and AC, and to weights.
func (q *planeSteps) set(steps [2]int, weights *[16]int64) {
	q.weights = *weights
	for n := range q.steps {
		step := steps[min(n, 1)]
		q.steps[n], q.inverse[n] = int32(step), uint32((1<<22+step/2)/step)
		for b := range 4 {
			q.proxies[int(places[n])+4*b] = uint16(min(1<<18/step, 1<<16-1))
		}
	}
}

// chosen is the result of choosing the levels of a block.
type chosen struct {
	cost  int64 // of bits and of errors
	count int   // number of levels, up to the last that is not 0
}

// quantiser chooses levels by their cost.
type quantiser struct {
	costs  *tokenCosts
	lambda int64 // the cost of 1/256 bit; a squared error costs its weight

	fuzz func(n int) int // see Encoder

	// For the coefficients of a block, in coded order: magnitudes, the nearest
	// levels, the costs of the squares, and what was chosen in each context.
	magnitudes [16]int32
	nearest    [16]int32
	squares    [16]int64
	choices    [16][4]uint8
}

// The choices for a coefficient: 0 for the nearest level, or one less. Costs have
// two bits below them for the choice, so that the least cost also tells it.
const (
	chooseLess = 1
	chooseEnd  = 2 // the block ends before the coefficient
	choiceBits = 2
)

// never is more than any cost.
const never = 1 << 60

// choose chooses the levels, from first on, of the coefficients of block number
// block in a context. From the last coefficient to the first, it keeps the cost
// of the rest in each context that the coefficient before may leave. So it tries
// all combinations of the nearest level and one less, and every end.
func (z *quantiser) choose(levels []int16, coefs *fourBlocks, block int, q *planeSteps, plane, first, context int) chosen {
	if z.fuzz != nil {
		return z.fuzzLevels(levels, q, first)
	}
	at := (*[52]int16)(coefs[4*block:])
	last, rest := z.measure(at, q, first)
	tokens, lambda := &z.costs.tokens[plane], z.lambda
	if last < first {
		return chosen{cost: rest + lambda*int64(tokens[first][context][tables.EndOfBlock])}
	}
	behind := [4]int64{never, rest, rest}
	if last < 15 {
		behind[1] += lambda * int64(tokens[last+1][1][tables.EndOfBlock])
		behind[2] += lambda * int64(tokens[last+1][2][tables.EndOfBlock])
	}
	for n := last; n >= first; n-- {
		rest += z.squares[n]
		z.before(n, q, &tokens[n], rest, &behind)
	}
	best := behind[context]
	if context == 0 {
		best += lambda * int64(z.costs.goesOn[plane])
		if none := rest + lambda*int64(tokens[first][0][tables.EndOfBlock]); none <= best {
			return chosen{cost: none}
		}
	}
	return chosen{best, z.trace(levels, at, first, last, context)}
}

// measure measures the coefficients from first on. It returns the last whose
// nearest level is not 0, or -1, and the cost of the squares of those after it.
func (z *quantiser) measure(coefs *[52]int16, q *planeSteps, first int) (last int, rest int64) {
	coded := uint32(0)
	for n := first; n < 16; n++ {
		v := int32(coefs[places[n]])
		a := max(v, -v)
		level := int32((uint64(a)*uint64(q.inverse[n]) + 1<<21) >> 22)
		z.magnitudes[n], z.nearest[n], z.squares[n] = a, level, int64(a)*int64(a)*q.weights[n]
		coded |= uint32(-level) >> 31 << n
	}
	last = bits.Len32(coded) - 1
	for n := max(last+1, first); n < 16; n++ {
		rest += z.squares[n]
	}
	return last, rest
}

// before chooses for coefficient n in each context. It changes behind from the
// costs after the coefficient, by context, to those from it on. If the block ends
// before it, the cost is rest plus the end. There are no branches, as they would
// be hard to predict.
func (z *quantiser) before(n int, q *planeSteps, t *[tables.Contexts]contextCosts, rest int64, behind *[4]int64) {
	level, step, weight, lambda := z.nearest[n], q.steps[n], q.weights[n], z.lambda
	less := max(level-1, 0)
	e := int64(z.magnitudes[n] - level*step)
	f := int64(z.magnitudes[n] - less*step)
	first := e*e*weight + lambda*int64(restCosts[level]) + behind[min(level, 2)&3]
	second := f*f*weight + lambda*int64(restCosts[less]) + behind[min(less, 2)&3] + chooseLess
	rest += chooseEnd
	token, lower := tokenOf[level]&15, tokenOf[less]&15
	c0 := min(first+lambda*int64(t[0][token]), second+lambda*int64(t[0][lower]))
	c1 := min(first+lambda*int64(t[1][token]), second+lambda*int64(t[1][lower]), rest+lambda*int64(t[1][tables.EndOfBlock]))
	c2 := min(first+lambda*int64(t[2][token]), second+lambda*int64(t[2][lower]), rest+lambda*int64(t[2][tables.EndOfBlock]))
	const choice = 1<<choiceBits - 1
	z.choices[n] = [4]uint8{uint8(c0 & choice), uint8(c1 & choice), uint8(c2 & choice)}
	behind[0], behind[1], behind[2] = c0&^choice, c1&^choice, c2&^choice
}

// trace sets levels to what was chosen and returns how many there are.
func (z *quantiser) trace(levels []int16, coefs *[52]int16, first, last, context int) int {
	for n := first; n <= last; n++ {
		choice := z.choices[n][context&3]
		if choice == chooseEnd {
			return n - first
		}
		level := z.nearest[n] - int32(choice)
		context = int(min(level, 2))
		sign := int32(coefs[places[n]] >> 15)
		levels[n-first] = int16((level ^ sign) - sign)
	}
	return last + 1 - first
}

// fuzzLevels chooses random levels, for coefficients as small as transforms make
// them.
func (z *quantiser) fuzzLevels(levels []int16, q *planeSteps, first int) chosen {
	n := z.fuzz(17 - first)
	if z.fuzz(2) > 0 {
		n = 16 - first
	}
	for i := range n {
		most := min(tables.MaxCoefficient, 1200/int(q.steps[i+first]))
		for range z.fuzz(4) {
			most = 1 + most/4
		}
		level := z.fuzz(most + 1)
		if i == n-1 {
			level = max(level, 1)
		}
		levels[i] = int16(level * (1 - 2*z.fuzz(2)))
	}
	return chosen{count: n}
}
