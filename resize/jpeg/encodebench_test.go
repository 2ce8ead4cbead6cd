package jpeg

import (
	"bytes"
	"image/jpeg"
	"testing"
	"time"
)

// BenchmarkEncode encodes 500x300 at 4:2:0, and compares with the standard
// library's encoder.
func BenchmarkEncode(b *testing.B) {
	planes := photoPlanes(500, 300, 3, true)
	img := standardImage(planes)
	var c coder
	var data []byte
	for b.Loop() {
		err := c.load(b.Context(), planes, nil)
		if err == nil {
			data, err = c.encode(b.Context(), 80, 0)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	ours := b.Elapsed().Seconds() / float64(b.N)
	var buf bytes.Buffer
	const times = 20
	start := time.Now()
	for range times {
		buf.Reset()
		if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 80}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(ours*1e3, "ms/op")
	b.ReportMetric(ours/(time.Since(start).Seconds()/times), "of-standard")
	b.ReportMetric(float64(len(data))/float64(buf.Len()), "bytes-of-standard")
}
