package vp8l

import "slices"

const mostColours = 256

// palette holds the colours of a picture that has few.
type palette struct {
	colours []uint32
	// slots holds, at the place that a colour hashes to, its index + 1.
	slots [4 * mostColours]uint16
}

// collect sets p to the colours of pix, sorted, and reports whether they are few
// enough.
func (p *palette) collect(pix []uint32) bool {
	p.colours = p.colours[:0]
	clear(p.slots[:])
	last := ^pix[0]
	for _, v := range pix {
		if v == last {
			continue
		}
		last = v
		if slot := p.slot(v); p.slots[slot] == 0 {
			if len(p.colours) == mostColours {
				return false
			}
			p.colours = append(p.colours, v)
			p.slots[slot] = uint16(len(p.colours))
		}
	}
	slices.Sort(p.colours)
	clear(p.slots[:])
	for i, v := range p.colours {
		p.slots[p.slot(v)] = uint16(i + 1)
	}
	return true
}

// slot returns the slot where v is or would be.
func (p *palette) slot(v uint32) uint32 {
	const n = uint32(4 * mostColours)
	for slot := v * 0x9e3779b1 >> 22; ; slot = (slot + 1) % n {
		if i := p.slots[slot]; i == 0 || p.colours[i-1] == v {
			return slot
		}
	}
}

// index sets out to the bundled indices of pix, which has rows of width pixels
// (RFC 9649 section 3.5.4), and returns it.
func (p *palette) index(out, pix []uint32, width int) []uint32 {
	bundled := bundling(len(p.colours))
	each := 8 >> bundled
	across := tilesOf(width, bundled)
	height := len(pix) / width
	out = sized(out, across*height)
	last, index := p.colours[0], uint32(0)
	for y := range height {
		row := pix[y*width:][:width]
		for i := range across {
			packed := uint32(0)
			for x, v := range row[i<<bundled : min(width, (i+1)<<bundled)] {
				if v != last {
					last, index = v, uint32(p.slots[p.slot(v)]-1)
				}
				packed |= index << (x * each)
			}
			out[y*across+i] = opaqueBlack | packed<<8
		}
	}
	return out
}

// differences returns the colours, each minus the one before.
func (p *palette) differences(out []uint32) []uint32 {
	out = sized(out, len(p.colours))
	last := uint32(0)
	for i, v := range p.colours {
		out[i] = sub(v, last)
		last = v
	}
	return out
}
