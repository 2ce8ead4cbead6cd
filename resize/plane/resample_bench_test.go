package plane

import (
	"image"
	"testing"
	"time"

	"github.com/disintegration/imaging"
)

// BenchmarkResample resamples planes to 500x300, in the sizes that a picture of 12
// megapixels has at 1/2 and at 1/4, with imaging for comparison.
func BenchmarkResample(b *testing.B) {
	for _, bb := range []struct {
		name string
		w, h int
	}{{"2000x1500", 2000, 1500}, {"1000x750", 1000, 750}} {
		b.Run(bb.name, func(b *testing.B) {
			src, dst := noisePlane(bb.w, bb.h, 1), newPlane(500, 300, 1)
			crop := image.Rect(0, bb.h/10, bb.w, bb.h*9/10)
			window := Window{0, float64(crop.Min.Y), float64(bb.w), float64(crop.Max.Y)}
			var r Resampler
			for b.Loop() {
				if err := r.Resample(b.Context(), dst, src, window); err != nil {
					b.Fatal(err)
				}
			}
			ours := b.Elapsed().Seconds() / float64(b.N)
			gray := &image.Gray{Pix: src.Pix, Stride: src.Stride, Rect: image.Rect(0, 0, bb.w, bb.h)}
			start := time.Now()
			for range 3 {
				imaging.Resize(gray.SubImage(crop), 500, 300, imaging.Lanczos)
			}
			b.ReportMetric(ours*1e3, "ms/op")
			b.ReportMetric(ours/(time.Since(start).Seconds()/3), "of-imaging")
		})
	}
}
