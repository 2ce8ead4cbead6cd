package subject

// smooth returns the means of v, a number for each pixel of p, over squares of 3 × 3
// pixels. Pixels beyond the edges are left out.
func (p Picture) smooth(v []int32) []int32 {
	across, out := make([]int32, len(v)), make([]int32, len(v))
	for y := range p.Height {
		from, to := v[y*p.Width:][:p.Width], across[y*p.Width:][:p.Width]
		copy(to, from)
		for x := 1; x < p.Width; x++ {
			to[x] += from[x-1]
			to[x-1] += from[x]
		}
	}
	copy(out, across)
	for i := p.Width; i < len(v); i++ {
		out[i] += across[i-p.Width]
		out[i-p.Width] += across[i]
	}
	for y := range p.Height {
		rows := inReach(y, p.Height)
		row := out[y*p.Width:][:p.Width]
		for x := range row {
			row[x] /= rows * inReach(x, p.Width)
		}
	}
	return out
}

// inReach returns how many of n places in a line are at most one away from place i.
func inReach(i, n int) int32 {
	return int32(min(i+1, n-1) - max(i-1, 0) + 1)
}
