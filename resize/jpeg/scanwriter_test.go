package jpeg

import (
	"math/bits"
	"slices"
)

// scanEncoder makes the symbols of one scan, then codes for them, then bytes.
type scanEncoder struct {
	*picture
	scanSpec
	planes []coefficientPlane

	symbols   []symbol
	predicted [4]int32

	eobRun      int
	corrections []uint8 // bits that follow the end-of-band run
}

// symbol is a Huffman-coded symbol and the bits that follow it. Class 2 is a
// restart marker, 3 bits without a symbol.
type symbol struct {
	class, table, code uint8
	size               uint8
	bits               uint16
}

const (
	restartMark = 2
	plainBits   = 3
)

// encode makes the symbols of the scan.
func (e *scanEncoder) encode() {
	if len(e.scanSpec.components) == 1 {
		c := e.scanSpec.components[0]
		p := &e.planes[c]
		for i := range p.blocksX * p.blocksY {
			e.restartBefore(i)
			e.block(c, &p.blocks[i/p.blocksX*p.stride+i%p.blocksX])
		}
	} else {
		maxH, maxV := e.sampling()
		mcusX, mcusY := ceilDiv(e.width, 8*maxH), ceilDiv(e.height, 8*maxV)
		for i := range mcusX * mcusY {
			e.restartBefore(i)
			e.mcu(i%mcusX, i/mcusX)
		}
	}
	e.endRun(e.scanSpec.components[0])
}

// restartBefore adds a restart marker if one belongs before MCU i.
func (e *scanEncoder) restartBefore(i int) {
	if e.restart == 0 || i == 0 || i%e.restart != 0 {
		return
	}
	e.endRun(e.scanSpec.components[0])
	e.symbols = append(e.symbols, symbol{class: restartMark, code: uint8(i/e.restart-1) & 7})
	e.predicted = [4]int32{}
}

// mcu makes the symbols of an MCU.
func (e *scanEncoder) mcu(mx, my int) {
	for _, c := range e.scanSpec.components {
		h, v := e.units(c)
		for y := range v {
			for x := range h {
				p := &e.planes[c]
				e.block(c, &p.blocks[(my*v+y)*p.stride+mx*h+x])
			}
		}
	}
}

// units returns how many blocks of component c an MCU has across and down.
func (e *scanEncoder) units(c int) (h, v int) {
	return e.picture.components[c].H, e.picture.components[c].V
}

// table returns the number of the Huffman table that component c uses.
func (e *scanEncoder) table(c int) uint8 {
	if c == 0 || e.shareTables {
		return 0
	}
	return 1
}

// emit adds a symbol of component c, followed by the lowest size bits of value.
func (e *scanEncoder) emit(class uint8, c int, code uint8, value int32, size int) {
	e.symbols = append(e.symbols, symbol{class, e.table(c), code, uint8(size), uint16(value) & (1<<size - 1)})
}

// block makes the symbols of a block.
func (e *scanEncoder) block(c int, b *[64]int32) {
	switch {
	case !e.progressive:
		e.dc(c, b[0])
		e.sequentialAC(c, b)
	case e.first == 0 && e.high == 0:
		e.dc(c, b[0]>>e.low)
	case e.first == 0:
		e.emit(plainBits, c, 0, b[0]>>e.low&1, 1)
	case e.high == 0:
		e.firstAC(c, b)
	default:
		e.refineAC(c, b)
	}
}

// emitValue emits a value after the symbol that holds its size (F.1.2.1).
func (e *scanEncoder) emitValue(class uint8, c, run int, v int32) {
	size := bits.Len32(uint32(max(v, -v)))
	if v < 0 {
		v--
	}
	e.emit(class, c, uint8(run<<4|size), v, size)
}

func (e *scanEncoder) dc(c int, v int32) {
	e.emitValue(0, c, 0, v-e.predicted[c])
	e.predicted[c] = v
}

func (e *scanEncoder) sequentialAC(c int, b *[64]int32) {
	run := 0
	for _, v := range b[1:] {
		if v == 0 {
			run++
			continue
		}
		for ; run > 15; run -= 16 {
			e.emit(1, c, 0xf0, 0, 0)
		}
		e.emitValue(1, c, run, v)
		run = 0
	}
	if run > 0 {
		e.emit(1, c, 0, 0, 0)
	}
}

// point applies the point transform (G.1.2.1): division, towards zero.
func (e *scanEncoder) point(v int32) int32 {
	if v < 0 {
		return -(-v >> e.low)
	}
	return v >> e.low
}

func (e *scanEncoder) firstAC(c int, b *[64]int32) {
	run := 0
	for k := e.first; k <= e.last; k++ {
		v := e.point(b[k])
		if v == 0 {
			run++
			continue
		}
		e.endRun(c)
		for ; run > 15; run -= 16 {
			e.emit(1, c, 0xf0, 0, 0)
		}
		e.emitValue(1, c, run, v)
		run = 0
	}
	if run > 0 {
		e.extendRun(c, nil)
	}
}

// refineAC follows T.81, figure G.7.
func (e *scanEncoder) refineAC(c int, b *[64]int32) {
	lastNew := 0
	for k := e.first; k <= e.last; k++ {
		if v := e.point(b[k]); v == 1 || v == -1 {
			lastNew = k
		}
	}
	run := 0
	var corrections []uint8
	for k := e.first; k <= e.last; k++ {
		v := e.point(b[k])
		if v == 0 {
			run++
			continue
		}
		for run > 15 && k <= lastNew {
			e.endRun(c)
			e.emit(1, c, 0xf0, 0, 0)
			corrections = e.emitCorrections(corrections)
			run -= 16
		}
		if v > 1 || v < -1 {
			corrections = append(corrections, uint8(max(v, -v)&1))
			continue
		}
		e.endRun(c)
		e.emit(1, c, uint8(run<<4|1), max(v, 0), 1)
		corrections = e.emitCorrections(corrections)
		run = 0
	}
	if run > 0 || len(corrections) > 0 {
		e.extendRun(c, corrections)
	}
}

// emitCorrections adds bits without a symbol, and returns nil.
func (e *scanEncoder) emitCorrections(bits []uint8) []uint8 {
	for _, b := range bits {
		e.emit(plainBits, 0, 0, int32(b), 1)
	}
	return nil
}

// extendRun adds a block, with its correction bits, to the end-of-band run.
func (e *scanEncoder) extendRun(c int, corrections []uint8) {
	e.eobRun++
	e.corrections = append(e.corrections, corrections...)
	if e.eobRun == 0x7fff {
		e.endRun(c)
	}
}

// endRun emits the end-of-band run, if there is one (G.1.2.2).
func (e *scanEncoder) endRun(c int) {
	if e.eobRun > 0 {
		class := bits.Len(uint(e.eobRun)) - 1
		e.emit(1, c, uint8(class<<4), int32(e.eobRun-1<<class), class)
	}
	e.emitCorrections(e.corrections)
	e.eobRun, e.corrections = 0, nil
}

// write writes the scan with the Huffman tables that suit it best.
func (e *scanEncoder) write(w *fileWriter) {
	var counts [2][2][257]int
	for _, s := range e.symbols {
		if s.class < restartMark {
			counts[s.class][s.table][s.code]++
		}
	}
	var codes [2][2]codeTable
	for class := range 2 {
		for table := range 2 {
			if n := counts[class][table]; slices.Max(n[:]) > 0 {
				codes[class][table] = newCodeTable(n)
				w.segment(markerDHT, codes[class][table].segment(class, table))
			}
		}
	}
	w.segment(markerSOS, e.header())
	for _, s := range e.symbols {
		switch s.class {
		case restartMark:
			w.flush()
			w.marker(markerRST0 + s.code)
			continue
		case plainBits:
		default:
			t := &codes[s.class][s.table]
			w.bits(uint32(t.code[s.code]), int(t.length[s.code]))
		}
		w.bits(uint32(s.bits), int(s.size))
	}
	w.flush()
}

// header returns the parameters of the scan header.
func (e *scanEncoder) header() []byte {
	b := []byte{byte(len(e.scanSpec.components))}
	for _, c := range e.scanSpec.components {
		t := e.table(c)
		b = append(b, e.picture.components[c].ID, t<<4|t)
	}
	return append(b, byte(e.first), byte(e.last), byte(e.high<<4|e.low))
}

// codeTable is a Huffman code.
type codeTable struct {
	counts  [17]int
	symbols []uint8
	code    [256]uint16
	length  [256]uint8
}

// newCodeTable makes the best code of at most 16 bits, with one code of all ones
// left over (T.81, K.2).
func newCodeTable(count [257]int) (t codeTable) {
	count[256] = 1
	var length [257]int
	next := [257]int{}
	for i := range next {
		next[i] = -1
	}
	for {
		a, b := -1, -1 // the two rarest, b the rarer
		for i, n := range count {
			switch {
			case n == 0:
			case b < 0 || n <= count[b]:
				a, b = b, i
			case a < 0 || n <= count[a]:
				a = i
			}
		}
		if a < 0 {
			break
		}
		count[a] += count[b]
		count[b] = 0
		end := a
		for ; next[end] >= 0; end = next[end] {
			length[end]++
		}
		length[end]++
		next[end] = b
		for i := b; i >= 0; i = next[i] {
			length[i]++
		}
	}
	t.assign(&length)
	return t
}

// assign shortens the lengths to 16 (figure K.3) and assigns the codes.
func (t *codeTable) assign(length *[257]int) {
	var counts [258]int
	for _, n := range length {
		if n > 0 {
			counts[n]++
		}
	}
	for i := 257; i > 16; i-- {
		for counts[i] > 0 {
			j := i - 2
			for counts[j] == 0 {
				j--
			}
			counts[i] -= 2
			counts[i-1]++
			counts[j+1] += 2
			counts[j]--
		}
	}
	longest := 16
	for counts[longest] == 0 {
		longest--
	}
	counts[longest]--
	copy(t.counts[:], counts[:17])
	for n := 1; n < 257; n++ {
		for s := range 256 {
			if length[s] == n {
				t.symbols = append(t.symbols, uint8(s))
			}
		}
	}
	code, i := 0, 0
	for n := 1; n <= 16; n++ {
		for range t.counts[n] {
			t.code[t.symbols[i]], t.length[t.symbols[i]] = uint16(code), uint8(n)
			code++
			i++
		}
		code <<= 1
	}
}

// segment returns the parameters of a DHT segment.
func (t *codeTable) segment(class, table int) []byte {
	b := []byte{byte(class<<4 | table)}
	for _, n := range t.counts[1:] {
		b = append(b, byte(n))
	}
	return append(b, t.symbols...)
}

// fileWriter writes segments and entropy-coded bits.
type fileWriter struct {
	bytes     []byte
	fill      int
	unstuffed bool
	acc       uint32
	n         int
}

func (w *fileWriter) marker(m byte) {
	for range w.fill + 1 {
		w.bytes = append(w.bytes, 0xff)
	}
	w.bytes = append(w.bytes, m)
}

func (w *fileWriter) segment(m byte, params []byte) {
	w.marker(m)
	n := len(params) + 2
	w.bytes = append(w.bytes, byte(n>>8), byte(n))
	w.bytes = append(w.bytes, params...)
}

func (w *fileWriter) bits(v uint32, n int) {
	w.acc = w.acc<<n | v
	for w.n += n; w.n >= 8; w.n -= 8 {
		b := byte(w.acc >> (w.n - 8))
		w.bytes = append(w.bytes, b)
		if b == 0xff && !w.unstuffed {
			w.bytes = append(w.bytes, 0)
		}
	}
}

// flush fills the last byte with ones (F.1.2.3).
func (w *fileWriter) flush() {
	if w.n > 0 {
		w.bits(1<<(8-w.n)-1, 8-w.n)
	}
	w.acc = 0
}
