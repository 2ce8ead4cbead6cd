package edge_test

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// What bombs are made of. Sizes are pixels.

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

// zeros is n zero bytes as a zlib stream: a thousandth of that.
func zeros(n int) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	block := make([]byte, 1<<20)
	for ; n > 0; n -= len(block) {
		w.Write(block[:min(n, len(block))])
	}
	w.Close()
	return b.Bytes()
}

func pngChunk(kind string, body ...[]byte) []byte {
	joined := bytes.Join(body, nil)
	b := be.AppendUint32(nil, uint32(len(joined)))
	b = append(append(b, kind...), joined...)
	return be.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngFile is a PNG with further chunks before its pixels.
func pngFile(w, h uint32, depth, colourType, interlaced byte, idat []byte, before ...[]byte) []byte {
	ihdr := be.AppendUint32(be.AppendUint32(nil, w), h)
	ihdr = append(ihdr, depth, colourType, 0, 0, interlaced)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", ihdr), bytes.Join(before, nil),
		pngChunk("IDAT", idat), pngChunk("IEND"))
}

// blackPNG is a sound gray PNG, with further chunks before its pixels.
func blackPNG(w, h int, before ...[]byte) []byte {
	return pngFile(uint32(w), uint32(h), 8, 0, 0, zeros(h*(1+w)), before...)
}

// gifFile is a GIF of two colours whose frames are all alike.
func gifFile(w, h uint16, frames int, frame []byte) []byte {
	b := le.AppendUint16(le.AppendUint16([]byte("GIF89a"), w), h)
	b = append(b, 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	return append(append(b, bytes.Repeat(frame, frames)...), 0x3b)
}

// gifFrame is a frame of LZW data, at the canvas' corner.
func gifFrame(w, h uint16, data []byte) []byte {
	b := append([]byte{0x2c}, 0, 0, 0, 0)
	b = append(le.AppendUint16(le.AppendUint16(b, w), h), 0, 2)
	for chunk := range slices.Chunk(data, 255) {
		b = append(append(b, byte(len(chunk))), chunk...)
	}
	return append(b, 0)
}

// gifPixels is n pixels of colour 1, LZW-coded.
func gifPixels(n int) []byte {
	var b bytes.Buffer
	w := lzw.NewWriter(&b, lzw.LSB, 2)
	w.Write(bytes.Repeat([]byte{1}, n))
	w.Close()
	return b.Bytes()
}

// bmpFile is a BMP's headers, and pixels.
func bmpFile(w, h int32, bits uint16, compression, colours uint32, pixels []byte) []byte {
	b := append([]byte("BM"), make([]byte, 8)...)
	palette := 0
	if bits <= 8 && colours <= 256 {
		palette = 4 * int(colours)
	}
	b = le.AppendUint32(b, uint32(14+40+palette))
	b = le.AppendUint32(b, 40)
	b = le.AppendUint32(le.AppendUint32(b, uint32(w)), uint32(h))
	b = le.AppendUint16(le.AppendUint16(b, 1), bits)
	b = le.AppendUint32(b, compression)
	b = append(b, make([]byte, 12)...)
	b = le.AppendUint32(le.AppendUint32(b, colours), 0)
	return append(append(b, make([]byte, palette)...), pixels...)
}

// tiffField is a field of a directory: of SHORTs (type 3) or LONGs (type 4).
// Its values are at an offset in the file if that is not 0.
type tiffField struct {
	tag, typ   uint16
	count      uint32
	value      uint32
	fromOffset bool
}

func short(tag uint16, v uint32) tiffField { return tiffField{tag, 3, 1, v, false} }
func long(tag uint16, v uint32) tiffField  { return tiffField{tag, 4, 1, v, false} }

// tiffFile is a little-endian TIFF of one directory, behind the header and data
// of an even number of bytes, that names itself as the next.
func tiffFile(data []byte, fields ...tiffField) []byte {
	at := uint32(8 + len(data))
	b := append(le.AppendUint32([]byte("II*\x00"), at), data...)
	b = le.AppendUint16(b, uint16(len(fields)))
	slices.SortStableFunc(fields, func(a, b tiffField) int { return int(a.tag) - int(b.tag) })
	for _, f := range fields {
		b = le.AppendUint16(le.AppendUint16(b, f.tag), f.typ)
		b = le.AppendUint32(le.AppendUint32(b, f.count), f.value)
	}
	return le.AppendUint32(b, at)
}

// grayTIFF are the fields of a gray picture of 8 bits.
func grayTIFF(w, h, compression uint32, more ...tiffField) []tiffField {
	return append([]tiffField{long(256, w), long(257, h), short(258, 8), short(259, compression), short(262, 1)}, more...)
}

// tiledTIFF is a picture whose tiles are all the same bytes.
func tiledTIFF(side, tile, compression uint32, packed []byte) []byte {
	packed = append(packed, make([]byte, len(packed)%2)...)
	n := (side / tile) * (side / tile)
	data := slices.Clone(packed)
	offsets := uint32(8 + len(data))
	for range n {
		data = le.AppendUint32(data, 8)
	}
	counts := uint32(8 + len(data))
	for range n {
		data = le.AppendUint32(data, uint32(len(packed)))
	}
	return tiffFile(data, grayTIFF(side, side, compression, long(322, tile), long(323, tile),
		tiffField{324, 4, n, offsets, true}, tiffField{325, 4, n, counts, true})...)
}

func jpegSegment(marker byte, body ...[]byte) []byte {
	joined := bytes.Join(body, nil)
	return append(be.AppendUint16([]byte{0xff, marker}, uint16(len(joined)+2)), joined...)
}

// jpegStart is everything before the first scan of a JPEG: gray, or YCbCr as
// 4:4:4. Its DC table has one code, 0, for a difference of 0; its AC table 0 for
// the end of a band and 10 for a run of 16384 of these.
func jpegStart(sof byte, w, h uint16, components int, before ...[]byte) []byte {
	frame := append(be.AppendUint16(be.AppendUint16([]byte{8}, h), w), byte(components))
	for i := range components {
		frame = append(frame, byte(i+1), 0x11, 0)
	}
	counts := func(n ...byte) []byte { return append(n, make([]byte, 16-len(n))...) }
	return slices.Concat([]byte{0xff, 0xd8}, bytes.Join(before, nil),
		jpegSegment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)),
		jpegSegment(sof, frame),
		jpegSegment(0xc4, []byte{0x00}, counts(1), []byte{0}),
		jpegSegment(0xc4, []byte{0x10}, counts(1, 1), []byte{0x00, 0xe0}))
}

// jpegScan is the header of a scan of some components and data.
func jpegScan(components []byte, first, last, approximation byte, data []byte) []byte {
	body := []byte{byte(len(components))}
	for _, c := range components {
		body = append(body, c, 0)
	}
	return append(jpegSegment(0xda, body, []byte{first, last, approximation}), data...)
}

// A picture of so many pixels has scans of whole bytes: a bit for each block
// where it is of DC coefficients, else two bytes for each run of 16384 blocks.
const (
	scannedWidth, scannedHeight = 8192, 6016
	scannedBlocks               = scannedWidth / 8 * scannedHeight / 8
)

var (
	dcScan = make([]byte, scannedBlocks/8)
	acScan = bytes.Repeat([]byte{0x80, 0}, scannedBlocks/16384)
)

// progressiveJPEG is a gray picture of that size, and its AC scans.
func progressiveJPEG(scans ...[]byte) []byte {
	return slices.Concat(jpegStart(0xc2, scannedWidth, scannedHeight, 1),
		jpegScan([]byte{1}, 0, 0, 0, dcScan), bytes.Join(scans, nil), []byte{0xff, 0xd9})
}

// refinedScans are scans that give every AC coefficient one bit after the
// other, each coefficient by itself: as many as there can be in order.
func refinedScans() (scans [][]byte) {
	for k := byte(1); k < 64; k++ {
		scans = append(scans, jpegScan([]byte{1}, k, k, 13, acScan))
		for low := 12; low >= 0; low-- {
			scans = append(scans, jpegScan([]byte{1}, k, k, byte(low+1)<<4|byte(low), acScan))
		}
	}
	return scans
}

func webpChunk(kind string, body []byte) []byte {
	b := le.AppendUint32([]byte(kind), uint32(len(body)))
	return append(append(b, body...), make([]byte, len(body)%2)...)
}

func webpFile(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(le.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// lossyWebP is the header of a VP8 key frame of that size, and what follows.
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

// header begins lossless data, RFC 9649 section 3.4.
func (w *bitWriter) header(width, height int) {
	w.write(8, 0x2f)
	w.write(14, uint64(width-1), uint64(height-1))
	w.write(4, 0)
}

// one is a Huffman code of one symbol, below 256, of no bits.
func (w *bitWriter) one(symbol uint64) {
	w.write(1, 1, 0, 1)
	w.write(8, symbol)
}

// full is a Huffman code of n symbols of almost equal lengths: the most memory
// for the fewest bits. Lengths come in groups of six, by one code for the
// length and one that repeats it.
func (w *bitWriter) full(n int) {
	most := 1 // bits of the longer codes
	for 1<<most < n {
		most++
	}
	shorter := 1<<most - n // symbols that are one bit shorter
	// The order of the code lengths, RFC 9649 section 3.7.2.1.1.
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
	// Canonical codes, the highest bit first: of two symbols 0 and 1, of three
	// 0 for the repetition, then 10 and 11.
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

// huffmanWebP is a lossless picture of side × side pixels that codes every
// square of 4 × 4 with codes of its own, as many as the decoder takes.
func huffmanWebP(side int) []byte {
	const cacheBits = 11
	tiles := side / 4
	groups := min(2600, tiles*tiles)
	w := &bitWriter{}
	w.header(side, side)
	w.write(1, 0, 1)      // no transform; a colour cache
	w.write(4, cacheBits) //
	w.write(1, 1)         // a picture of the codes
	w.write(3, 0)         // for each 4 × 4
	w.write(1, 0)         // without a cache
	w.full(256 + 24)      // green: the number's low byte
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

// symbol writes a symbol in the code that full has made for n of them.
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

// losslessHeader is lossless data that ends where the pixels would begin.
func losslessHeader(width, height int) []byte {
	w := &bitWriter{}
	w.header(width, height)
	w.write(8, 0)
	return w.out
}

// manyFields are as many fields as a directory can have, each of them of as many
// numbers as the file could never hold.
func manyFields() (fields []tiffField) {
	for tag := range uint16(65535) {
		fields = append(fields, tiffField{tag, 4, 1 << 29, 8, true})
	}
	return fields
}

// fullHuffmanTable is a DHT segment of 162 AC codes.
func fullHuffmanTable() []byte {
	counts := []byte{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d}
	return jpegSegment(0xc4, []byte{0x11}, counts, make([]byte, 162))
}

// iccJPEG is a sound black picture with an ICC profile of so many parts.
func iccJPEG(parts, size int) []byte {
	profile := iccProfile("GRAY", parts*size)
	var segments [][]byte
	for i := range parts {
		segments = append(segments, jpegSegment(0xe2, []byte("ICC_PROFILE\x00"), []byte{byte(i + 1), byte(parts)}, profile[i*size:(i+1)*size]))
	}
	return append(append(jpegStart(0xc0, 64, 64, 1, segments...), jpegScan([]byte{1}, 0, 63, 0, make([]byte, 16))...), 0xff, 0xd9)
}

// iccProfile is an ICC profile of so many bytes that says nothing.
func iccProfile(space string, size int) []byte {
	profile := be.AppendUint32(make([]byte, 0, size), uint32(size))[:size]
	copy(profile[16:], space)
	copy(profile[36:], "acsp")
	return profile
}

// solid is the rest of lossless data of one colour: no transform, no cache, one
// group of codes of one symbol each, and no bits for the pixels.
func (w *bitWriter) solid() []byte {
	w.write(1, 0, 0, 0)
	for range 5 {
		w.one(0)
	}
	w.write(8, 0)
	return w.out
}

// losslessAlpha is an ALPH chunk's body of alpha 0, whatever its size.
func losslessAlpha() []byte {
	w := &bitWriter{}
	w.write(8, 1) // compressed, and not filtered
	return w.solid()
}

// blackLosslessWebP is the image chunk of side × side pixels.
func blackLosslessWebP(side int) []byte {
	w := &bitWriter{}
	w.header(side, side)
	return webpChunk("VP8L", w.solid())
}
