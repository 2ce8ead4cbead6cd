package resize

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/disintegration/imaging"
)

// BenchmarkResize makes variants of photographs, with a fresh Resizer each and with one
// that keeps its buffers, and reports the time of the stages.
func BenchmarkResize(b *testing.B) {
	photo := fixture(b, "../../testdata/originals/PHOTO.jpg")
	small := fixture(b, "../../testdata/originals/jpeg-420.jpg")
	large := enlarged(b, photo, 4000, 3000)
	for _, bench := range []struct {
		name string
		data []byte
		req  Request
	}{
		{"301x227 to 50x30", small, request(50, 30)},
		{"1600x1200 to 500x300", photo, request(500, 300)},
		{"4000x3000 to 500x300", large, request(500, 300)},
		{"4000x3000 to 1200x800", large, request(1200, 800)},
	} {
		b.Run(bench.name+"/fresh", func(b *testing.B) {
			benchmarkResize(b, func() *Resizer { return new(Resizer) }, bench.data, bench.req)
		})
		b.Run(bench.name+"/used", func(b *testing.B) {
			used := new(Resizer)
			benchmarkResize(b, func() *Resizer { return used }, bench.data, bench.req)
		})
	}
}

func benchmarkResize(b *testing.B, resizer func() *Resizer, data []byte, req Request) {
	b.ReportAllocs()
	var sum Times
	for b.Loop() {
		v, err := resizeWith(resizer(), b.Context(), Bytes(data), req)
		if err != nil {
			b.Fatal(err)
		}
		sum.Decode += v.Times.Decode
		sum.Resample += v.Times.Resample
		sum.Encode += v.Times.Encode
	}
	n := float64(b.N)
	b.ReportMetric(sum.Decode.Seconds()*1e3/n, "ms-decode")
	b.ReportMetric(sum.Resample.Seconds()*1e3/n, "ms-resample")
	b.ReportMetric(sum.Encode.Seconds()*1e3/n, "ms-encode")
}

// enlarged resizes a JPEG to w × h pixels.
func enlarged(b *testing.B, data []byte, w, h int) []byte {
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, imaging.Resize(img, w, h, imaging.Lanczos), &jpeg.Options{Quality: 90}); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
