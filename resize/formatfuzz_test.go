package resize

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// fuzzFormat runs a fuzz test on pictures of one format, seeded with seeds and with the
// files of testdata. It skips data of other formats. repair, if not nil, corrects the
// checksums of a changed picture.
func fuzzFormat(f *testing.F, format Format, repair func([]byte) []byte, seeds ...[]byte) {
	const longest = 16 << 10 // of a seed, bytes
	for _, pattern := range []string{"testdata/*", "../testdata/originals/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no files %s, %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				continue // a folder
			}
			if formatOf(data) == format && len(data) <= longest {
				seeds = append(seeds, data)
			}
		}
	}
	for i, seed := range seeds {
		f.Add(seed, uint16(0x77|i<<8))
		f.Add(seed, uint16(0x1875+i)) // with what else can be asked for
	}
	f.Fuzz(func(t *testing.T, data []byte, how uint16) {
		if len(data) > 1<<17 {
			return
		}
		if formatOf(data) != format {
			return
		}
		if repair != nil {
			data = repair(data)
		}
		checkSurvives(t, data, how)
	})
}

func FuzzResizeJPEG(f *testing.F) {
	picture := pictest.Scene(24, 16)
	fuzzFormat(f, JPEG, nil,
		pictest.JPEG(f, picture, pictest.ExifSegment(pictest.OrientationTIFF(binary.BigEndian, 6))),
		pictest.JPEG(f, picture, pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1, 1}, pictest.Profile(icc.RGB))))
}

func FuzzResizePNG(f *testing.F) {
	var seeds [][]byte
	for _, p := range pictest.PNGs() {
		seeds = append(seeds, p.Bytes())
	}
	p := pictest.PlainPNG()
	p.Before = bytes.Join([][]byte{pictest.NumbersChunk("gAMA", 45455), pictest.ICCP(pictest.Profile(icc.RGB))}, nil)
	p.After = pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.BigEndian, 5))
	fuzzFormat(f, PNG, repairedPNG, append(seeds, p.Bytes())...)
}

// repairedPNG corrects the checksum of every chunk of a PNG.
func repairedPNG(data []byte) []byte {
	out := bytes.Clone(data)
	for at := len("\x89PNG\r\n\x1a\n"); at+12 <= len(out); {
		n := int(binary.BigEndian.Uint32(out[at:]))
		if n > len(out)-at-12 {
			break
		}
		end := at + 8 + n
		binary.BigEndian.PutUint32(out[end:], crc32.ChecksumIEEE(out[at+4:end]))
		at = end + 4
	}
	return out
}

func FuzzResizeGIF(f *testing.F) {
	var seeds [][]byte
	for _, g := range pictest.GIFs() {
		seeds = append(seeds, g.Bytes(f))
	}
	fuzzFormat(f, GIF, nil, seeds...)
}

func FuzzResizeWebP(f *testing.F) { fuzzFormat(f, WebP, repairedWebP) }

// repairedWebP sets the length in a WebP's outer chunk to that of the file.
func repairedWebP(data []byte) []byte {
	out := bytes.Clone(data)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

func FuzzResizeBMP(f *testing.F) {
	fuzzFormat(f, BMP, nil, pictest.BMPV5(pictest.Scene(24, 16), pictest.Profile(icc.RGB)))
}

func FuzzResizeTIFF(f *testing.F) {
	pixels := func(n int) []byte { return bytes.Repeat([]byte{0x00, 0x7f, 0x80, 0xff}, n) }
	fuzzFormat(f, TIFF, nil,
		pictest.RawTIFF(binary.LittleEndian, 24, 16, 1, 8, pixels(96)),
		pictest.RawTIFF(binary.BigEndian, 24, 16, 3, 8, pixels(288)),
		pictest.RawTIFF(binary.BigEndian, 24, 16, 3, 16, pixels(576)))
}
