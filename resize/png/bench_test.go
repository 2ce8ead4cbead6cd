package png

import (
	"bytes"
	"image/png"
	"io"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func BenchmarkRows(b *testing.B) {
	img := pictest.Scene(4000, 3000)
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&file, img); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(3 * 4000 * 3000)
	for b.Loop() {
		r, err := NewReader(b.Context(), whole(file.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
	}
}
