package subject

// smooth returns the means of v, a number for each pixel of p, over squares of 3 × 3
// pixels. Pixels beyond the edges are left out.
func (p Picture) smooth(v []int32) []int32 {
	across, out := make([]int32, len(v)), make([]int32, len(v))
	for y := range p.Height {
		means(across[y*p.Width:], v[y*p.Width:], 1, p.Width)
	}
	for x := range p.Width {
		means(out[x:], across[x:], p.Width, p.Height)
	}
	return out
}

// means writes to out the means of each of n numbers of v and its two neighbours. The
// numbers are step apart.
func means(out, v []int32, step, n int) {
	for i := range n {
		sum, count := v[i*step], int32(1)
		if i > 0 {
			sum, count = sum+v[(i-1)*step], count+1
		}
		if i+1 < n {
			sum, count = sum+v[(i+1)*step], count+1
		}
		out[i*step] = sum / count
	}
}
