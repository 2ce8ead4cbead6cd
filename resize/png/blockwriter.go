package png

import "encoding/binary"

// blockWriter writes blocks of deflate data (RFC 1951, 3.2.3).
type blockWriter struct {
	out    []byte
	buffer uint64 // bits still to be written, the first one lowest
	held   uint   // how many bits are in buffer

	literals, distances, codes prefixCode
	header                     []token // the block's code lengths, run-length encoded
	headerCounts               [lengthCodes]uint32
}

// A token of a header is a symbol of the code lengths' alphabet in its lower five bits,
// and its extra bits above.
const headerSymbol = 31

// headerExtra is the number of extra bits of the symbols from 16 on (RFC 1951, 3.2.7).
var headerExtra = [lengthCodes]uint{16: 2, 17: 3, 18: 7}

// size makes codes for a block, and returns the block's size in bits without its first
// three.
func (w *blockWriter) size(y *tally) int {
	w.literals.set(y.literals[:], maxCodeBits)
	w.distances.set(y.distances[:], maxCodeBits)
	return w.packHeader() + w.literals.size(y.literals[:]) + w.distances.size(y.distances[:]) + y.extraBits()
}

// packHeader run-length encodes the code lengths, and returns their size in bits.
func (w *blockWriter) packHeader() int {
	w.headerCounts = [lengthCodes]uint32{}
	w.header = w.header[:0]
	var lengths [maxLiterals + maxDistances]uint8
	n := copy(lengths[:], w.literals.lengths[:max(257, w.literals.used)])
	n += copy(lengths[n:], w.distances.lengths[:w.distances.used])
	for i := 0; i < n; {
		v := lengths[i]
		run := 1
		for i+run < n && lengths[i+run] == v {
			run++
		}
		i += run
		if v != 0 {
			w.addHeader(int(v), 0)
			run--
		}
		for run >= 3 {
			part := min(run, 138)
			switch {
			case v != 0:
				part = min(run, 6)
				w.addHeader(16, part-3)
			case part <= 10:
				w.addHeader(17, part-3)
			default:
				w.addHeader(18, part-11)
			}
			run -= part
		}
		for range run {
			w.addHeader(int(v), 0)
		}
	}
	w.codes.set(w.headerCounts[:], 7)
	size := 14 + 3*w.codeLengths() + w.codes.size(w.headerCounts[:])
	for symbol, extra := range headerExtra {
		size += int(extra) * int(w.headerCounts[symbol])
	}
	return size
}

func (w *blockWriter) addHeader(symbol, extra int) {
	w.header = append(w.header, token(symbol|extra<<5))
	w.headerCounts[symbol]++
}

// codeLengths returns how many lengths of the code for code lengths are stored.
func (w *blockWriter) codeLengths() int {
	n := lengthCodes
	for n > 4 && w.codes.lengths[codeOrder[n-1]] == 0 {
		n--
	}
	return n
}

// begin writes the part of a block before its tokens, and makes room for the whole
// block. size must be the result of the last call of the method size.
func (w *blockWriter) begin(last bool, size int) {
	need := len(w.out) + size/8 + 32
	if need > cap(w.out) {
		grown := make([]byte, len(w.out), max(need, 2*cap(w.out)))
		copy(grown, w.out)
		w.out = grown
	}
	w.put(2<<1, 3)
	if last {
		w.buffer |= 1 << (w.held - 3)
	}
	w.put(uint64(max(257, w.literals.used)-257), 5)
	w.put(uint64(w.distances.used-1), 5)
	n := w.codeLengths()
	w.put(uint64(n-4), 4)
	w.flush()
	for _, symbol := range codeOrder[:n] {
		w.put(uint64(w.codes.lengths[symbol]), 3)
		w.flush()
	}
	for _, t := range w.header {
		symbol := t & headerSymbol
		w.put(uint64(w.codes.bits[symbol]), uint(w.codes.lengths[symbol]))
		w.put(uint64(t>>5), headerExtra[symbol])
		w.flush()
	}
}

func (w *blockWriter) put(v uint64, n uint) {
	w.buffer |= v << (w.held & 63)
	w.held += n
}

// flush writes whole bytes, and leaves less than eight bits in buffer. There must be
// room.
func (w *blockWriter) flush() {
	at := len(w.out)
	binary.LittleEndian.PutUint64(w.out[at:at+8], w.buffer)
	n := w.held &^ 7
	w.out = w.out[:at+int(n/8)]
	w.buffer >>= n & 63
	w.held &= 7
}

// tokens writes tokens with the block's codes.
func (w *blockWriter) tokens(tokens []token) {
	for _, t := range tokens {
		if !t.isMatch() {
			w.put(uint64(w.literals.bits[t&0xff]), uint(w.literals.lengths[t&0xff]))
			w.flush()
			continue
		}
		length, distance := t.length(), t.distance()
		s := lengthSymbol[length]
		w.put(uint64(w.literals.bits[257+int(s)]), uint(w.literals.lengths[257+int(s)]))
		w.put(uint64(length)-uint64(lengthBase[s]), uint(lengthExtra[s]))
		d := distanceSymbol(distance)
		w.put(uint64(w.distances.bits[d]), uint(w.distances.lengths[d]))
		w.put(uint64(distance)-uint64(distanceBase[d]), uint(distanceExtra[d]))
		w.flush()
	}
}

// bytes writes literals with the block's codes.
func (w *blockWriter) bytes(data []byte) {
	// A code and its length side by side take one lookup.
	var codes [256]uint32
	for i := range codes {
		codes[i] = uint32(w.literals.bits[i])<<8 | uint32(w.literals.lengths[i])
	}
	out, at, buffer, held := w.out[:cap(w.out)], len(w.out), w.buffer, w.held
	for ; len(data) >= 3; data = data[3:] { // at most 45 bits
		a, b, c := codes[data[0]], codes[data[1]], codes[data[2]]
		buffer |= uint64(a>>8) << (held & 63)
		held += uint(a & 0xff)
		buffer |= uint64(b>>8) << (held & 63)
		held += uint(b & 0xff)
		buffer |= uint64(c>>8) << (held & 63)
		held += uint(c & 0xff)
		binary.LittleEndian.PutUint64(out[at:], buffer)
		at += int(held >> 3)
		buffer >>= held & 56
		held &= 7
	}
	w.out, w.buffer, w.held = out[:at], buffer, held
	for _, v := range data {
		w.put(uint64(w.literals.bits[v]), uint(w.literals.lengths[v]))
		w.flush()
	}
}

// end writes the end of the block, and pads the last byte if the block is the last.
func (w *blockWriter) end(last bool) {
	w.put(uint64(w.literals.bits[endOfBlock]), uint(w.literals.lengths[endOfBlock]))
	w.flush()
	if last && w.held > 0 {
		w.held = 8
		w.flush()
	}
}
