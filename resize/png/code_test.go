package png

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// leastCodeBits returns the bits that the best code of at most limit bits takes. It
// uses package-merge: the cheapest 2n-2 coins, two of which make a package at the next
// depth.
func leastCodeBits(counts []uint32, limit int) int {
	var leaves []int
	for _, n := range counts {
		if n > 0 {
			leaves = append(leaves, int(n))
		}
	}
	slices.Sort(leaves)
	var level []int
	for range limit {
		packages := []int{}
		for i := 0; i+1 < len(level); i += 2 {
			packages = append(packages, level[i]+level[i+1])
		}
		level = append(packages, leaves...)
		slices.Sort(level)
	}
	sum := 0
	for _, v := range level[:2*len(leaves)-2] {
		sum += v
	}
	return sum
}

// TestPrefixCode: codes are complete, no longer than allowed, and the best ones, or
// almost the best if the limit cuts them.
func TestPrefixCode(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		counts := make([]uint32, 2+random.IntN(maxLiterals-1))
		for i := range counts {
			if random.IntN(4) > 0 {
				counts[i] = 1 + uint32(random.ExpFloat64()*float64(uint32(1)<<random.IntN(20)))
			}
		}
		counts[0], counts[1] = 1, 1+counts[1]
		for _, limit := range []int{maxCodeBits, 7} {
			if limit == 7 {
				counts = counts[:min(len(counts), lengthCodes)]
				for i := range counts {
					counts[i] = min(counts[i], 1+counts[i]%100)
				}
			}
			var c prefixCode
			c.set(counts, limit)
			room := 1 << limit
			for symbol, n := range c.lengths {
				if int(n) > limit || (n > 0) != (symbol < len(counts) && counts[symbol] > 0) {
					t.Fatalf("symbol %d has a code of %d bits", symbol, n)
				}
				if n > 0 {
					room -= 1 << (limit - int(n))
				}
			}
			if room != 0 {
				t.Fatalf("%d of %d codes are left over", room, 1<<limit)
			}
			least, got := leastCodeBits(counts, limit), c.size(counts)
			if got < least || got > least && (slices.Max(c.lengths[:]) < uint8(limit) || got > least+least/20) {
				t.Fatalf("%d bits, %d are enough", got, least)
			}
		}
	}
}

// TestPrefixCodeFew: there are at least two codes, since decoders refuse fewer.
func TestPrefixCodeFew(t *testing.T) {
	for _, counts := range [][]uint32{{0, 0, 0}, {7, 0, 0}, {0, 0, 7}} {
		var c prefixCode
		c.set(counts, 15)
		n := 0
		for symbol, length := range c.lengths {
			n += int(length)
			if symbol < len(counts) && counts[symbol] > 0 && length != 1 {
				t.Errorf("%v: a code of %d bits", counts, length)
			}
		}
		if n != 2 {
			t.Errorf("%v: codes of %d bits together, want two of one", counts, n)
		}
	}
}
