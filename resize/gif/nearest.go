package gif

// nearestColour finds the nearest of at most 256 colours exactly. It divides the colour
// cube into eight cells, and those again that it visits often. For each cell it lists
// the colours that may be nearest to some point in it.
type nearestColour struct {
	colours [][3]uint8
	cells   []cell      // the first one is the whole cube
	lists   []candidate // of all cells
}

// cell is a part of the colour cube.
type cell struct {
	start, count int32 // of the list; a count of 0 if it is not made yet
	parts        int32 // the first of eight cells, or 0 if undivided
	visits       int32
}

// candidate is a colour and its index.
type candidate struct{ r, g, b, index uint8 }

const (
	// fewCandidates is how many candidates are worth comparing without dividing the
	// cell.
	fewCandidates = 6
	// manyVisits is how many visits make a cell worth dividing.
	manyVisits = 4
	// mostCells and mostCandidates bound memory: beyond them, cells are not divided, or
	// share the candidates of the cell around them.
	mostCells, mostCandidates = 1 << 13, 1 << 16
)

// newNearest returns a finder of the nearest of colours, which it does not copy.
func newNearest(colours [][3]uint8) *nearestColour {
	n := &nearestColour{colours: colours}
	n.moved()
	return n
}

// moved makes n use its colours' new values.
func (n *nearestColour) moved() {
	n.lists = n.lists[:0]
	for i, c := range n.colours {
		n.lists = append(n.lists, candidate{c[0], c[1], c[2], uint8(i)})
	}
	n.cells = append(n.cells[:0], cell{count: int32(len(n.colours))})
}

// index returns the index of the colour nearest to r, g and b; the first one if several
// are. There must be a colour.
func (n *nearestColour) index(r, g, b uint8) uint8 {
	at, bits := int32(0), 8 // bits of the sides of the cell
	for n.cells[at].parts != 0 || n.divide(at, bits) {
		bits--
		part := int32(r>>bits&1)<<2 | int32(g>>bits&1)<<1 | int32(b>>bits&1)
		from := at
		at = n.cells[at].parts + part
		if n.cells[at].count == 0 {
			n.narrow(at, from, [3]uint8{r >> bits << bits, g >> bits << bits, b >> bits << bits}, 1<<bits-1)
		}
	}
	c := &n.cells[at]
	list := n.lists[c.start:][:c.count]
	best, least := uint8(0), 1<<30
	for _, c := range list {
		if d := squaredError([3]uint8{c.r, c.g, c.b}, r, g, b); d < least {
			best, least = c.index, d
		}
	}
	return best
}

// divide divides a cell if that is worthwhile, and reports whether it did.
func (n *nearestColour) divide(at int32, bits int) bool {
	c := &n.cells[at]
	if c.count <= fewCandidates || bits == 0 {
		return false
	}
	if c.visits++; c.visits < manyVisits || len(n.cells) > mostCells-8 {
		return false
	}
	c.parts = int32(len(n.cells))
	n.cells = append(n.cells, make([]cell, 8)...)
	return true
}

const redWeight, greenWeight, blueWeight = 3, 4, 2

// weights holds the weights of red, green and blue in the squared error.
var weights = [3]int{redWeight, greenWeight, blueWeight}

// squaredError returns the visible distance of two colours: the weighted sum of the
// squares of the differences of samples.
func squaredError(c [3]uint8, r, g, b uint8) int {
	dr, dg, db := int(c[0])-int(r), int(c[1])-int(g), int(c[2])-int(b)
	return redWeight*dr*dr + greenWeight*dg*dg + blueWeight*db*db
}

// narrow lists the candidates of cell at, which begins at start and has extent further
// levels in each sample. It keeps a candidate of the surrounding cell unless another
// one's farthest distance in the cell is below its nearest.
func (n *nearestColour) narrow(at, from int32, start [3]uint8, extent int) {
	list := n.lists[n.cells[from].start:][:n.cells[from].count]
	c := &n.cells[at]
	if len(n.lists)+len(list) > mostCandidates {
		c.start, c.count = n.cells[from].start, n.cells[from].count
		return
	}
	var nearest [256]int
	bound := 1 << 30
	for i, c := range list {
		nearR, farR := cellDistances(c.r, start[0], extent)
		nearG, farG := cellDistances(c.g, start[1], extent)
		nearB, farB := cellDistances(c.b, start[2], extent)
		nearest[i] = redWeight*nearR + greenWeight*nearG + blueWeight*nearB
		bound = min(bound, redWeight*farR+greenWeight*farG+blueWeight*farB)
	}
	c.start = int32(len(n.lists))
	for i, near := range list {
		if nearest[i] <= bound {
			n.lists = append(n.lists, near)
		}
	}
	c.count = int32(len(n.lists)) - c.start
}

// cellDistances returns the squared distances from a sample to the nearest and the
// farthest level of a cell.
func cellDistances(v, start uint8, extent int) (near, far int) {
	low, high := int(start)-int(v), int(v)-int(start)-extent
	d := max(low, high, 0)
	far = max(-low, -high)
	return d * d, far * far
}
