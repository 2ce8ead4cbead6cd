package vp8

// coder writes bits arithmetically, RFC 6386 section 7.3.
type coder struct {
	out    []byte
	span   uint32
	bottom uint32
	count  int
}

func newCoder() *coder { return &coder{span: 255, count: 24} }

// bit writes a bit that is 0 with a probability of prob/256.
func (c *coder) bit(prob uint8, bit bool) {
	split := 1 + (c.span-1)*uint32(prob)>>8
	if bit {
		c.bottom += split
		c.span -= split
		if c.bottom < split {
			c.carry()
		}
	} else {
		c.span = split
	}
	for c.span < 128 {
		c.span <<= 1
		if c.bottom&(1<<31) != 0 {
			c.carry()
		}
		c.bottom <<= 1
		if c.count--; c.count == 0 {
			c.out = append(c.out, byte(c.bottom>>24))
			c.bottom &= 1<<24 - 1
			c.count = 8
		}
	}
}

// carry adds 1 to the bytes written so far.
func (c *coder) carry() {
	i := len(c.out) - 1
	for ; c.out[i] == 255; i-- {
		c.out[i] = 0
	}
	c.out[i]++
}

// bytes ends the code and returns it.
func (c *coder) bytes() []byte {
	for range 32 {
		c.bit(128, false)
	}
	return c.out
}

// flag writes b with a probability of 1/2 and returns it.
func (c *coder) flag(b bool) bool { c.bit(128, b); return b }

// number writes the lowest n bits of v, the highest first.
func (c *coder) number(v, n int) {
	for n--; n >= 0; n-- {
		c.flag(v>>n&1 != 0)
	}
}

// signed writes whether v is not 0 and, if so, its n bits and its sign.
func (c *coder) signed(v, n int) {
	if c.flag(v != 0) {
		c.number(max(v, -v), n)
		c.flag(v < 0)
	}
}

// leaf writes a leaf of a tree, beginning with the pair of branches tree[at:at+2].
func (c *coder) leaf(tree []int8, probs []uint8, at, leaf int) {
	for bit, branch := range tree[at : at+2] {
		if reaches(tree, int(branch), leaf) {
			c.bit(probs[at>>1], bit != 0)
			if branch > 0 {
				c.leaf(tree, probs, int(branch), leaf)
			}
			return
		}
	}
	panic("no such leaf")
}

// reaches reports whether a branch leads to a leaf.
func reaches(tree []int8, branch, leaf int) bool {
	if branch <= 0 {
		return -branch == leaf
	}
	return reaches(tree, int(tree[branch]), leaf) || reaches(tree, int(tree[branch+1]), leaf)
}
