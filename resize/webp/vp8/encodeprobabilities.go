package vp8

import "github.com/edgeresize/edgeresize/resize/webp/vp8/tables"

// probOf returns the probability, in 1/256, of a 0 that suits n[0] bits of 0 and
// n[1] of 1.
func probOf(n [2]uint32) uint8 {
	zeros, all := uint64(n[0]), uint64(n[0])+uint64(n[1])
	if all == 0 {
		return 255
	}
	return uint8(min(max((zeros*256+all/2)/all, 1), 255))
}

// costOfBits returns the cost of n[0] bits of 0 and n[1] of 1.
func costOfBits(n [2]uint32, prob uint8) int {
	return int(n[0])*costOf(false, prob) + int(n[1])*costOf(true, prob)
}

// choose sets each of probs to the one that suits the counts, if that saves more
// than it costs to write it, and to the default otherwise.
func (c *tokenCounts) choose(probs *tables.CoefficientProbs) {
	*probs = tables.DefaultCoefficients
	for plane := range c {
		for band := range c[plane] {
			for context := range c[plane][band] {
				for node, n := range c[plane][band][context] {
					p := &probs[plane][band][context][node]
					best := probOf(n)
					update := tables.UpdateCoefficients[plane][band][context][node]
					told := costOf(true, update) + 8*bitCost + costOfBits(n, best)
					if told < costOf(false, update)+costOfBits(n, *p) {
						*p = best
					}
				}
			}
		}
	}
}

// suit sets probs to suit the counts so far, which may be few: the defaults count
// too.
func (c *tokenCounts) suit(probs *tables.CoefficientProbs) {
	const worth = 24 // bits for which the defaults count
	for plane := range c {
		for band := range c[plane] {
			for context := range c[plane][band] {
				for node, n := range c[plane][band][context] {
					zeros := uint64(n[0])*256 + worth*uint64(tables.DefaultCoefficients[plane][band][context][node])
					all := uint64(n[0]) + uint64(n[1]) + worth
					probs[plane][band][context][node] = uint8(min(max((zeros+all/2)/all, 1), 255))
				}
			}
		}
	}
}
