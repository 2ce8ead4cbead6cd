package png

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// BenchmarkRows reads a picture of 12 megapixels, RGB of 8 bits.
func BenchmarkRows(b *testing.B) {
	img := pictest.Scene(4000, 3000)
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&file, img); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(3 * 4000 * 3000)
	for b.Loop() {
		p, err := open(b.Context(), pic.Bytes(file.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		r := newRows(b.Context(), p)
		for err == nil {
			_, err = r.next()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
	}
}

// BenchmarkInterlaced reads an interlaced picture of 12 megapixels, RGB of 8 bits.
func BenchmarkInterlaced(b *testing.B) {
	data := file{width: 4000, height: 3000, depth: 8, colourType: rgb, level: 1, interlaced: true}.bytes(b)
	b.SetBytes(3 * 4000 * 3000)
	for b.Loop() {
		p, err := open(b.Context(), pic.Bytes(data))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := newRows(b.Context(), p).next(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodeDithered encodes a ramp with a pattern over it, where almost every
// place has matches.
func BenchmarkEncodeDithered(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]uint8, 4096)
	for i := range noise {
		noise[i] = uint8(random.IntN(3))
	}
	img := image.NewNRGBA(image.Rect(0, 0, 2000, 1500))
	for y := range 1500 {
		for x := range 2000 {
			v := uint8(200*(x+y)/3500) + noise[(x+17*y)%len(noise)]
			copy(img.Pix[4*(2000*y+x):], []uint8{v, 255 - v, v / 2, 255})
		}
	}
	for b.Loop() {
		if _, err := encode(b.Context(), &packer{}, img, pic.Colour{}, pic.Budget{}); err != nil {
			b.Fatal(err)
		}
	}
}
