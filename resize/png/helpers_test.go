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
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// appendChunk appends a chunk to a file.
func appendChunk(file []byte, kind string, body []byte) []byte {
	file = binary.BigEndian.AppendUint32(file, uint32(len(body)))
	start := len(file)
	file = append(append(file, kind...), body...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[start:]))
}

// adam7 holds the passes, derived independently from the table of PNG third edition,
// 8.1, which gives the pass of each of 8 by 8 pixels.
var adam7 = func() []pass {
	const table = "16462646" + "77777777" + "56565656" + "77777777" + "36463646" + "77777777" + "56565656" + "77777777"
	var passes []pass
	for n := byte('1'); n <= '7'; n++ {
		var xs, ys []int
		for i := range len(table) {
			if table[i] == n {
				xs, ys = append(xs, i%8), append(ys, i/8)
			}
		}
		distance := func(of []int) int {
			for _, v := range of {
				if v != of[0] {
					return v - of[0]
				}
			}
			return 8
		}
		passes = append(passes, pass{xs[0], ys[0], distance(xs), distance(ys)})
	}
	return passes
}()

// count returns how many columns and rows of a picture are in a pass.
func (p pass) count(width, height int) (w, h int) {
	for x := p.x; x < width; x += p.dx {
		w++
	}
	for y := p.y; y < height; y += p.dy {
		h++
	}
	return w, h
}

func interlaceMethod(interlaced bool) byte {
	if interlaced {
		return 1
	}
	return 0
}

// file describes a PNG to make of random bytes, in which every row has another filter.
type file struct {
	width, height, depth int
	colourType           byte
	interlaced           bool
	plte, trns           []byte
	level                int
}

// row returns a row of width pixels without its filter byte. Half of the bytes repeat
// earlier ones, so that some pixels equal the key.
func (f file) row(random *rand.Rand, width int) []byte {
	samples := map[byte]int{gray: 1, rgb: 3, palette: 1, grayAlpha: 2, rgba: 4}[f.colourType]
	row := make([]byte, (width*samples*f.depth+7)/8)
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
	parts := []pass{{0, 0, 1, 1}}
	if f.interlaced {
		parts = adam7
	}
	var raw []byte
	for _, p := range parts {
		w, h := p.count(f.width, f.height)
		for y := range h {
			if w > 0 {
				raw = append(raw, byte(y%5))
				raw = append(raw, f.row(random, w)...)
			}
		}
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(f.width))
	header = binary.BigEndian.AppendUint32(header, uint32(f.height))
	out := appendChunk([]byte(signature), "IHDR", append(header, byte(f.depth), f.colourType, 0, 0, interlaceMethod(f.interlaced)))
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

// kindDepths holds the depths of each colour type.
var kindDepths = map[byte][]int{gray: {1, 2, 4, 8, 16}, rgb: {8, 16}, palette: {1, 2, 4, 8}, grayAlpha: {8, 16}, rgba: {8, 16}}

// files returns PNGs of every kind, by name.
func files() map[string]file {
	files := map[string]file{}
	for kind, depths := range kindDepths {
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
					f.trns = f.row(rand.New(rand.NewPCG(uint64(f.width), uint64(f.depth))), width) // the first pixel
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
	for name, f := range maps.Clone(files) {
		f.interlaced = true
		files[name+", interlaced"] = f
	}
	return files
}

// readAll reads a PNG that is in memory as a whole.
func readAll(data []byte) (*image.NRGBA, error) {
	return readFrom(context.Background(), pic.Bytes(data))
}

// readFrom opens a PNG and reads its pixels.
func readFrom(ctx context.Context, source pic.Source) (*image.NRGBA, error) {
	p, err := Open(ctx, source)
	if err != nil {
		return nil, err
	}
	img, _, err := pixelsOf(ctx, p)
	return img, err
}

// pixelsOf reads the pixels of an opened PNG and returns them with their meaning.
func pixelsOf(ctx context.Context, p pic.Picture) (*image.NRGBA, pic.Colour, error) {
	plan, err := p.Plan(pic.View{})
	if err != nil {
		return nil, pic.Colour{}, err
	}
	var img *image.NRGBA
	var colour pic.Colour
	for frame, err := range plan.Frames(ctx, &pic.Buffers{}) {
		if err != nil {
			return nil, pic.Colour{}, err
		}
		if img != nil {
			return nil, pic.Colour{}, errors.New("more than one frame")
		}
		if shape := (pic.Shape{Width: frame.Rows.Width, Height: frame.Rows.Height, Channels: frame.Rows.Channels}); shape != plan.Shape {
			return nil, pic.Colour{}, fmt.Errorf("%+v, planned %+v", shape, plan.Shape)
		}
		if img, err = imageOf(frame.Rows); err != nil {
			return nil, pic.Colour{}, err
		}
		colour = frame.Colour
	}
	return img, colour, nil
}

// imageOf reads all rows.
func imageOf(r *pic.Rows) (*image.NRGBA, error) {
	var img *image.NRGBA // made once there is a row
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
		if img == nil {
			img = image.NewNRGBA(image.Rect(0, 0, r.Width, r.Height))
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

// compare checks that this package and image/png agree about data.
func compare(t *testing.T, name string, data []byte) {
	t.Helper()
	got, err := readAll(data)
	if errors.As(err, &pic.UnsupportedError{}) || err != nil && strings.Contains(err.Error(), ": iCCP") {
		return // image/png ignores animations and profiles
	}
	want, wantErr := png.Decode(bytes.NewReader(data))
	if wantErr != nil && err == nil && wantErr.Error() == "png: invalid format: too much pixel data" {
		return // data behind the zlib stream: image/png accepts only some of it, up to 4 kB
	}
	if wantErr == nil && err != nil && err.Error() == "resize: bad png: IHDR is not the first chunk" {
		return // image/png permits unknown chunks before it, unlike PNG third edition, 5.6
	}
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%s: %v, want %v", name, err, wantErr)
	}
	if err != nil {
		checkBad(t, name, err)
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

// checkBad checks that err is a FormatError of a PNG.
func checkBad(t *testing.T, name string, err error) {
	t.Helper()
	var bad *pic.FormatError
	if !errors.As(err, &bad) || bad.Format != pic.PNG {
		t.Fatalf("%s: %v", name, err)
	}
}

// rounded converts a colour of image/png to 8 bits a sample.
func rounded(c color.Color) color.NRGBA {
	round := func(v uint16) uint8 { return uint8((uint32(v) + 128) / 257) }
	switch c := c.(type) {
	case color.NRGBA:
		return c
	case color.NRGBA64:
		return color.NRGBA{round(c.R), round(c.G), round(c.B), round(c.A)}
	}
	r, g, b, _ := c.RGBA() // the colour is opaque
	return color.NRGBA{round(uint16(r)), round(uint16(g)), round(uint16(b)), 255}
}
