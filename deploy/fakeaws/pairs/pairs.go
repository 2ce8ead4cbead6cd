// Package pairs chooses combinations of options for tests: every pair of values of two
// options is in one of them, in far fewer than there are combinations.
package pairs

import "math/rand/v2"

// tries is how many combinations are drawn for each that is chosen.
const tries = 50

// pair is two values, by the indices of their options and their own.
type pair struct{ option, value, other, otherValue int }

// Cover returns combinations of options, of which the i-th has values[i] values: for
// each option the index of its value. It returns the same ones each time.
func Cover(values ...int) [][]int {
	open := map[pair]bool{}
	for i, n := range values {
		for j := i + 1; j < len(values); j++ {
			for a := range n {
				for b := range values[j] {
					open[pair{i, a, j, b}] = true
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var chosen [][]int
	for len(open) > 0 {
		var best []int
		most := 0
		for range tries {
			drawn := make([]int, len(values))
			for i, n := range values {
				drawn[i] = random.IntN(n)
			}
			if n := count(open, drawn); n > most {
				best, most = drawn, n
			}
		}
		if best == nil { // the last ones are not hit by chance
			for p := range open {
				if best == nil || less(p, best, values) {
					best = with(p, values)
				}
			}
		}
		chosen = append(chosen, best)
		each(best, func(p pair) { delete(open, p) })
	}
	return chosen
}

// with is a combination that has a pair, and the first value of all other options.
func with(p pair, values []int) []int {
	combination := make([]int, len(values))
	combination[p.option], combination[p.other] = p.value, p.otherValue
	return combination
}

// less reports whether a pair's combination comes before another, so that the choice
// does not depend on the order of a map.
func less(p pair, than []int, values []int) bool {
	for i, v := range with(p, values) {
		if v != than[i] {
			return v < than[i]
		}
	}
	return false
}

func count(open map[pair]bool, combination []int) (n int) {
	each(combination, func(p pair) {
		if open[p] {
			n++
		}
	})
	return n
}

// each calls f with every pair of a combination.
func each(combination []int, f func(pair)) {
	for i, a := range combination {
		for j := i + 1; j < len(combination); j++ {
			f(pair{i, a, j, combination[j]})
		}
	}
}
