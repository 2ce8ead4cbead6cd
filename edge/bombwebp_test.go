package edge_test

import "bytes"

// Building blocks of WebP bombs. Sizes are in pixels.

func webpChunk(kind string, body []byte) []byte {
	b := le.AppendUint32([]byte(kind), uint32(len(body)))
	return append(append(b, body...), make([]byte, len(body)%2)...)
}

func webpFile(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(le.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// lossyWebP returns a chunk with the header of a VP8 key frame of w × h,
// followed by data.
func lossyWebP(w, h uint16, data []byte) []byte {
	size := uint32(len(data))
	b := []byte{byte(size<<5) | 0x10, byte(size >> 3), byte(size >> 11), 0x9d, 0x01, 0x2a}
	return webpChunk("VP8 ", append(le.AppendUint16(le.AppendUint16(b, w), h), data...))
}

// bitWriter writes bits, the lowest first, as VP8L has them.
type bitWriter struct {
	out  []byte
	bits uint64
	n    uint
}

func (w *bitWriter) write(n uint, bits ...uint64) {
	for _, v := range bits {
		w.bits |= v << w.n
		for w.n += n; w.n >= 8; w.n -= 8 {
			w.out = append(w.out, byte(w.bits))
			w.bits >>= 8
		}
	}
}

// header writes the header of lossless data, RFC 9649 section 3.4.
func (w *bitWriter) header(width, height int) {
	w.write(8, 0x2f)
	w.write(14, uint64(width-1), uint64(height-1))
	w.write(4, 0)
}

// one writes a Huffman code of a single symbol below 256; the symbol takes no
// bits.
func (w *bitWriter) one(symbol uint64) {
	w.write(1, 1, 0, 1)
	w.write(8, symbol)
}

// full writes a Huffman code of n symbols of almost equal lengths: the most
// memory for the fewest bits. Lengths come in groups of six, as one code for
// the length and one that repeats it.
func (w *bitWriter) full(n int) {
	most := 1 // length of the longer codes in bits
	for 1<<most < n {
		most++
	}
	shorter := 1<<most - n // number of symbols whose codes are one bit shorter
	// Order of the code lengths, RFC 9649 section 3.7.2.1.1.
	order := []int{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	w.write(1, 0)
	w.write(4, uint64(len(order)-4))
	for _, length := range order {
		switch {
		case length == 16:
			w.write(3, 1)
		case length == most && shorter == 0:
			w.write(3, 1)
		case length == most, length == most-1 && shorter > 0:
			w.write(3, 2)
		default:
			w.write(3, 0)
		}
	}
	w.write(1, 0) // all symbols have a length
	// Canonical codes, the highest bit first: 0 and 1 for two symbols; for
	// three, 0 is the repetition and 10 and 11 are the literals.
	literal := map[int][]uint64{most: {0}}
	repetition := uint64(1)
	if shorter > 0 {
		literal = map[int][]uint64{most - 1: {1, 0}, most: {1, 1}}
		repetition = 0
	}
	run := func(length, n int) {
		for n > 0 {
			w.write(1, literal[length]...)
			n--
			for n >= 3 {
				times := min(n, 6)
				w.write(1, repetition)
				w.write(2, uint64(times-3))
				n -= times
			}
		}
	}
	run(most-1, shorter)
	run(most, n-shorter)
}

// huffmanWebP returns a lossless picture of side × side pixels. Every square of
// 4 × 4 has codes of its own, up to the most that the decoder takes.
func huffmanWebP(side int) []byte {
	const cacheBits = 11
	tiles := side / 4
	groups := min(2600, tiles*tiles)
	w := &bitWriter{}
	w.header(side, side)
	w.write(1, 0, 1)      // no transform; a colour cache
	w.write(4, cacheBits) // size of the cache
	w.write(1, 1)         // an entropy image
	w.write(3, 0)         // for squares of 4 × 4
	w.write(1, 0)         // without a cache
	w.full(256 + 24)      // green: the low byte of the number
	w.full(256)           // red: its high byte
	w.one(0)              // blue
	w.one(0)              // alpha
	w.one(0)              // distance
	for i := range tiles * tiles {
		n := i % groups
		w.symbol(n&255, 256+24)
		w.symbol(n>>8, 256)
	}
	for range groups {
		w.full(256 + 24 + 1<<cacheBits)
		w.full(256)
		w.full(256)
		w.full(256)
		w.full(40)
	}
	for range side * side {
		w.symbol(0, 256+24+1<<cacheBits)
		w.symbol(0, 256)
		w.symbol(0, 256)
		w.symbol(0, 256)
	}
	w.write(8, 0)
	return webpFile(webpChunk("VP8L", w.out))
}

// symbol writes v in the code that full has written for n symbols.
func (w *bitWriter) symbol(v, n int) {
	most := 1
	for 1<<most < n {
		most++
	}
	shorter := 1<<most - n
	length, code := most, v+shorter
	if v < shorter {
		length, code = most-1, v
	}
	for i := length - 1; i >= 0; i-- {
		w.write(1, uint64(code>>i&1))
	}
}

// losslessHeader returns lossless data that ends where the pixels begin.
func losslessHeader(width, height int) []byte {
	w := &bitWriter{}
	w.header(width, height)
	w.write(8, 0)
	return w.out
}

// solid returns lossless data of one colour, after its header: no transform, no
// cache, one group of codes with one symbol each, and no bits for the pixels.
func (w *bitWriter) solid() []byte {
	w.write(1, 0, 0, 0)
	for range 5 {
		w.one(0)
	}
	w.write(8, 0)
	return w.out
}

// losslessAlpha returns the body of an ALPH chunk with alpha 0 for a picture of
// any size.
func losslessAlpha() []byte {
	w := &bitWriter{}
	w.write(8, 1) // compressed, not filtered
	return w.solid()
}

// animatedWebP returns an animation of side × side black pixels.
func animatedWebP(side, frames int) []byte {
	size := []byte{byte(side - 1), byte((side - 1) >> 8), 0, byte(side - 1), byte((side - 1) >> 8), 0}
	frame := webpChunk("ANMF", append(append(append(make([]byte, 6), size...), 0, 0, 0, 0), blackLosslessWebP(side)...))
	return webpFile(webpChunk("VP8X", append([]byte{0x02, 0, 0, 0}, size...)), webpChunk("ANIM", make([]byte, 6)), bytes.Repeat(frame, frames))
}

// blackLosslessWebP returns the image chunk of side × side black pixels.
func blackLosslessWebP(side int) []byte {
	w := &bitWriter{}
	w.header(side, side)
	return webpChunk("VP8L", w.solid())
}
