package edge_test

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// Building blocks of bombs. Sizes are in pixels.

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

// zeros returns a zlib stream that decodes to n zero bytes; it is a thousand
// times shorter.
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

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func pngChunk(kind string, body ...[]byte) []byte {
	joined := bytes.Join(body, nil)
	b := be.AppendUint32(nil, uint32(len(joined)))
	b = append(append(b, kind...), joined...)
	return be.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngFile returns a PNG with the chunks before in front of its pixels.
func pngFile(w, h uint32, depth, colourType, interlaced byte, idat []byte, before ...[]byte) []byte {
	ihdr := be.AppendUint32(be.AppendUint32(nil, w), h)
	ihdr = append(ihdr, depth, colourType, 0, 0, interlaced)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", ihdr), bytes.Join(before, nil),
		pngChunk("IDAT", idat), pngChunk("IEND"))
}

// blackPNG returns a valid gray PNG with the chunks before in front of its
// pixels.
func blackPNG(w, h int, before ...[]byte) []byte {
	return pngFile(uint32(w), uint32(h), 8, 0, 0, zeros(h*(1+w)), before...)
}

// gifFile returns a GIF with two colours that repeats frame.
func gifFile(w, h uint16, frames int, frame []byte) []byte {
	b := le.AppendUint16(le.AppendUint16([]byte("GIF89a"), w), h)
	b = append(b, 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	return append(append(b, bytes.Repeat(frame, frames)...), 0x3b)
}

// gifFrame returns a frame at the canvas' corner with the LZW data.
func gifFrame(w, h uint16, data []byte) []byte {
	b := append([]byte{0x2c}, 0, 0, 0, 0)
	b = append(le.AppendUint16(le.AppendUint16(b, w), h), 0, 2)
	for chunk := range slices.Chunk(data, 255) {
		b = append(append(b, byte(len(chunk))), chunk...)
	}
	return append(b, 0)
}

// gifPixels returns n pixels of colour 1, LZW-coded.
func gifPixels(n int) []byte {
	var b bytes.Buffer
	w := lzw.NewWriter(&b, lzw.LSB, 2)
	w.Write(bytes.Repeat([]byte{1}, n))
	w.Close()
	return b.Bytes()
}

// bmpFile returns a BMP with the given headers and pixels.
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

// tiffField is a field of a directory, of type SHORT (3) or LONG (4). If
// fromOffset is set, value is the offset of its values in the file.
type tiffField struct {
	tag, typ   uint16
	count      uint32
	value      uint32
	fromOffset bool
}

func short(tag uint16, v uint32) tiffField { return tiffField{tag, 3, 1, v, false} }
func long(tag uint16, v uint32) tiffField  { return tiffField{tag, 4, 1, v, false} }

// tiffFile returns a little-endian TIFF: the header, data, whose length must be
// even, and one directory that names itself as the next.
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

// grayTIFF returns the fields of a gray picture of 8 bits.
func grayTIFF(w, h, compression uint32, more ...tiffField) []tiffField {
	return append([]tiffField{long(256, w), long(257, h), short(258, 8), short(259, compression), short(262, 1)}, more...)
}

// tiledTIFF returns a picture whose tiles all share the bytes packed.
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

// jpegStart returns everything before the first scan of a JPEG, gray or YCbCr
// 4:4:4. Its DC table has one code, for a difference of 0; its AC table has 0
// for the end of a band and 10 for a run of 16384 of these.
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

// jpegScan returns a scan: its header and data.
func jpegScan(components []byte, first, last, approximation byte, data []byte) []byte {
	body := []byte{byte(len(components))}
	for _, c := range components {
		body = append(body, c, 0)
	}
	return append(jpegSegment(0xda, body, []byte{first, last, approximation}), data...)
}

// Scans of a picture of this size fill whole bytes: a DC scan takes one bit for
// each block, an AC scan two bytes for each run of 16384 blocks.
const (
	scannedWidth, scannedHeight = 8192, 6016
	scannedBlocks               = scannedWidth / 8 * scannedHeight / 8
)

var (
	dcScan = make([]byte, scannedBlocks/8)
	acScan = bytes.Repeat([]byte{0x80, 0}, scannedBlocks/16384)
)

// progressiveJPEG returns a gray picture of scannedWidth × scannedHeight with a
// DC scan and scans.
func progressiveJPEG(scans ...[]byte) []byte {
	return slices.Concat(jpegStart(0xc2, scannedWidth, scannedHeight, 1),
		jpegScan([]byte{1}, 0, 0, 0, dcScan), bytes.Join(scans, nil), []byte{0xff, 0xd9})
}

// refinedScans returns scans that refine every AC coefficient by itself, bit by
// bit: as many scans as the standard's order allows.
func refinedScans() (scans [][]byte) {
	for k := byte(1); k < 64; k++ {
		scans = append(scans, jpegScan([]byte{1}, k, k, 13, acScan))
		for low := 12; low >= 0; low-- {
			scans = append(scans, jpegScan([]byte{1}, k, k, byte(low+1)<<4|byte(low), acScan))
		}
	}
	return scans
}

// manyFields returns n fields of a directory. Each claims more numbers than any
// file could hold.
func manyFields(n uint16) (fields []tiffField) {
	for tag := range n {
		fields = append(fields, tiffField{tag, 4, 1 << 29, 8, true})
	}
	return fields
}

// fullHuffmanTable returns a DHT segment of 162 AC codes.
func fullHuffmanTable() []byte {
	counts := []byte{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d}
	return jpegSegment(0xc4, []byte{0x11}, counts, make([]byte, 162))
}

// iccJPEG returns a valid black picture with an ICC profile of parts × size
// bytes.
func iccJPEG(parts, size int) []byte {
	profile := iccProfile("GRAY", parts*size)
	var segments [][]byte
	for i := range parts {
		segments = append(segments, jpegSegment(0xe2, []byte("ICC_PROFILE\x00"), []byte{byte(i + 1), byte(parts)}, profile[i*size:(i+1)*size]))
	}
	return blackJPEG(segments...)
}

// blackJPEG returns a valid black picture with further segments.
func blackJPEG(segments ...[]byte) []byte {
	return append(append(jpegStart(0xc0, 64, 64, 1, segments...), jpegScan([]byte{1}, 0, 63, 0, make([]byte, 16))...), 0xff, 0xd9)
}

// iccProfile returns an ICC profile of size bytes without any tags.
func iccProfile(space string, size int) []byte {
	profile := be.AppendUint32(make([]byte, 0, size), uint32(size))[:size]
	copy(profile[16:], space)
	copy(profile[36:], "acsp")
	return profile
}
