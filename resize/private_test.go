package resize_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// secret stands everywhere in an original except in its picture.
const secret = "SECRET 52.5200 N 13.4050 E"

// TestPrivate: no metadata of an original gets into a variant, wherever it stands.
func TestPrivate(t *testing.T) {
	for name, data := range map[string][]byte{
		"JPEG":             talkativeJPEG(read(t, "jpeg-420.jpg")),
		"progressive JPEG": talkativeJPEG(read(t, "jpeg-progressive-444.jpg")),
		"CMYK JPEG":        talkativeJPEG(read(t, "jpeg-cmyk-adobe.jpg")),
		"JPEG with ICC":    talkativeJPEG(read(t, "jpeg-icc.jpg")),
		"PNG":              talkativePNG(read(t, "png-rgba.png")),
		"interlaced PNG":   talkativePNG(read(t, "png-rgb-interlaced.png")),
		"palette PNG":      talkativePNG(read(t, "png-palette-4.png")),
		"GIF":              talkativeGIF(read(t, "gif-still.gif")),
		"animated GIF":     talkativeGIF(read(t, "gif-animated-disposals.gif")),
		"WebP":             talkativeWebP(read(t, "webp-lossy.webp")),
		"WebP with alpha":  talkativeWebP(read(t, "webp-lossy-alpha.webp")),
		"animated WebP":    talkativeWebP(read(t, "webp-animated.webp")),
		"lossless WebP":    talkativeWebP(read(t, "webp-lossless.webp")),
		"BMP":              append(read(t, "bmp-24.bmp"), secret...),
		"TIFF":             talkativeTIFF(),
	} {
		t.Run(name, func(t *testing.T) {
			if !bytes.Contains(data, []byte(secret)) {
				t.Fatal("no secret to keep")
			}
			for _, req := range []resize.Request{
				{Width: 40, Height: 30, Fit: resize.Cover, Quality: 80, MinQuality: 40},
				{Width: 8, Height: 8, Fit: resize.Fill, Quality: 80, MinQuality: 40, MaxBytes: 780_000},
			} {
				v, err := resize.Resize(t.Context(), resize.Bytes(data), req)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range partsOf(t, v.Format, v.Data) {
					if !slices.Contains(allowed[v.Format], p.name) {
						t.Errorf("holds a part %q", p.name)
					}
				}
				if bytes.Contains(v.Data, []byte("SECRET")) {
					t.Errorf("holds %q", "SECRET")
				}
			}
		})
	}
}

// talkativeExif returns Exif data with a description, a GPS directory (Exif 2.32,
// 4.6.6) and a thumbnail's directory.
func talkativeExif() []byte {
	be := binary.BigEndian
	b := append([]byte("MM\x00*\x00\x00\x00\x08"), 0, 3)
	field := func(tag, typ uint16, count, value uint32) {
		b = be.AppendUint16(be.AppendUint16(b, tag), typ)
		b = be.AppendUint32(be.AppendUint32(b, count), value)
	}
	const after = 8 + 2 + 3*12 + 4
	field(0x010e, 2, uint32(len(secret)), after)
	field(0x013b, 2, uint32(len(secret)), after)
	field(0x8825, 4, 1, after+uint32(len(secret)))
	b = append(be.AppendUint32(b, after+uint32(len(secret))), secret...)
	b = append(b, 0, 1)
	field(0x0007, 5, 3, after)
	return append(be.AppendUint32(b, 0), secret...)
}

// talkativeJPEG adds segments of every kind after a JPEG's SOI, and data behind its
// end, where phones put films.
func talkativeJPEG(data []byte) []byte {
	out := []byte{0xff, 0xd8}
	segment := func(marker byte, body string) {
		out = binary.BigEndian.AppendUint16(append(out, 0xff, marker), uint16(2+len(body)))
		out = append(out, body...)
	}
	segment(0xe0, "JFXX\x00\x10"+secret)
	segment(0xe1, "Exif\x00\x00"+string(talkativeExif()))
	segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secret+"</x:xmpmeta>")
	segment(0xe1, "http://ns.adobe.com/xmp/extension/\x00"+secret)
	segment(0xe2, "MPF\x00"+secret)
	segment(0xeb, "JP"+secret) // JUMBF
	segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00"+secret)
	segment(0xef, secret)
	segment(0xfe, secret)
	return append(append(out, data[2:]...), "MotionPhoto_Data"+secret...)
}

// talkativePNG adds chunks of every kind after a PNG's IHDR and before its IEND, and
// data behind it.
func talkativePNG(data []byte) []byte {
	chunk := func(kind, body string) []byte {
		b := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind+body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write([]byte(secret))
	z.Close()
	chunks := slices.Concat(
		chunk("tEXt", "Comment\x00"+secret), chunk("zTXt", "Comment\x00\x00"+packed.String()),
		chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret), chunk("prVt", secret),
		chunk("tIME", "\x07\xe8\x01\x02\x03\x04\x05"))
	const ihdr, iend = 8 + 25, 12
	end := len(data) - iend
	return slices.Concat(data[:ihdr], chunks, data[ihdr:end], chunk("eXIf", string(talkativeExif())), chunks, data[end:], []byte(secret))
}

// talkativeGIF adds extensions of every kind before a GIF's first frame, and data
// behind its end.
func talkativeGIF(data []byte) []byte {
	at := 13
	if data[10]&0x80 != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	block := string([]byte{byte(len(secret))}) + secret + "\x00"
	extensions := "!\xfe" + block + "!\xff\x0bXMP DataXMP" + block + "!\xff\x0bprivatedata" + block +
		"!\x01\x0c" + "\x00\x00\x00\x00\x08\x00\x08\x00\x08\x08\x01\x00" + block
	return slices.Concat(data[:at], []byte(extensions), data[at:], []byte(secret))
}

// talkativeWebP adds chunks behind those of a WebP.
func talkativeWebP(data []byte) []byte {
	out := bytes.Clone(data)
	for _, c := range []struct{ kind, body string }{{"EXIF", string(talkativeExif())}, {"XMP ", secret}, {"prVt", secret}} {
		out = binary.LittleEndian.AppendUint32(append(out, c.kind...), uint32(len(c.body)))
		out = append(out, c.body...)
		out = append(out, make([]byte, len(c.body)%2)...)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return append(out, secret...)
}

// talkativeTIFF returns a gray picture of 50 × 40 pixels with fields of every kind.
func talkativeTIFF() []byte {
	le := binary.LittleEndian
	const width, height, pixels = 50, 40, 8
	b := append([]byte("II*\x00"), 0, 0, 0, 0)
	b = append(b, bytes.Repeat([]byte{0x40, 0x80}, width*height/2)...)
	at := uint32(len(b))
	b = append(b, secret...)
	b = append(b, make([]byte, len(b)%2)...)
	le.PutUint32(b[4:], uint32(len(b)))
	fields := [][3]uint32{ // tag, count, value
		{256, 1, width}, {257, 1, height}, {258, 1, 8}, {259, 1, 1}, {262, 1, 1},
		{270, uint32(len(secret)), at}, {271, uint32(len(secret)), at}, {273, 1, pixels}, {278, 1, height},
		{279, 1, width * height}, {305, uint32(len(secret)), at}, {315, uint32(len(secret)), at},
		{700, uint32(len(secret)), at}, {33723, uint32(len(secret)), at}, {34377, uint32(len(secret)), at},
		{34665, 1, at}, {34853, 1, at}, {65000, uint32(len(secret)), at},
	}
	b = le.AppendUint16(b, uint16(len(fields)))
	for _, f := range fields {
		typ := uint16(4) // LONG
		if f[1] > 1 {
			typ = 2 // ASCII
		}
		b = le.AppendUint16(le.AppendUint16(b, uint16(f[0])), typ)
		b = le.AppendUint32(le.AppendUint32(b, f[1]), f[2])
	}
	return le.AppendUint32(b, 0)
}
