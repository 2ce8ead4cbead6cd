package png

import (
	"bytes"
	"image/png"
	"io"
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
