package gif

import (
	"image"
	"math"
	"math/bits"
	"slices"
)

// palette is a colour table whose last colour is transparent.
type palette struct {
	*nearestColour
	transparent uint8
	near        [][]neighbour // of each colour; nil if not computed yet
}

// neighbour is another colour and its squared distance.
type neighbour struct {
	index    uint8
	distance int32
}

// squaredErrors is the sum of the squared errors of pixels with their assigned colours.
type squaredErrors struct{ sum, pixels int }

func (e squaredErrors) mean() int { return e.sum / max(1, e.pixels) }

// newPalette returns a palette of at most n colours, plus transparency, for pixels of
// the given colours, whose order it changes.
func newPalette(colours []colour, n int, m *effort) *palette {
	return paletteOf(quantise(colours, n, m.sharedRounds, nil))
}

// newLocalPalette returns a palette with fewer colours if more are not worth the bytes
// of a colour table for a single frame.
func newLocalPalette(colours []colour, n int, m *effort) *palette {
	pixels := 0
	for _, c := range colours {
		pixels += c.pixels
	}
	return paletteOf(quantise(colours, n, m.rounds, func(sizes []paletteSize) int {
		full := sizes[len(sizes)-1]
		best, least := full.colours, tableCost(full, pixels)
		for _, s := range sizes {
			if c := tableCost(s, pixels); c < least && s.errors-full.errors <= bearable(full.errors, pixels) {
				best, least = s.colours, c
			}
		}
		return best
	}))
}

func paletteOf(colours [][3]uint8) *palette {
	return &palette{newNearest(colours), uint8(len(colours)), make([][]neighbour, len(colours))}
}

// mostNear is how many neighbours of a colour are kept.
const mostNear = 12

// neighbours returns the mostNear colours nearest to colour i, nearest first.
func (p *palette) neighbours(i uint8) []neighbour {
	if p.near[i] != nil {
		return p.near[i]
	}
	list := make([]neighbour, 0, mostNear)
	c := p.colours[i]
	for j, d := range p.colours {
		n := neighbour{uint8(j), int32(squaredError(c, d[0], d[1], d[2]))}
		if j == int(i) || len(list) == mostNear && n.distance >= list[mostNear-1].distance {
			continue
		}
		list = list[:min(len(list), mostNear-1)]
		at := len(list)
		for at > 0 && list[at-1].distance > n.distance {
			at--
		}
		list = slices.Insert(list, at, n)
	}
	p.near[i] = list
	return list
}

// apply finds the nearest colour of each changed pixel of frame, and returns the
// errors.
func (p *palette) apply(indices []uint8, frame *image.NRGBA, changed []bool) squaredErrors {
	var errors squaredErrors
	last, index, distance := uint32(usedSlot), uint8(0), 0
	for i, change := range changed {
		if !change {
			continue
		}
		px := frame.Pix[4*i : 4*i+4 : 4*i+4]
		if c := packRGB(px[0], px[1], px[2]); c != last {
			last, index = c, p.index(px[0], px[1], px[2])
			distance = squaredError(p.colours[index], px[0], px[1], px[2])
		}
		indices[i] = index
		errors.sum += distance
		errors.pixels++
	}
	return errors
}

const (
	// littleError is a mean squared error of pixels that is good enough.
	littleError = 9
	// seenError is a squared error of a pixel that may be visible.
	seenError = 48
	// errorPerBit is the share of the mean error by which a frame's squared errors may
	// grow for each bit saved: about what indices cost, where one more bit halves the
	// error of two samples.
	errorPerBit = 0.6
	// bitsPerBit is how many bits the compressed index of a pixel grows by for each
	// further bit of an index.
	bitsPerBit = 0.35
)

// bearable returns how much more squared error than e the pixels may have together if
// that saves bytes.
func bearable(e, pixels int) int { return max(seenError*pixels, e) }

// worthwhile reports whether the new palette p, which makes errors e, is worth its
// bytes compared with an existing one, which makes errors old.
func (p *palette) worthwhile(e, old squaredErrors) bool {
	table := int(24) << p.tableBits()
	price := int(errorPerBit * float64(table*max(littleError, e.mean())))
	return old.sum-e.sum > min(price, bearable(e.sum, e.pixels))
}

// tableCost returns the cost in bits of a palette of size s for a frame with the given
// number of pixels: its colour table, longer indices, and the errors.
func tableCost(s paletteSize, pixels int) float64 {
	size := bits.Len(uint(s.colours)) // one colour is transparent
	errors := float64(pixels) * math.Log(float64(s.errors)/float64(max(1, pixels))+littleError) / errorPerBit
	return float64(int(24)<<size) + bitsPerBit*float64(size*pixels) + errors
}
