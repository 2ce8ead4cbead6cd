package vp8

// boolEncoder writes the arithmetic code of RFC 6386 section 7. Call reset before
// use.
type boolEncoder struct {
	out []byte
	interval
}

// interval is the state of a code. The code is what was written, followed by low.
// pending bits of low and 8 more are not written yet; a carry may lie above them.
type interval struct {
	low     uint64
	width   uint32 // 128 to 255
	pending int32
}

// mostPending is the most pending bits before another bit may be put.
const mostPending = 40

// put returns the interval after a bit that is 0 with a probability of prob/256.
func (i interval) put(bit uint32, prob uint8) interval {
	split := 1 + (i.width-1)*uint32(prob)>>8
	i.low += uint64(split & -bit)
	split += (i.width - 2*split) & -bit
	shift := shifts[uint8(split-1)]
	return interval{i.low << shift, split << shift, i.pending + int32(shift)}
}

// reset begins a code and reuses out's memory.
func (b *boolEncoder) reset(out []byte) {
	*b = boolEncoder{out[:0], interval{width: 255}}
}

// put writes a bit that is 0 with a probability of prob/256.
func (b *boolEncoder) put(bit bool, prob uint8) {
	v := uint32(0)
	if bit {
		v = 1
	}
	if b.interval = b.interval.put(v, prob); b.pending > mostPending {
		b.flush()
	}
}

// flush moves whole bytes to out.
func (b *boolEncoder) flush() { b.interval = b.flushed(b.interval) }

// flushed moves whole bytes of i to out and returns the rest of i.
func (b *boolEncoder) flushed(i interval) interval {
	for ; i.pending >= 8; i.pending -= 8 {
		b.emit(i.low >> i.pending)
		i.low &= 1<<i.pending - 1
	}
	return i
}

// emit appends a byte to out and adds the carry above it.
func (b *boolEncoder) emit(v uint64) {
	if v > 0xff {
		i := len(b.out) - 1
		for ; b.out[i] == 0xff; i-- {
			b.out[i] = 0
		}
		b.out[i]++
	}
	b.out = append(b.out, byte(v))
}

// literal writes the lowest n bits of v, the highest first, each 0 with a
// probability of 1/2.
func (b *boolEncoder) literal(v, n int) {
	for n--; n >= 0; n-- {
		b.put(v>>n&1 != 0, 128)
	}
}

// flag writes a bit that is 0 with a probability of 1/2.
func (b *boolEncoder) flag(v bool) { b.put(v, 128) }

// optional writes a flag for v != 0; if it is set, v's magnitude of n bits and
// its sign follow.
func (b *boolEncoder) optional(v, n int) {
	b.flag(v != 0)
	if v != 0 {
		b.literal(max(v, -v), n)
		b.flag(v < 0)
	}
}

// tree writes the leaf of a tree that p leads to, with the tree's probs.
func (b *boolEncoder) tree(p *path, probs []uint8) {
	for i := range p.length {
		b.put(p.bits>>i&1 != 0, probs[p.nodes[i]])
	}
}

// finish ends the code and returns it.
func (b *boolEncoder) finish() []byte {
	// A decoder reads 8 bits beyond those that were shifted.
	pad := -b.pending & 7
	b.low <<= pad
	b.pending += pad
	b.flush()
	b.emit(b.low)
	return b.out
}

// path is the way from the root of a tree to a leaf.
type path struct {
	length int
	bits   uint16
	nodes  [10]uint8 // the node of each bit, for its probability
}

// pathsOf returns the paths to the leaves of a tree.
func pathsOf(tree []int8) []path {
	paths := make([]path, len(tree)/2+1)
	var walk func(at int, so path)
	walk = func(at int, so path) {
		for bit := range 2 {
			p := so
			p.nodes[p.length] = uint8(at >> 1)
			p.bits |= uint16(bit) << p.length
			p.length++
			if next := int(tree[at+bit]); next > 0 {
				walk(next, p)
			} else {
				paths[-next] = p
			}
		}
	}
	walk(0, path{})
	return paths
}
