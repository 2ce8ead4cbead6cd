package vp8

// boolEncoder writes the arithmetic code of RFC 6386 section 7. It has to be reset before
// it is used.
type boolEncoder struct {
	out []byte
	interval
}

// interval is what a code so far leaves: the code is what was written and then low, of
// which pending bits and 8 more are not written yet; a carry may be above them.
type interval struct {
	low     uint64
	width   uint32 // 128 to 255
	pending int32
}

// most is how many pending bits there may be before another bit is put.
const most = 40

// put returns what a bit leaves that is 0 with a probability of prob in 256.
func (i interval) put(bit uint32, prob uint8) interval {
	split := 1 + (i.width-1)*uint32(prob)>>8
	i.low += uint64(split & -bit)
	split += (i.width - 2*split) & -bit
	shift := shifts[uint8(split-1)]
	return interval{i.low << shift, split << shift, i.pending + int32(shift)}
}

// reset begins a code, in out's room.
func (b *boolEncoder) reset(out []byte) {
	*b = boolEncoder{out[:0], interval{width: 255}}
}

// put writes a bit that is 0 with a probability of prob in 256.
func (b *boolEncoder) put(bit bool, prob uint8) {
	v := uint32(0)
	if bit {
		v = 1
	}
	if b.interval = b.interval.put(v, prob); b.pending > most {
		b.flush()
	}
}

// flush moves whole bytes to out.
func (b *boolEncoder) flush() { b.interval = b.flushed(b.interval) }

// flushed moves whole bytes of i to out.
func (b *boolEncoder) flushed(i interval) interval {
	for ; i.pending >= 8; i.pending -= 8 {
		b.emit(i.low >> i.pending)
		i.low &= 1<<i.pending - 1
	}
	return i
}

// emit appends a byte to out, and adds the carry above it.
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

// literal writes the lowest n bits of v, the highest first, that are as often 0 as 1.
func (b *boolEncoder) literal(v, n int) {
	for n--; n >= 0; n-- {
		b.put(v>>n&1 != 0, 128)
	}
}

// flag writes a bit that is as often 0 as 1.
func (b *boolEncoder) flag(v bool) { b.put(v, 128) }

// optional writes a flag that tells whether v is not 0, and then its magnitude of n bits
// and its sign.
func (b *boolEncoder) optional(v, n int) {
	b.flag(v != 0)
	if v != 0 {
		b.literal(max(v, -v), n)
		b.flag(v < 0)
	}
}

// tree writes a leaf of a tree as those of package tables are: the bits on its way from
// the root, as paths has them.
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

// path is how a leaf of a tree is reached.
type path struct {
	length int
	bits   uint16
	nodes  [10]uint8 // whose probabilities they have
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
