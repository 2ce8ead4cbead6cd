package metric

import (
	"image"
	"math"
	"testing"
)

func butteraugli(t testing.TB, original, other image.Image) float64 {
	t.Helper()
	distance, err := NewButteraugli(original).Distance(other)
	if err != nil {
		t.Fatal(err)
	}
	return distance
}

// TestButteraugliAgainstReference compares with the results of libjxl's own code
// (github.com/libjxl/libjxl at aea3a06e, version 0.12) for the same files.
func TestButteraugliAgainstReference(t *testing.T) {
	original := read(t, "original")
	for name, want := range map[string]float64{
		"jpeg-15":  3.131049,
		"jpeg-50":  1.724494,
		"jpeg-90":  0.847438,
		"webp-60":  1.568155,
		"blurred":  1.469502,
		"original": 0,
	} {
		if got := butteraugli(t, original, read(t, name)); math.Abs(got-want) > 0.002*want {
			t.Errorf("%s: got %.4f, want %.4f", name, got, want)
		}
	}
}

func TestButteraugliOfTheSame(t *testing.T) {
	for _, side := range []int{1, 7, 14, 15, 33} {
		img := image.NewNRGBA(image.Rect(3, 5, 3+side, 5+side))
		for i := range img.Pix {
			img.Pix[i] = byte(i * i * 31)
		}
		if got := butteraugli(t, img, img); got != 0 {
			t.Errorf("%d × %d: got %v", side, side, got)
		}
	}
}

func TestButteraugliSize(t *testing.T) {
	if got, err := NewButteraugli(read(t, "original")).Distance(image.NewGray(image.Rect(0, 0, 150, 116))); err == nil {
		t.Errorf("got %v", got)
	}
}

// TestExcess: the sign makes no difference.
func TestExcess(t *testing.T) {
	for _, c := range []struct{ want, got, excess float32 }{
		{10, 10, 0}, {10, 5, 0}, {10, 3, 1}, {10, -10, 14}, {10, 12, -2},
	} {
		for _, sign := range []float32{1, -1} {
			if got := excess(sign*c.want, sign*c.got, 0.4, 1); got != c.excess {
				t.Errorf("%v, %v: got %v, want %v", sign*c.want, sign*c.got, got, c.excess)
			}
		}
	}
}

func BenchmarkButteraugli(b *testing.B) {
	original := NewButteraugli(read(b, "original"))
	other := read(b, "jpeg-50")
	for b.Loop() {
		if _, err := original.Distance(other); err != nil {
			b.Fatal(err)
		}
	}
	megapixels := float64(original.size.X*original.size.Y) / 1e6
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N)/megapixels, "ms/MP")
}
