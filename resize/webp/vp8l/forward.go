package vp8l

// residual returns what remains of pixel v after prediction by a mode, in all
// four channels (RFC 9649 section 3.5.1).
func residual(mode int, v, left, top, corner, right uint32) uint32 {
	return sub(v, predicted(mode, left, top, corner, right))
}

// predicted returns the prediction of a mode.
func predicted(mode int, left, top, corner, right uint32) uint32 {
	switch mode {
	case 1:
		return left
	case 2:
		return top
	case 3:
		return right
	case 4:
		return corner
	case 5:
		return average(average(left, right), top)
	case 6:
		return average(left, corner)
	case 7:
		return average(left, top)
	case 8:
		return average(corner, top)
	case 9:
		return average(top, right)
	case 10:
		return average(average(left, corner), average(top, right))
	case 11:
		return selected(left, top, corner)
	case 12:
		return clampedSum(left, top, corner)
	case 13:
		return clampedHalf(average(left, top), corner)
	}
	return opaqueBlack
}

// residualCosts holds the cost of each sample of a residual, by channel.
type residualCosts [4][256]uint16

// of returns the cost of residual v.
func (c *residualCosts) of(v uint32) uint32 {
	return uint32(c[0][v&0xff]) + uint32(c[1][v>>8&0xff]) + uint32(c[2][v>>16&0xff]) + uint32(c[3][v>>24])
}

// guess sets c to costs that grow with the distance from 0.
func (c *residualCosts) guess() {
	for i := range 256 {
		d := min(i, 256-i)
		cost := uint16((1 + 2*log2(uint32(d+1))) * bit)
		for channel := range c {
			c[channel][i] = cost
		}
	}
}

// set sets c to the costs of residuals that occur as often as n says.
func (c *residualCosts) set(n *[4][256]uint32) {
	var costs [256]uint32
	for channel := range c {
		setCosts(costs[:], n[channel][:])
		for i, cost := range costs {
			c[channel][i] = uint16(min(cost, 24*bit))
		}
	}
}

// forward chooses and applies transforms of pixels. Its fields are scratch space.
type forward struct {
	costs    residualCosts
	seen     [4][256]uint32
	modes    []uint32 // by tile
	elements []uint32
	out      []uint32
	judged   judged
	tinted   [1 << (2 * colourBits)]uint32
}

// modeBits is the cost, in bits, of a mode that differs from the last tile's.
const modeBits = 3

// predict chooses the mode of each tile of 1 << tileBits pixels a side and sets
// f.out to the residuals of pix.
func (f *forward) predict(pix []uint32, width, height int, tileBits uint, m *effort) {
	across, down := tilesOf(width, tileBits), tilesOf(height, tileBits)
	f.modes = sized(f.modes, across*down)
	f.out = sized(f.out, len(pix))
	f.costs.guess()
	clear(f.seen[:])
	// Estimate the costs of residuals from some of the tiles.
	const every = 7
	last := -1
	for i := 0; i < across*down; i += every {
		mode := f.choose(pix, width, height, i%across, i/across, tileBits, last, m)
		f.see(pix, width, height, i%across, i/across, tileBits, mode)
	}
	f.costs.set(&f.seen)
	for i := range across * down {
		mode := f.choose(pix, width, height, i%across, i/across, tileBits, last, m)
		f.modes[i] = opaqueBlack | uint32(mode)<<8
		last = mode
	}
	f.apply(pix, width, tileBits, across)
}

// see counts the residuals of a tile.
func (f *forward) see(pix []uint32, width, height, tx, ty int, tileBits uint, mode int) {
	x0, x1 := max(1, tx<<tileBits), min(width, (tx+1)<<tileBits)
	y0, y1 := max(1, ty<<tileBits), min(height, (ty+1)<<tileBits)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			i := y*width + x
			v := residual(mode, pix[i], pix[i-1], pix[i-width], pix[i-width-1], pix[i-width+1])
			for channel := range f.seen {
				f.seen[channel][v>>(8*channel)&0xff]++
			}
		}
	}
}

// apply sets f.out to the residuals of pix.
func (f *forward) apply(pix []uint32, width int, tileBits uint, across int) {
	last := uint32(opaqueBlack)
	for x, v := range pix[:width] {
		f.out[x] = sub(v, last)
		last = v
	}
	for y := 1; y*width < len(pix); y++ {
		row := y * width
		f.out[row] = sub(pix[row], pix[row-width])
		modes := f.modes[y>>tileBits*across:]
		for x0 := 1; x0 < width; {
			mode := modes[x0>>tileBits]
			x1 := min(width, (x0>>tileBits+1)<<tileBits)
			for x1 < width && modes[x1>>tileBits] == mode {
				x1 = min(width, x1+1<<tileBits)
			}
			above := pix[row+x0-width-1:]
			residuals(int(mode>>8&15), f.out[row+x0:row+x1], pix[row+x0:], pix[row+x0-1:], above[1:], above, above[2:])
			x0 = x1
		}
	}
}

// removeGreen subtracts green from red and blue (section 3.5.3).
func removeGreen(out, pix []uint32) {
	for i, v := range pix {
		out[i] = withoutGreen(v)
	}
}

// withoutGreen returns v with green subtracted from red and blue.
func withoutGreen(v uint32) uint32 {
	g := v >> 8 & 0xff
	return v&0xff00ff00 | (v|0xff00ff00-g<<16-g)&0x00ff00ff
}
