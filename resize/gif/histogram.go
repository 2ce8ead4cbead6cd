package gif

import "image"

// colour is a colour of a picture, or the mean of several similar ones, and how many
// pixels have it.
type colour struct {
	rgb    [3]uint8
	pixels int
}

// maxColours is how many colours a histogram distinguishes.
const maxColours = 1 << 15

// histogramSlot counts the pixels of similar colours.
type histogramSlot struct {
	colour uint32 // with usedSlot, or 0 if the slot is empty
	pixels int
	sums   [3]int
}

const usedSlot = 1 << 24

// histogram counts colours in a hash table. It can be used again.
type histogram struct {
	slots   [2 * maxColours]histogramSlot
	used    []uint32 // slots
	colours []colour
}

// count returns the colours of the changed pixels of frame. If there are too many, it
// returns the means of those that agree in their upper bits. The result is valid until
// the next call.
func (h *histogram) count(frame *image.NRGBA, changed []bool) []colour {
	for bits := 8; !h.tryCount(frame, changed, bits); bits-- {
	}
	h.colours = h.colours[:0]
	for _, at := range h.used {
		s := &h.slots[at]
		c := colour{pixels: s.pixels}
		for channel, sum := range s.sums {
			c.rgb[channel] = uint8((sum + s.pixels/2) / s.pixels)
		}
		h.colours = append(h.colours, c)
	}
	return h.colours
}

// tryCount counts colours that differ in their upper bits, and reports whether there is
// room for all. There always is with 5 bits.
func (h *histogram) tryCount(frame *image.NRGBA, changed []bool, bits int) bool {
	for _, at := range h.used {
		h.slots[at] = histogramSlot{}
	}
	h.used = h.used[:0]
	mask := uint32(0xff<<(8-bits)&0xff) * 0x010101
	for i, change := range changed {
		if !change {
			continue
		}
		p := frame.Pix[4*i : 4*i+4 : 4*i+4]
		s := h.slot(packRGB(p[0], p[1], p[2]) & mask)
		if s == nil {
			return false
		}
		s.pixels++
		s.sums[0] += int(p[0])
		s.sums[1] += int(p[1])
		s.sums[2] += int(p[2])
	}
	return true
}

func packRGB(r, g, b uint8) uint32 { return uint32(r)<<16 | uint32(g)<<8 | uint32(b) }

// slot returns the slot of a colour; nil if there is no room for another one.
func (h *histogram) slot(colour uint32) *histogramSlot {
	key := colour | usedSlot
	at := key * 2654435761 >> 16 // Fibonacci hashing
	for h.slots[at].colour != key {
		if h.slots[at].colour == 0 {
			if len(h.used) == maxColours {
				return nil
			}
			h.used = append(h.used, at)
			h.slots[at].colour = key
			break
		}
		at = (at + 1) % uint32(len(h.slots))
	}
	return &h.slots[at]
}
