package deblock

// reference does the loop filter of section 7.14 step by step, for an intra frame whose
// blocks are all filtered.
type reference struct {
	CurrFrame               [3][][]int
	LoopfilterTxSizes       [3][][]Size
	NumPlanes               int
	MiRows, MiCols          int
	FrameWidth, FrameHeight int
	subX, subY              int
	level                   [4]int
	sharpness               int
}

const miSize = 4

func (r *reference) process() {
	for plane := range r.NumPlanes {
		if plane == 0 || r.level[1+plane] != 0 {
			for pass := range 2 {
				rowStep, colStep := 1, 1
				if plane > 0 {
					rowStep, colStep = 1<<r.subY, 1<<r.subX
				}
				for row := 0; row < r.MiRows; row += rowStep {
					for col := 0; col < r.MiCols; col += colStep {
						r.edge(plane, pass, row, col)
					}
				}
			}
		}
	}
}

func (r *reference) edge(plane, pass, row, col int) {
	subX, subY := 0, 0
	if plane > 0 {
		subX, subY = r.subX, r.subY
	}
	dx, dy := 1, 0
	if pass == 1 {
		dx, dy = 0, 1
	}
	x, y := col*miSize, row*miSize
	row, col = row|subY, col|subX
	if x >= r.FrameWidth || y >= r.FrameHeight || pass == 0 && x == 0 || pass == 1 && y == 0 {
		return
	}
	xP, yP := x>>subX, y>>subY
	prevRow, prevCol := row-(dy<<subY), col-(dx<<subX)
	txSz := r.LoopfilterTxSizes[plane][row>>subY][col>>subX]
	prevTxSz := r.LoopfilterTxSizes[plane][prevRow>>subY][prevCol>>subX]
	isTxEdge := pass == 0 && xP%(1<<txSz.log2Width()) == 0 || pass == 1 && yP%(1<<txSz.log2Height()) == 0
	baseSize := min(1<<prevTxSz.log2Width(), 1<<txSz.log2Width())
	if pass == 1 {
		baseSize = min(1<<prevTxSz.log2Height(), 1<<txSz.log2Height())
	}
	filterSize := min(16, baseSize)
	if plane > 0 {
		filterSize = min(8, baseSize)
	}
	i := plane + 1
	if plane == 0 {
		i = pass
	}
	lvl := r.level[i]
	shift := 0
	if r.sharpness > 4 {
		shift = 2
	} else if r.sharpness > 0 {
		shift = 1
	}
	limit := max(1, lvl>>shift)
	if r.sharpness > 0 {
		limit = min(max(1, lvl>>shift), 9-r.sharpness)
	}
	blimit, thresh := 2*(lvl+2)+limit, lvl>>4
	for i := range miSize {
		if isTxEdge && lvl > 0 {
			r.sample(xP+dy*i, yP+dx*i, plane, limit, blimit, thresh, dx, dy, filterSize)
		}
	}
}

func abs(x int) int { return max(x, -x) }

func (r *reference) sample(x, y, plane, limit, blimit, thresh, dx, dy, filterSize int) {
	at := func(i int) *int { return &r.CurrFrame[plane][y+i*dy][x+i*dx] }
	q := func(i int) int { return *at(i) }
	p := func(i int) int { return *at(-1 - i) }
	hevMask := abs(p(1)-p(0)) > thresh || abs(q(1)-q(0)) > thresh
	filterLen := 16
	if filterSize == 4 {
		filterLen = 4
	} else if plane != 0 {
		filterLen = 6
	} else if filterSize == 8 {
		filterLen = 8
	}
	mask := abs(p(1)-p(0)) > limit || abs(q(1)-q(0)) > limit || abs(p(0)-q(0))*2+abs(p(1)-q(1))/2 > blimit
	if filterLen >= 6 {
		mask = mask || abs(p(2)-p(1)) > limit || abs(q(2)-q(1)) > limit
	}
	if filterLen >= 8 {
		mask = mask || abs(p(3)-p(2)) > limit || abs(q(3)-q(2)) > limit
	}
	flatMask, flatMask2 := false, false
	if filterSize >= 8 {
		m := abs(p(1)-p(0)) > 1 || abs(q(1)-q(0)) > 1 || abs(p(2)-p(0)) > 1 || abs(q(2)-q(0)) > 1
		if filterLen >= 8 {
			m = m || abs(p(3)-p(0)) > 1 || abs(q(3)-q(0)) > 1
		}
		flatMask = !m
	}
	if filterSize >= 16 {
		m := false
		for i := 4; i <= 6; i++ {
			m = m || abs(p(i)-p(0)) > 1 || abs(q(i)-q(0)) > 1
		}
		flatMask2 = !m
	}
	switch {
	case mask:
	case filterSize == 4 || !flatMask:
		r.narrow(at, hevMask)
	case filterSize == 8 || !flatMask2:
		r.wide(at, plane, 3)
	default:
		r.wide(at, plane, 4)
	}
}

func (r *reference) narrow(at func(int) *int, hevMask bool) {
	clamp := func(x int) int { return min(max(x, -128), 127) }
	ps1, ps0, qs0, qs1 := *at(-2)-0x80, *at(-1)-0x80, *at(0)-0x80, *at(1)-0x80
	filter := 0
	if hevMask {
		filter = clamp(ps1 - qs1)
	}
	filter = clamp(filter + 3*(qs0-ps0))
	filter1 := clamp(filter+4) >> 3
	filter2 := clamp(filter+3) >> 3
	*at(0) = clamp(qs0-filter1) + 0x80
	*at(-1) = clamp(ps0+filter2) + 0x80
	if !hevMask {
		filter = (filter1 + 1) >> 1
		*at(1) = clamp(qs1-filter) + 0x80
		*at(-2) = clamp(ps1+filter) + 0x80
	}
}

func (r *reference) wide(at func(int) *int, plane, log2Size int) {
	n := 2
	if log2Size == 4 {
		n = 6
	} else if plane == 0 {
		n = 3
	}
	n2 := 1
	if log2Size == 3 && plane == 0 {
		n2 = 0
	}
	F := map[int]int{}
	for i := -n; i < n; i++ {
		t := 0
		for j := -n; j <= n; j++ {
			p := min(max(-(n+1), i+j), n)
			tap := 1
			if abs(j) <= n2 {
				tap = 2
			}
			t += *at(p) * tap
		}
		F[i] = (t + 1<<(log2Size-1)) >> log2Size
	}
	for i := -n; i < n; i++ {
		*at(i) = F[i]
	}
}
