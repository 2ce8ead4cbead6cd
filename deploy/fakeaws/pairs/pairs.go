// Package pairs chooses combinations of options for tests: every pair of values of two
// options is in one of them, in far fewer than there are combinations.
package pairs

import (
	"math/rand/v2"
	"slices"
)

// seeds is how many arrays are tried, of which the shortest is taken.
const seeds = 40

// Cover returns combinations of options, of which the i-th has values[i] values: for
// each option the index of its value, the first of all in front. It returns the same
// ones each time.
func Cover(values ...int) [][]int {
	return CoverAllowed(values, func([]int) bool { return true })
}

// CoverAllowed is [Cover] of the combinations that allowed reports to make sense. It
// is asked of such that are not complete too, with -1 for what is not chosen yet: what
// it refuses of one it must refuse of all that have the same and more. Pairs that no
// allowed combination has are left out; the first values of all must be allowed.
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

// choice is an option and one of its values; pair has the lesser option first.
type (
	choice struct{ option, value int }
	pair   struct{ a, b choice }
)

func pairOf(a, b choice) pair {
	if a.option > b.option {
		a, b = b, a
	}
	return pair{a, b}
}

// array is combinations that are being chosen.
type array struct {
	values  []int
	allowed func(row []int) bool
	random  *rand.Rand
	open    map[pair]bool // pairs that no row has yet
}

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
			delete(a.open, p) // nothing has both
			continue
		}
		a.cover(row)
		rows = append(rows, row)
	}
	return rows
}

// complete chooses what a row has not chosen yet, of each option in order the value
// that covers most, and goes back where nothing is allowed.
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

// gain counts the open pairs of c with what a row has.
func (a *array) gain(row []int, c choice) (n int) {
	for f, v := range row {
		if v >= 0 && f != c.option && a.open[pairOf(choice{f, v}, c)] {
			n++
		}
	}
	return n
}

func (a *array) cover(row []int) {
	for f := range row {
		for g := f + 1; g < len(row); g++ {
			delete(a.open, pair{choice{f, row[f]}, choice{g, row[g]}})
		}
	}
}
