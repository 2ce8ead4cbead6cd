package metric

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// read reads a picture of testdata.
func read(t testing.TB, name string) image.Image {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return img
}

func ssimulacra2(t testing.TB, original, other image.Image) float64 {
	t.Helper()
	score, err := NewSSIMULACRA2(original).Score(other)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

// TestSSIMULACRA2AgainstReference compares with the results of the author's program
// (github.com/cloudinary/ssimulacra2 at 81feacf, version 2.1) for the same files.
func TestSSIMULACRA2AgainstReference(t *testing.T) {
	original := read(t, "original")
	for name, want := range map[string]float64{
		"jpeg-15":  37.00192777,
		"jpeg-50":  66.13972708,
		"jpeg-90":  83.72545152,
		"webp-60":  67.13509672,
		"blurred":  75.05747399,
		"original": 100,
	} {
		if got := ssimulacra2(t, original, read(t, name)); math.Abs(got-want) > 0.05 {
			t.Errorf("%s: got %.3f, want %.3f", name, got, want)
		}
	}
}

func TestSSIMULACRA2OfTheSame(t *testing.T) {
	for _, side := range []int{1, 7, 8, 9, 33} {
		img := image.NewNRGBA(image.Rect(3, 5, 3+side, 5+side))
		for i := range img.Pix {
			img.Pix[i] = byte(i * i * 31)
		}
		if got := ssimulacra2(t, img, img); got != 100 {
			t.Errorf("%d × %d: got %v", side, side, got)
		}
	}
}

func TestSSIMULACRA2FallsWithQuality(t *testing.T) {
	original := read(t, "original")
	last := math.Inf(-1)
	for _, quality := range []int{5, 15, 30, 50, 70, 85, 95} {
		var file bytes.Buffer
		if err := jpeg.Encode(&file, original, &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		decoded, err := jpeg.Decode(&file)
		if err != nil {
			t.Fatal(err)
		}
		got := ssimulacra2(t, original, decoded)
		if got <= last {
			t.Errorf("quality %d: got %.2f, after %.2f", quality, got, last)
		}
		last = got
	}
}

// TestSSIMULACRA2Types: only the pixels count, not the type of the image.
func TestSSIMULACRA2Types(t *testing.T) {
	original, other := read(t, "original"), read(t, "jpeg-50")
	want := ssimulacra2(t, original, other)
	moved := image.NewNRGBA64(other.Bounds().Add(image.Pt(-40, 17)))
	draw.Draw(moved, moved.Rect, other, other.Bounds().Min, draw.Src)
	if got := ssimulacra2(t, original, moved); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	clear := image.NewUniform(color.Transparent)
	half := image.NewNRGBA(original.Bounds())
	draw.Draw(half, half.Rect, clear, image.Point{}, draw.Src)
	if got := ssimulacra2(t, half, original); got > 0 {
		t.Errorf("nothing but transparency: got %v", got)
	}
}

func TestSSIMULACRA2Size(t *testing.T) {
	original := read(t, "original")
	if got, err := NewSSIMULACRA2(original).Score(image.NewGray(image.Rect(0, 0, 150, 116))); err == nil {
		t.Errorf("got %v", got)
	}
}

// TestCosineGaussian checks the paper's conditions on the filter.
func TestCosineGaussian(t *testing.T) {
	taps := cosineGaussian(1.5)
	if len(taps) != 5 {
		t.Fatalf("got a reach of %d, want 4", len(taps)-1)
	}
	sum, moment := float64(taps[0]), 0.0
	for n, v := range taps[1:] {
		sum += 2 * float64(v)
		moment += 2 * float64(v) * float64((n+1)*(n+1))
	}
	if math.Abs(sum-1) > 1e-6 || math.Abs(moment-1.5*1.5) > 1e-5 {
		t.Errorf("got a sum of %v and a second moment of %v", sum, moment)
	}
	for n, v := range taps {
		if want := math.Exp(-float64(n*n)/(2*1.5*1.5)) / (1.5 * math.Sqrt(2*math.Pi)); math.Abs(float64(v)-want) > 0.01 {
			t.Errorf("tap %d: got %v, a Gaussian has %v", n, v, want)
		}
	}
}

func BenchmarkSSIMULACRA2(b *testing.B) {
	original := NewSSIMULACRA2(read(b, "original"))
	other := read(b, "jpeg-50")
	for b.Loop() {
		if _, err := original.Score(other); err != nil {
			b.Fatal(err)
		}
	}
	megapixels := float64(original.size.X*original.size.Y) / 1e6
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N)/megapixels, "ms/MP")
}
