package png

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// appendChunk appends a chunk.
func appendChunk(file []byte, kind string, body []byte) []byte {
	file = binary.BigEndian.AppendUint32(file, uint32(len(body)))
	start := len(file)
	file = append(append(file, kind...), body...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[start:]))
}

// file is a PNG to be made of random bytes: every row has another filter.
type file struct {
	width, height, depth int
	colourType           byte
	plte, trns           []byte
	level                int
}

// row is a row without its filter type; half the time the same bytes again and
// again, so that some pixels are like the key.
func (f file) row(random *rand.Rand) []byte {
	samples := map[byte]int{gray: 1, rgb: 3, palette: 1, grayAlpha: 2, rgba: 4}[f.colourType]
	row := make([]byte, (f.width*samples*f.depth+7)/8)
	for i := range row {
		row[i] = byte(random.Uint32()) >> (random.Uint32() % 8)
		if i >= 24 && random.Uint32()%2 == 0 {
			row[i] = row[i-24]
		}
	}
	return row
}

func (f file) bytes(t testing.TB) []byte {
	random := rand.New(rand.NewPCG(uint64(f.width), uint64(f.depth)))
	var raw []byte
	for y := range f.height {
		raw = append(raw, byte(y%5))
		raw = append(raw, f.row(random)...)
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(f.width))
	header = binary.BigEndian.AppendUint32(header, uint32(f.height))
	out := appendChunk([]byte(signature), "IHDR", append(header, byte(f.depth), f.colourType, 0, 0, 0))
	if f.plte != nil {
		out = appendChunk(out, "PLTE", f.plte)
	}
	if f.trns != nil {
		out = appendChunk(out, "tRNS", f.trns)
	}
	packed := deflated(t, raw, f.level)
	for len(packed) > 100 {
		out = appendChunk(out, "IDAT", packed[:100])
		packed = packed[100:]
	}
	out = appendChunk(out, "IDAT", packed)
	out = appendChunk(out, "tEXt", []byte("Comment\x00none"))
	return appendChunk(out, "IEND", nil)
}

// files are PNGs of every kind, by name.
func files() map[string]file {
	files := map[string]file{}
	kinds := map[byte][]int{gray: {1, 2, 4, 8, 16}, rgb: {8, 16}, palette: {1, 2, 4, 8}, grayAlpha: {8, 16}, rgba: {8, 16}}
	for kind, depths := range kinds {
		for _, depth := range depths {
			for _, width := range []int{1, 2, 3, 8, 61} {
				name := fmt.Sprintf("type %d, %d bits, %d wide", kind, depth, width)
				f := file{width: width, height: 23, depth: depth, colourType: kind, level: width % 7}
				switch kind {
				case palette:
					f.plte = bytes.Repeat([]byte{9, 99, 199}, 1<<depth-depth/2)
					for i := range f.plte {
						f.plte[i] += byte(i)
					}
					files[name] = f
					f.trns = []byte{0, 99}
				case gray, rgb:
					files[name] = f
					f.trns = f.row(rand.New(rand.NewPCG(uint64(f.width), uint64(f.depth)))) // the first pixel
					for len(f.trns) < 6 {
						f.trns = append(f.trns, f.trns...)
					}
					if depth == 8 {
						f.trns = []byte{1, f.trns[0], 2, f.trns[1], 3, f.trns[2]}
					}
					if depth < 8 {
						f.trns = []byte{0, f.trns[0] >> (8 - depth)}
					}
					f.trns = f.trns[:2+2*int(kind)]
				}
				files[name+", tRNS"] = f
			}
		}
	}
	return files
}

// readAll reads a PNG that is there as a whole.
func readAll(data []byte) (*image.NRGBA, error) {
	return readFrom(context.Background(), whole(data))
}

// readFrom reads a PNG with a Reader.
func readFrom(ctx context.Context, source Source) (*image.NRGBA, error) {
	r, err := NewReader(ctx, source)
	if err != nil {
		return nil, err
	}
	img := image.NewNRGBA(image.Rect(0, 0, r.Width, r.Height))
	for y := 0; ; y++ {
		row, err := r.Next()
		if err == io.EOF && y == r.Height {
			return img, nil
		}
		if err != nil {
			return nil, err
		}
		if len(row) != r.Width*r.Channels {
			return nil, fmt.Errorf("row of %d samples", len(row))
		}
		for x := range r.Width {
			p := row[x*r.Channels : (x+1)*r.Channels]
			var c color.NRGBA
			switch r.Channels {
			case 1:
				c = color.NRGBA{p[0], p[0], p[0], 255}
			case 2:
				c = color.NRGBA{p[0], p[0], p[0], p[1]}
			case 3:
				c = color.NRGBA{p[0], p[1], p[2], 255}
			default:
				c = color.NRGBA{p[0], p[1], p[2], p[3]}
			}
			img.SetNRGBA(x, y, c)
		}
	}
}

// compare makes sure that a Reader says of data what image/png says.
func compare(t *testing.T, name string, data []byte) {
	t.Helper()
	got, err := readAll(data)
	if errors.Is(err, ErrInterlaced) {
		return
	}
	want, wantErr := png.Decode(bytes.NewReader(data))
	if wantErr != nil && err == nil && wantErr.Error() == "png: invalid format: too much pixel data" {
		return // data behind the zlib stream: image/png does not mind up to 4 kB of it either
	}
	if wantErr == nil && err != nil && err.Error() == "png: IHDR is not the first chunk" {
		return // image/png lets chunks that it does not know be before it, unlike PNG third edition, 5.6
	}
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%s: %v, want %v", name, err, wantErr)
	}
	if err != nil {
		var format *FormatError
		if !errors.As(err, &format) {
			t.Fatalf("%s: %T", name, err)
		}
		return
	}
	if got.Rect != want.Bounds() {
		t.Fatalf("%s: %v, want %v", name, got.Rect, want.Bounds())
	}
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if g, w := got.NRGBAAt(x, y), rounded(want.At(x, y)); g != w {
				t.Fatalf("%s: %v at %d, %d, want %v", name, g, x, y, w)
			}
		}
	}
}

// rounded is a colour of image/png's in 8 bits a sample.
func rounded(c color.Color) color.NRGBA {
	round := func(v uint16) uint8 { return uint8((uint32(v) + 128) / 257) }
	switch c := c.(type) {
	case color.NRGBA:
		return c
	case color.NRGBA64:
		return color.NRGBA{round(c.R), round(c.G), round(c.B), round(c.A)}
	}
	r, g, b, _ := c.RGBA() // of an opaque one
	return color.NRGBA{round(uint16(r)), round(uint16(g)), round(uint16(b)), 255}
}

func TestReader(t *testing.T) {
	for name, f := range files() {
		data := f.bytes(t)
		compare(t, name, data)
		if _, err := readAll(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReaderOriginals(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/originals/png-*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no originals", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, path, data)
	}
}

// TestReaderDamaged: a file that ends anywhere, or one byte of which is
// another, is an error; which one does not matter.
func TestReaderDamaged(t *testing.T) {
	data := file{width: 9, height: 7, depth: 8, colourType: rgb, level: 6}.bytes(t)
	for n := range data {
		if _, err := readAll(data[:n]); err == nil {
			t.Errorf("%d bytes of %d", n, len(data))
		}
		for _, bit := range []byte{1, 128} {
			damaged := bytes.Clone(data)
			damaged[n] ^= bit
			compare(t, fmt.Sprintf("byte %d", n), damaged)
		}
	}
}

// TestReaderOrder: chunks where they must not be.
func TestReaderOrder(t *testing.T) {
	kinds := []string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND", "tEXt", "sBIT"}
	for _, f := range []file{
		{width: 5, height: 5, depth: 8, colourType: palette, plte: make([]byte, 30), trns: []byte{1, 2}},
		{width: 5, height: 5, depth: 8, colourType: rgb, trns: make([]byte, 6)},
		{width: 5, height: 5, depth: 8, colourType: rgba},
		{width: 5, height: 5, depth: 4, colourType: gray},
	} {
		data := f.bytes(t)
		for at := len(signature); at < len(data); {
			end := at + 12 + int(binary.BigEndian.Uint32(data[at:]))
			compare(t, fmt.Sprintf("type %d without %s", f.colourType, data[at+4:at+8]), append(bytes.Clone(data[:at]), data[end:]...))
			for _, kind := range kinds {
				for _, n := range []int{0, 2, 6, 13, 48, 768, 771} {
					more := appendChunk(bytes.Clone(data[:at]), kind, make([]byte, n))
					compare(t, fmt.Sprintf("type %d, %s of %d at %d", f.colourType, kind, n, at), append(more, data[at:]...))
				}
			}
			at = end
		}
	}
}

// TestReaderAllocates nothing for a size before rows are asked for.
func TestReaderAllocates(t *testing.T) {
	data := file{width: 5, height: 5, depth: 8, colourType: rgba}.bytes(t)
	large := appendChunk([]byte(signature), "IHDR", []byte{0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 16, rgba, 0, 0, 0})
	large = append(large, data[len(large):]...)
	r, err := NewReader(t.Context(), whole(large))
	if err != nil {
		t.Fatal(err)
	}
	if got := testing.AllocsPerRun(3, func() { _, _ = NewReader(t.Context(), whole(large)) }); got > 20 {
		t.Errorf("%.0f allocations", got)
	}
	if want := int64(1<<31-1) * 8; r.Memory() < want {
		t.Errorf("%d bytes for a row of %d", r.Memory(), want)
	}
}
