package pictest

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"math"
	"testing"
)

// GIF describes an animated GIF to make, with features that image/gif does not write.
type GIF struct {
	Width, Height int
	Global        color.Palette // nil for none
	Loops         int           // as image/gif counts: -1 once, 0 for ever, else repeats
	Frames        []GIFFrame
}

// GIFFrame is a frame of a [GIF].
type GIFFrame struct {
	Rect       image.Rectangle
	Colour     func(x, y int) int // index of a pixel of the canvas
	Palette    color.Palette      // nil for the global one
	Clear      int                // the transparent index; -1 for none
	Delay      int                // hundredths of a second
	Disposal   byte
	Interlaced bool
	Bare       bool // without a graphic control extension
	CodeSize   int  // the LZW minimum code size; 0 for what the palette needs
}

// Bytes returns the file (GIF89a specification, sections 17 to 27).
func (g GIF) Bytes(t testing.TB) []byte {
	t.Helper()
	b := []byte("GIF89a")
	b = binary.LittleEndian.AppendUint16(b, uint16(g.Width))
	b = binary.LittleEndian.AppendUint16(b, uint16(g.Height))
	packed, table := colourTable(g.Global)
	b = append(append(b, packed, 0, 0), table...)
	if g.Loops >= 0 {
		b = append(b, "!\xff\x0bNETSCAPE2.0\x03\x01"...)
		b = append(binary.LittleEndian.AppendUint16(b, uint16(g.Loops)), 0)
	}
	for _, f := range g.Frames {
		b = append(b, f.bytes(t, g.Global)...)
	}
	return append(b, 0x3b)
}

func (f GIFFrame) bytes(t testing.TB, global color.Palette) []byte {
	t.Helper()
	var b []byte
	if !f.Bare {
		packed, index := f.Disposal<<2, byte(0)
		if f.Clear >= 0 {
			packed, index = packed|1, byte(f.Clear)
		}
		b = append(b, '!', 0xf9, 4, packed)
		b = append(binary.LittleEndian.AppendUint16(b, uint16(f.Delay)), index, 0)
	}
	b = append(b, 0x2c)
	for _, v := range []int{f.Rect.Min.X, f.Rect.Min.Y, f.Rect.Dx(), f.Rect.Dy()} {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	packed, table := colourTable(f.Palette)
	colours := len(global)
	if f.Palette != nil {
		colours = len(f.Palette)
	}
	if f.Interlaced {
		packed |= 0x40
	}
	b = append(append(b, packed), table...)
	codeSize := f.CodeSize
	if codeSize == 0 {
		codeSize = max(2, bits(colours))
	}
	return append(b, packPixels(t, f.indices(), codeSize)...)
}

// indices returns the pixels' indices in the order of the file.
func (f GIFFrame) indices() []byte {
	type pass struct{ first, step int }
	passes := []pass{{0, 1}}
	if f.Interlaced {
		passes = []pass{{0, 8}, {4, 8}, {2, 4}, {1, 2}}
	}
	var pix []byte
	for _, p := range passes {
		for y := f.Rect.Min.Y + p.first; y < f.Rect.Max.Y; y += p.step {
			for x := f.Rect.Min.X; x < f.Rect.Max.X; x++ {
				pix = append(pix, byte(f.Colour(x, y)))
			}
		}
	}
	return pix
}

// bits returns how many bits an index of n colours has.
func bits(n int) int {
	b := 1
	for 1<<b < n {
		b++
	}
	return b
}

// colourTable returns a colour table and the packed fields that announce it.
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

// packPixels returns the LZW minimum code size and the blocks of compressed pixels.
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

// SeenFrames returns what a viewer sees of a GIF, frame by frame: image/gif decodes the
// frames, and SeenFrames draws them over one another.
func SeenFrames(t testing.TB, data []byte) ([]*image.NRGBA, *gif.GIF) {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	canvas := image.NewNRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	var seen []*image.NRGBA
	for i, frame := range g.Image {
		before := Copy(canvas)
		r := frame.Bounds()
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if c := color.NRGBAModel.Convert(frame.At(x, y)).(color.NRGBA); c.A != 0 {
					canvas.SetNRGBA(x, y, c)
				}
			}
		}
		seen = append(seen, Copy(canvas))
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

// Copy returns a copy of img with its own pixels.
func Copy(img *image.NRGBA) *image.NRGBA {
	out := *img
	out.Pix = bytes.Clone(img.Pix)
	return &out
}

// SameFrame returns an error if got and want differ in which pixels are opaque, or if
// the samples of opaque ones differ by more than most in the mean.
func SameFrame(got, want *image.NRGBA, most float64) error {
	if got.Rect != want.Rect {
		return fmt.Errorf("%v, want %v", got.Rect, want.Rect)
	}
	var sum, n float64
	for i := 0; i < len(want.Pix); i += 4 {
		p, q := got.Pix[i:i+4], want.Pix[i:i+4]
		if opaque := q[3] >= 128; opaque != (p[3] == 255) {
			return fmt.Errorf("pixel %d is %v, want about %v", i/4, p, q)
		} else if !opaque {
			continue
		}
		for c := range 3 {
			sum += math.Abs(float64(p[c]) - float64(q[c]))
			n++
		}
	}
	if n > 0 && sum/n > most {
		return fmt.Errorf("mean error %.2f, want at most %.2f", sum/n, most)
	}
	return nil
}
