package paths

// disjoint holds disjoint sets of indices: each index names another one of its set, or
// itself.
type disjoint []int

func newDisjoint(n int) disjoint {
	d := make(disjoint, n)
	for i := range d {
		d[i] = i
	}
	return d
}

// root returns the index that stands for the set of i.
func (d disjoint) root(i int) int {
	for d[i] != i {
		d[i] = d[d[i]]
		i = d[i]
	}
	return i
}

func (d disjoint) join(i, j int) { d[d.root(j)] = d.root(i) }
