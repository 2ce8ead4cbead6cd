// Package pairs chooses combinations of options for tests. Every pair of values of two
// options occurs in one of them, and they are far fewer than all combinations.
package pairs

import (
	"math/rand/v2"
	"slices"
)

// seeds is the number of arrays to try. The shortest one is taken.
const seeds = 40

// Cover returns combinations of options, where option i has values[i] values. A
// combination has the index of a value for each option. The first combination has the
// first value of each, and the result is always the same.
func Cover(values ...int) [][]int {
	return CoverAllowed(values, func([]int) bool { return true })
}

// CoverAllowed does the same as [Cover], but only with combinations that allowed
// accepts. It also calls allowed with incomplete combinations, where -1 stands for a
// value not yet chosen. If allowed refuses one of these, it must refuse every
// completion of it. Pairs that no allowed combination has are left out. The combination
// of all first values must be allowed.
func CoverAllowed(values []int, allowed func(row []int) bool) [][]int {
	var best [][]int
	for seed := range uint64(seeds) {
		a := array{values: values, allowed: allowed, random: rand.New(rand.NewPCG(seed, 0)), open: map[pair]bool{}}
		if rows := a.rows(); best == nil || len(rows) < len(best) {
			best = rows
		}
	}
	return best
}

// A choice is an option and one of its values. In a pair, the option of a is the lower
// one.
type (
	choice struct{ option, value int }
	pair   struct{ a, b choice }
)

// pairOf returns the pair of two choices in either order.
func pairOf(a, b choice) pair {
	if a.option > b.option {
		a, b = b, a
	}
	return pair{a, b}
}

// array builds a list of combinations, its rows.
type array struct {
	values  []int
	allowed func(row []int) bool
	random  *rand.Rand
	open    map[pair]bool // pairs that no row has yet
}

// rows returns rows that have every possible pair.
func (a *array) rows() [][]int {
	var wanted []pair
	for f := range a.values {
		for g := f + 1; g < len(a.values); g++ {
			for v := range a.values[f] {
				for w := range a.values[g] {
					p := pair{choice{f, v}, choice{g, w}}
					wanted, a.open[p] = append(wanted, p), true
				}
			}
		}
	}
	rows := [][]int{make([]int, len(a.values))}
	a.cover(rows[0])
	a.random.Shuffle(len(wanted), func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
	for _, p := range wanted {
		if !a.open[p] {
			continue
		}
		row := make([]int, len(a.values))
		for i := range row {
			row[i] = -1
		}
		row[p.a.option], row[p.b.option] = p.a.value, p.b.value
		if !a.allowed(row) || !a.complete(row, a.random.Perm(len(row))) {
			delete(a.open, p) // no allowed row has it
			continue
		}
		a.cover(row)
		rows = append(rows, row)
	}
	return rows
}

// complete chooses the missing values of a row, for one option after the other in
// order. It tries the value that covers the most open pairs first, and goes back where
// nothing is allowed. It reports whether the row could be completed.
func (a *array) complete(row, order []int) bool {
	if len(order) == 0 {
		return true
	}
	option, rest := order[0], order[1:]
	if row[option] >= 0 {
		return a.complete(row, rest)
	}
	candidates := a.random.Perm(a.values[option])
	gains := make([]int, a.values[option])
	for _, v := range candidates {
		gains[v] = a.gain(row, choice{option, v})
	}
	slices.SortStableFunc(candidates, func(v, w int) int { return gains[w] - gains[v] })
	for _, v := range candidates {
		row[option] = v
		if a.allowed(row) && a.complete(row, rest) {
			return true
		}
	}
	row[option] = -1
	return false
}

// gain returns the number of open pairs that c forms with the choices in row.
func (a *array) gain(row []int, c choice) (n int) {
	for f, v := range row {
		if v >= 0 && f != c.option && a.open[pairOf(choice{f, v}, c)] {
			n++
		}
	}
	return n
}

// cover removes the pairs of a row from the open ones.
func (a *array) cover(row []int) {
	for f := range row {
		for g := f + 1; g < len(row); g++ {
			delete(a.open, pair{choice{f, row[f]}, choice{g, row[g]}})
		}
	}
}
