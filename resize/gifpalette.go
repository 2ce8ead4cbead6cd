package resize

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"
)

// gifPalette is a colour table whose last colour is transparent, and a way to
// find the colour nearest to another.
type gifPalette struct {
	colours     color.Palette // of color.NRGBA
	transparent uint8
	// nearest holds, for each cell of the colour cube, the index of the
	// nearest colour and 1, or 0 where it was not looked for yet.
	nearest []uint16
}

// cellBits is how many bits of a sample name a cell of the colour cube.
const cellBits = 5

func cellOf(r, g, b uint8) int {
	const drop = 8 - cellBits
	return int(r>>drop)<<(2*cellBits) | int(g>>drop)<<cellBits | int(b>>drop)
}

// newGIFPalette is the palette of at most n colours, and transparency, for the
// pixels of frame that changed.
func newGIFPalette(frame *image.NRGBA, changed []bool, n int) *gifPalette {
	p := &gifPalette{nearest: make([]uint16, 1<<(3*cellBits))}
	for _, c := range medianCut(countCells(frame, changed), n) {
		p.colours = append(p.colours, c)
	}
	p.transparent = uint8(len(p.colours))
	p.colours = append(p.colours, color.NRGBA{})
	return p
}

// index is the colour nearest to the cell of r, g and b.
func (p *gifPalette) index(r, g, b uint8) uint8 {
	cell := cellOf(r, g, b)
	if p.nearest[cell] == 0 {
		p.nearest[cell] = uint16(p.search(r, g, b)) + 1
	}
	return uint8(p.nearest[cell] - 1)
}

// search is the opaque colour nearest to r, g and b.
func (p *gifPalette) search(r, g, b uint8) uint8 {
	best, least := 0, 1<<30
	for i, c := range p.colours[:p.transparent] {
		if d := squaredError(c.(color.NRGBA), r, g, b); d < least {
			best, least = i, d
		}
	}
	return uint8(best)
}

func squaredError(c color.NRGBA, r, g, b uint8) int {
	dr, dg, db := int(c.R)-int(r), int(c.G)-int(g), int(c.B)-int(b)
	return dr*dr + dg*dg + db*db
}

// meanError is the mean squared error of a sample if the pixels of frame that
// changed had colours of p. With no colour but transparent none will do.
func (p *gifPalette) meanError(frame *image.NRGBA, changed []bool) int {
	if p.transparent == 0 {
		return math.MaxInt
	}
	sum, n := 0, 0
	for i, change := range changed {
		if !change {
			continue
		}
		px := frame.Pix[4*i : 4*i+3 : 4*i+3]
		c := p.colours[p.index(px[0], px[1], px[2])].(color.NRGBA)
		sum += squaredError(c, px[0], px[1], px[2])
		n += 3
	}
	return sum / max(1, n)
}

// cell is a cell of the colour cube and the pixels in it.
type cell struct {
	n   int    // pixels
	sum [3]int // of their samples
}

func (c cell) mean(channel int) int { return c.sum[channel] / c.n }

// countCells are the cells that hold pixels of frame that changed.
func countCells(frame *image.NRGBA, changed []bool) []cell {
	cube := make([]cell, 1<<(3*cellBits))
	for i, change := range changed {
		if !change {
			continue
		}
		px := frame.Pix[4*i : 4*i+3 : 4*i+3]
		c := &cube[cellOf(px[0], px[1], px[2])]
		c.n++
		for channel, v := range px {
			c.sum[channel] += int(v)
		}
	}
	return slices.DeleteFunc(cube, func(c cell) bool { return c.n == 0 })
}

// medianCut is at most n colours that stand for cells: the set whose pixels
// spread most is halved at its mean until there are n sets (after Heckbert,
// "Color image quantization for frame buffer display", 1982, and Wu's choice of
// the set by its variance).
func medianCut(cells []cell, n int) []color.NRGBA {
	sets := []cellSet{newCellSet(cells)}
	for len(sets) < n {
		widest := 0
		for i, s := range sets {
			if s.spread > sets[widest].spread {
				widest = i
			}
		}
		if sets[widest].spread == 0 {
			break
		}
		low, high := sets[widest].halve()
		sets[widest] = low
		sets = append(sets, high)
	}
	var colours []color.NRGBA
	for _, s := range sets {
		if len(s.cells) > 0 {
			colours = append(colours, s.colour())
		}
	}
	return colours
}

// cellSet is a set of cells that one colour may stand for.
type cellSet struct {
	cells   []cell
	channel int     // the one that spreads most
	centre  float64 // the mean of that channel
	spread  float64 // its variance, times the number of pixels
}

func newCellSet(cells []cell) cellSet {
	s := cellSet{cells: cells}
	if len(cells) < 2 {
		return s
	}
	for channel := range 3 {
		var n, sum, squares float64
		for _, c := range cells {
			v := float64(c.mean(channel))
			n += float64(c.n)
			sum += v * float64(c.n)
			squares += v * v * float64(c.n)
		}
		if spread := squares - sum*sum/n; spread > s.spread {
			s.channel, s.spread, s.centre = channel, spread, sum/n
		}
	}
	return s
}

// halve splits s at its centre; neither half is empty.
func (s cellSet) halve() (low, high cellSet) {
	slices.SortFunc(s.cells, func(a, b cell) int { return cmp.Compare(a.mean(s.channel), b.mean(s.channel)) })
	at := slices.IndexFunc(s.cells, func(c cell) bool { return float64(c.mean(s.channel)) > s.centre })
	at = min(max(at, 1), len(s.cells)-1)
	return newCellSet(s.cells[:at]), newCellSet(s.cells[at:])
}

func (s cellSet) colour() color.NRGBA {
	var n int
	var sum [3]int
	for _, c := range s.cells {
		n += c.n
		for channel := range 3 {
			sum[channel] += c.sum[channel]
		}
	}
	round := func(channel int) uint8 { return uint8((sum[channel] + n/2) / n) }
	return color.NRGBA{R: round(0), G: round(1), B: round(2), A: 255}
}
