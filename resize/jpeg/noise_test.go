package jpeg

import (
	"errors"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestACRefinementNoise holds the estimate against what is measured.
func TestACRefinementNoise(t *testing.T) {
	for _, quality := range []int{60, 75, 90} {
		data := encodePhoto(picture{width: 640, height: 480, components: components("11"), progressive: true, quality: quality})
		for _, samples := range []float64{4, 6, 9} {
			got := measuredNoise(t, data, samples, Options{}, Options{SkipACRefinement: true})
			estimate, err := ACRefinementNoise(t.Context(), whole(data), samples)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("quality %d, %v samples: %.3f, estimated %.3f", quality, samples, got, estimate)
			if got > 2*estimate || got < estimate/4 {
				t.Errorf("quality %d, %v samples: %.3f, estimated %.3f", quality, samples, got, estimate)
			}
		}
	}
}

// TestDCRefinementNoise holds the estimate against what is measured, of the
// means of blocks and of what they are averaged to. Beside it are the errors of
// rounding the samples.
func TestDCRefinementNoise(t *testing.T) {
	const rounding = 2. / 12
	for _, quality := range []int{25, 50, 75, 90} {
		for _, sampling := range []string{"11", "22 11 11"} {
			data := encodePhoto(picture{width: 640, height: 480, components: components(sampling), progressive: true, quality: quality})
			estimate, err := DCRefinementNoise(t.Context(), whole(data))
			if err != nil {
				t.Fatal(err)
			}
			for _, scale := range []Scale{Full, Quarter, Eighth} {
				got := measuredNoise(t, data, 8, Options{Luma: scale}, Options{Luma: scale, SkipDCRefinement: true})
				t.Logf("quality %d, 1/%d: %.3f, estimated %.3f", quality, scale, got, estimate)
				if got > 1.3*estimate+rounding || got < 0.5*estimate-rounding {
					t.Errorf("quality %d, 1/%d: %.3f, estimated %.3f", quality, scale, got, estimate)
				}
			}
		}
	}
}

// measuredNoise is the mean square difference that options make to luma once so
// many stored samples have become one each way.
func measuredNoise(t *testing.T, data []byte, samples float64, options ...Options) (noise float64) {
	t.Helper()
	var out [2]plane.Plane
	for i, o := range options {
		m, err := new(Decoder).Decode(t.Context(), whole(data), o)
		if err != nil {
			t.Fatal(err)
		}
		w, h := int(640/samples), int(480/samples)
		out[i] = plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
		x, y := m.Step(0)
		window := plane.Window{X1: samples / x * float64(w), Y1: samples / y * float64(h)}
		if err := new(plane.Resampler).Resample(t.Context(), out[i], m.Planes[0], window); err != nil {
			t.Fatal(err)
		}
	}
	for i, v := range out[0].Pix {
		d := float64(v) - float64(out[1].Pix[i])
		noise += d * d / float64(len(out[0].Pix))
	}
	return noise
}

// TestMiddleDC: what stands for the bits that are missing is neither darker nor
// brighter.
func TestMiddleDC(t *testing.T) {
	p := picture{width: 640, height: 480, components: components("11"), progressive: true, quality: 10}
	p.scans = []scanSpec{{[]int{0}, 0, 0, 0, 2}, {[]int{0}, 0, 0, 2, 1}, {[]int{0}, 0, 0, 1, 0}}
	data := encodePhoto(p)
	var sums [2]float64
	for i := range sums {
		m, err := new(Decoder).Decode(t.Context(), whole(data), Options{Luma: Eighth, SkipDCRefinement: i == 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range m.Planes[0].Pix {
			sums[i] += float64(v) / float64(len(m.Planes[0].Pix))
		}
	}
	// Of steps of ten levels two bits are missing: 0 to 30 levels.
	if d := sums[1] - sums[0]; d < -2 || d > 2 {
		t.Errorf("the mean is off by %.2f levels", d)
	}
}

func TestRefinementNoiseNone(t *testing.T) {
	p := picture{width: 40, height: 30, components: components("11")}
	if noise, err := ACRefinementNoise(t.Context(), whole(encodePhoto(p)), 4); err != nil || noise != 0 {
		t.Errorf("AC, baseline: %v, %v", noise, err)
	}
	if noise, err := DCRefinementNoise(t.Context(), whole(encodePhoto(p))); err != nil || noise != 0 {
		t.Errorf("DC, baseline: %v, %v", noise, err)
	}
	var format FormatError
	if _, err := ACRefinementNoise(t.Context(), whole(encodePhoto(p)[:100]), 4); !errors.As(err, &format) {
		t.Errorf("AC, truncated: %v", err)
	}
	if _, err := DCRefinementNoise(t.Context(), whole(encodePhoto(p)[:100])); !errors.As(err, &format) {
		t.Errorf("DC, truncated: %v", err)
	}
}
