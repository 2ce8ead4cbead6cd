package gif

// maxCodes is the most codes that LZW has, of 12 bits (GIF89a specification, appendix
// F).
const maxCodes = 1 << 12

// choice is an index that may be written for a pixel. cost is how much farther from the
// pixel it is than the nearest colour, in squared error.
type choice struct {
	index uint8
	cost  int32
}

// chooser offers indices for pixels.
type chooser interface {
	// choices appends the indices that may be written for pixel i of those being
	// packed, each once: at least one.
	choices(to []choice, i int) []choice
}

// packer compresses indices with LZW. Among the choices it picks those that give the
// longest strings. It can be used again.
type packer struct {
	// worth is the cost that a string may have for each further pixel.
	worth int32
	haste haste
	// pause, if not nil, is called before the first pixel and again from time to time,
	// with how many pixels are packed. It may change haste. Its error ends packing.
	pause func(done, of int) error

	out     []byte
	pending uint32 // bits that are not in out yet
	count   uint   // how many bits are pending

	codeSize int
	clear    int // the clear code; the next one ends the data
	next     int // the next code to assign
	width    uint
	strings  [maxCodes]lzwString
	children [1 << childBits]child // a hash table
	places   []uint16              // of children in use
	// known has for each code a bit for each possible index of its children, modulo 64.
	known [maxCodes]uint64

	paths, longer []path
	dearest       int // position in longer, if that is full
	choices       recent
	full          fullness
}

// lzwString is a code's string: the string of another code, and one index.
type lzwString struct {
	prefix      int16 // -1 for none
	first, last uint8
}

// child maps a string and an index to a code, in 12, 8 and 12 bits; 0 is none.
type child uint32

// childBits is the length of a place in the hash table, in bits. It makes the table four
// times as large as its content.
const childBits = 14

// path is a candidate string for the next pixels.
type path struct {
	code int16
	cost int32
}

// pack compresses len(chosen) pixels with LZW codes of at least codeSize bits to p.out,
// and puts the index of each pixel into chosen. The error is that of p.pause.
func (p *packer) pack(c chooser, chosen []uint8, codeSize int) error {
	p.out, p.pending, p.count = p.out[:0], 0, 0
	p.codeSize, p.clear = codeSize, 1<<codeSize
	for i := range p.clear {
		p.strings[i] = lzwString{-1, uint8(i), uint8(i)}
	}
	p.width = uint(codeSize) + 1
	p.choices.reset()
	p.restart()
	last := -1
	paused := 0
	for at := 0; at < len(chosen); {
		if p.pause != nil && at >= paused {
			if err := p.pause(at, len(chosen)); err != nil {
				return err
			}
			paused = at + betweenPauses
		}
		code, length := p.longest(c, at, len(chosen), last)
		if last >= 0 && p.next < maxCodes {
			p.add(last, p.first(code, last))
		}
		p.write(code)
		for i, s := at+length-1, code; i >= at; i-- {
			chosen[i] = p.strings[s].last
			s = int(p.strings[s].prefix)
		}
		at += length
		last = code
		if p.next == maxCodes && p.full.worse(length) {
			p.restart()
			last = -1
		}
	}
	if last >= 0 && p.next < maxCodes {
		p.widen() // decoders have added a code here
	}
	p.write(p.clear + 1)
	for ; p.count > 0; p.count -= min(8, p.count) {
		p.out = append(p.out, byte(p.pending))
		p.pending >>= 8
	}
	return nil
}

// betweenPauses is the least number of pixels packed between two pauses.
const betweenPauses = 1 << 13

// restart writes the clear code and empties the dictionary.
func (p *packer) restart() {
	p.write(p.clear)
	for _, at := range p.places {
		p.children[at] = 0
	}
	p.places = p.places[:0]
	clear(p.known[:p.clear])
	p.next = p.clear + 2
	p.width = uint(p.codeSize) + 1
	p.full = fullness{}
}

// write appends a code.
func (p *packer) write(code int) {
	p.pending |= uint32(code) << p.count
	p.count += p.width
	for p.count >= 8 {
		p.out = append(p.out, byte(p.pending))
		p.pending >>= 8
		p.count -= 8
	}
}

// first returns the first index of a code, which may be the one about to be added after
// last.
func (p *packer) first(code, last int) uint8 {
	if code == p.next {
		code = last
	}
	return p.strings[code].first
}

// add assigns the next code to the string of prefix and an index.
func (p *packer) add(prefix int, index uint8) {
	p.strings[p.next] = lzwString{int16(prefix), p.strings[prefix].first, index}
	p.known[p.next] = 0
	p.known[prefix] |= 1 << (index % 64)
	at := childPlace(prefix, index)
	for p.children[at] != 0 {
		at = (at + 1) % uint32(len(p.children))
	}
	p.children[at] = child(uint32(prefix)<<20 | uint32(index)<<12 | uint32(p.next))
	p.places = append(p.places, uint16(at))
	p.widen()
	p.next++
}

// widen widens codes to the width of the next one.
func (p *packer) widen() {
	if p.next == 1<<p.width {
		p.width++
	}
}

func childPlace(prefix int, index uint8) uint32 {
	return (uint32(prefix)<<8 | uint32(index)) * 2654435761 >> (32 - childBits) // Fibonacci hashing
}

// find returns the code of the string of prefix and an index, if there is one.
func (p *packer) find(prefix int16, index uint8) (code int16, ok bool) {
	key := child(uint32(prefix)<<8 | uint32(index))
	at := childPlace(int(prefix), index)
	for p.children[at] != 0 {
		if p.children[at]>>12 == key {
			return int16(p.children[at] & (maxCodes - 1)), true
		}
		at = (at + 1) % uint32(len(p.children))
	}
	return 0, false
}

// longest returns the code to write for the pixels from at on, of n, and its length in
// pixels. last is the code before, -1 for none. It tries all strings that may stand for
// the pixels and picks the cheapest, where length counts against cost.
func (p *packer) longest(c chooser, at, n, last int) (code, length int) {
	p.paths = p.paths[:0]
	for _, o := range p.choices.at(c, at) {
		p.paths = append(p.paths, path{int16(o.index), o.cost})
	}
	var least int32
	for depth := 1; len(p.paths) > 0 && depth <= 2*length+mostFurther; depth++ {
		best := p.paths[0]
		for _, a := range p.paths[1:] {
			if a.cost < best.cost {
				best = a
			}
		}
		if cost := best.cost - int32(depth)*p.worth; length == 0 || cost <= least {
			code, length, least = int(best.code), depth, cost
		}
		if at+depth == n {
			break
		}
		p.lengthen(p.choices.at(c, at+depth), last)
	}
	return code, length
}

const (
	// mostPaths is how many strings are tried at a time without haste.
	mostPaths = 32
	// mostFurther is how many pixels are tried beyond twice the length of the best
	// string so far.
	mostFurther = 16
)

// lengthen lengthens each path by each option that has a code. The code about to be
// added, of last and its own first index, can be used already.
func (p *packer) lengthen(options []choice, last int) {
	most := p.haste.effort().paths
	p.longer = p.longer[:0]
	for _, a := range p.paths {
		known := p.known[a.code]
		open := int(a.code) == last && p.next < maxCodes
		if known == 0 && !open {
			continue
		}
		for _, o := range options {
			if known>>(o.index%64)&1 != 0 {
				if code, ok := p.find(a.code, o.index); ok {
					p.keep(path{code, a.cost + o.cost}, most)
					continue
				}
			}
			if open && p.strings[last].first == o.index {
				p.keep(path{int16(p.next), a.cost + o.cost}, most)
			}
		}
	}
	p.paths, p.longer = p.longer, p.paths
}

// keep keeps a longer path. Beyond most paths it drops the dearest one.
func (p *packer) keep(a path, most int) {
	if len(p.longer) == most {
		if a.cost >= p.longer[p.dearest].cost {
			return
		}
		p.longer[p.dearest] = a
	} else if p.longer = append(p.longer, a); len(p.longer) < most {
		return
	}
	p.dearest = 0
	for i, b := range p.longer {
		if b.cost > p.longer[p.dearest].cost {
			p.dearest = i
		}
	}
}

// recent caches the choices for the latest pixels, since strings begin where others
// have been tried.
type recent struct {
	lists      [recentPixels][]choice
	first, end int // the range of pixels; pixel i is at i % recentPixels
}

// recentPixels must be a power of two.
const recentPixels = 64

func (r *recent) reset() { r.first, r.end = 0, 0 }

// at returns the choices for pixel i.
func (r *recent) at(c chooser, i int) []choice {
	list := &r.lists[i%recentPixels]
	if i >= r.first && i < r.end {
		return *list
	}
	if i != r.end {
		r.first = i
	}
	r.end = i + 1
	r.first = max(r.first, r.end-recentPixels)
	*list = c.choices((*list)[:0], i)
	return *list
}

// fullness measures how well a full dictionary compresses.
type fullness struct {
	codes, pixels int // since the last comparison
	best          int // the most pixels in as many codes
}

// worse counts a code of length pixels. It reports whether codes have become shorter by
// a tenth, so that a new dictionary is due.
func (f *fullness) worse(length int) bool {
	const codes = 256 // to compare at once
	f.codes++
	f.pixels += length
	if f.codes < codes {
		return false
	}
	worse := 10*f.pixels < 9*f.best
	f.best = max(f.best, f.pixels)
	f.codes, f.pixels = 0, 0
	return worse
}
