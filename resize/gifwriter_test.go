package resize

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"testing"
)

// testGIF is an animated GIF to be made, with what image/gif does not write.
type testGIF struct {
	width, height int
	global        color.Palette // nil for none
	loops         int           // as image/gif counts: -1 once, 0 for ever, else repeats
	frames        []testGIFFrame
}

// testGIFFrame is one of its frames.
type testGIFFrame struct {
	rect       image.Rectangle
	colour     func(x, y int) int // index of a pixel of the canvas
	palette    color.Palette      // nil for the global one
	clear      int                // the transparent index; -1 for none
	delay      int                // hundredths of a second
	disposal   byte
	interlaced bool
	bare       bool // without a graphic control extension
	codeSize   int  // the LZW minimum code size; 0 for what the palette needs
}

// bytes is the file (GIF89a specification, sections 17 to 27).
func (g testGIF) bytes(t testing.TB) []byte {
	t.Helper()
	b := []byte("GIF89a")
	b = binary.LittleEndian.AppendUint16(b, uint16(g.width))
	b = binary.LittleEndian.AppendUint16(b, uint16(g.height))
	packed, table := colourTable(g.global)
	b = append(append(b, packed, 0, 0), table...)
	if g.loops >= 0 {
		b = append(b, "!\xff\x0bNETSCAPE2.0\x03\x01"...)
		b = append(binary.LittleEndian.AppendUint16(b, uint16(g.loops)), 0)
	}
	for _, f := range g.frames {
		b = append(b, f.bytes(t, g.global)...)
	}
	return append(b, gifTrailer)
}

func (f testGIFFrame) bytes(t testing.TB, global color.Palette) []byte {
	t.Helper()
	var b []byte
	if !f.bare {
		packed, index := f.disposal<<2, byte(0)
		if f.clear >= 0 {
			packed, index = packed|1, byte(f.clear)
		}
		b = append(b, '!', 0xf9, 4, packed)
		b = append(binary.LittleEndian.AppendUint16(b, uint16(f.delay)), index, 0)
	}
	b = append(b, 0x2c)
	for _, v := range []int{f.rect.Min.X, f.rect.Min.Y, f.rect.Dx(), f.rect.Dy()} {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	packed, table := colourTable(f.palette)
	colours := len(global)
	if f.palette != nil {
		colours = len(f.palette)
	}
	if f.interlaced {
		packed |= 0x40
	}
	b = append(append(b, packed), table...)
	codeSize := f.codeSize
	if codeSize == 0 {
		codeSize = max(2, bits(colours))
	}
	return append(b, packPixels(t, f.indices(), codeSize)...)
}

// indices are the pixels, in the order of the file.
func (f testGIFFrame) indices() []byte {
	type pass struct{ first, step int }
	passes := []pass{{0, 1}}
	if f.interlaced {
		passes = []pass{{0, 8}, {4, 8}, {2, 4}, {1, 2}}
	}
	var pix []byte
	for _, p := range passes {
		for y := f.rect.Min.Y + p.first; y < f.rect.Max.Y; y += p.step {
			for x := f.rect.Min.X; x < f.rect.Max.X; x++ {
				pix = append(pix, byte(f.colour(x, y)))
			}
		}
	}
	return pix
}

// bits is how many bits an index of n colours has.
func bits(n int) int {
	b := 1
	for 1<<b < n {
		b++
	}
	return b
}

// colourTable is a colour table and the packed fields that announce it.
func colourTable(p color.Palette) (packed byte, table []byte) {
	if p == nil {
		return 0, nil
	}
	for _, c := range p {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table = append(table, n.R, n.G, n.B)
	}
	b := bits(len(p))
	return 0x80 | byte(b-1), append(table, make([]byte, 3<<b-len(table))...)
}

// packPixels is the LZW minimum code size and the blocks of compressed pixels.
func packPixels(t testing.TB, pix []byte, codeSize int) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := lzw.NewWriter(&packed, lzw.LSB, codeSize)
	if _, err := w.Write(pix); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := []byte{byte(codeSize)}
	for packed.Len() > 0 {
		block := packed.Next(255)
		b = append(append(b, byte(len(block))), block...)
	}
	return append(b, 0)
}

// seenFrames is what a viewer sees of a GIF, frame by frame, composed without
// the code under test.
func seenFrames(t testing.TB, data []byte) ([]*image.NRGBA, *gif.GIF) {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	canvas := image.NewNRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	var seen []*image.NRGBA
	for i, frame := range g.Image {
		before := copyNRGBA(canvas)
		r := frame.Bounds()
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if c := color.NRGBAModel.Convert(frame.At(x, y)).(color.NRGBA); c.A != 0 {
					canvas.SetNRGBA(x, y, c)
				}
			}
		}
		seen = append(seen, copyNRGBA(canvas))
		switch g.Disposal[i] {
		case gif.DisposalBackground:
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					canvas.SetNRGBA(x, y, color.NRGBA{})
				}
			}
		case gif.DisposalPrevious:
			canvas = before
		}
	}
	return seen, g
}

func copyNRGBA(img *image.NRGBA) *image.NRGBA {
	out := *img
	out.Pix = bytes.Clone(img.Pix)
	return &out
}

// greys is a palette of n levels of gray.
func greys(n int) color.Palette {
	var p color.Palette
	for i := range n {
		v := uint8(255 * i / (n - 1))
		p = append(p, color.NRGBA{v, v, v, 255})
	}
	return p
}

// flat is every pixel of one colour.
func flat(index int) func(x, y int) int { return func(int, int) int { return index } }
