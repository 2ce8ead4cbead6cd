package gif

// nearestBits is how many upper bits of each sample name a cell of the colour
// cube.
const nearestBits = 4

// nearestColour finds the nearest of at most 256 colours exactly. For each
// cell of the colour cube it knows those that may be the nearest to anything in
// the cell, which are few.
type nearestColour struct {
	colours [][3]uint8
	lists   [1 << (3 * nearestBits)][]uint8 // empty where not made yet
}

// newNearest returns a finder of the nearest of colours, which are not copied.
func newNearest(colours [][3]uint8) *nearestColour {
	return &nearestColour{colours: colours}
}

// index returns the number of the colour nearest to r, g and b. There must be a
// colour.
func (n *nearestColour) index(r, g, b uint8) uint8 {
	const drop = 8 - nearestBits
	cell := int(r>>drop)<<(2*nearestBits) | int(g>>drop)<<nearestBits | int(b>>drop)
	list := n.lists[cell]
	if len(list) == 0 {
		list = n.candidates(list, r>>drop<<drop, g>>drop<<drop, b>>drop<<drop)
		n.lists[cell] = list
	}
	best, least := list[0], squaredError(n.colours[list[0]], r, g, b)
	for _, i := range list[1:] {
		if d := squaredError(n.colours[i], r, g, b); d < least {
			best, least = i, d
		}
	}
	return best
}

// weights are what the squared error of red, green and blue counts.
var weights = [3]int{3, 4, 2}

// squaredError returns how far a colour is from another one to the eye: the sum of
// the squares of the differences of samples, weighted.
func squaredError(c [3]uint8, r, g, b uint8) int {
	dr, dg, db := int(c[0])-int(r), int(c[1])-int(g), int(c[2])-int(b)
	return weights[0]*dr*dr + weights[1]*dg*dg + weights[2]*db*db
}

// moved has n find the nearest of its colours again, which have changed.
func (n *nearestColour) moved() {
	for i := range n.lists {
		n.lists[i] = n.lists[i][:0]
	}
}

// candidates appends the colours that are no farther from some place of the cell
// that begins at r, g and b than another colour is from all of it.
func (n *nearestColour) candidates(list []uint8, r, g, b uint8) []uint8 {
	var nearest [256]int
	bound := 1 << 30
	for i, c := range n.colours {
		nearR, farR := cellDistances(c[0], r)
		nearG, farG := cellDistances(c[1], g)
		nearB, farB := cellDistances(c[2], b)
		nearest[i] = weights[0]*nearR + weights[1]*nearG + weights[2]*nearB
		bound = min(bound, weights[0]*farR+weights[1]*farG+weights[2]*farB)
	}
	for i := range n.colours {
		if nearest[i] <= bound {
			list = append(list, uint8(i))
		}
	}
	return list
}

// cellDistances returns the squared distances from a sample to the nearest and the
// farthest one of a cell.
func cellDistances(v, start uint8) (near, far int) {
	low, high := int(start)-int(v), int(v)-int(start)-(1<<(8-nearestBits)-1)
	d := max(low, high, 0)
	far = max(-low, -high)
	return d * d, far * far
}
