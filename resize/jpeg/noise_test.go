package jpeg

import (
	"errors"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestRefinementNoise holds the estimate against what is measured.
func TestRefinementNoise(t *testing.T) {
	for _, quality := range []int{60, 75, 90} {
		data := encodePhoto(picture{width: 640, height: 480, components: components("11"), progressive: true, quality: quality})
		for _, samples := range []float64{4, 6, 9} {
			var out [2]plane.Plane
			for i := range out {
				m, err := new(Decoder).Decode(t.Context(), whole(data), Options{SkipRefinement: i == 1})
				if err != nil {
					t.Fatal(err)
				}
				w, h := int(640/samples), int(480/samples)
				out[i] = plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
				window := plane.Window{X1: samples * float64(w), Y1: samples * float64(h)}
				if err := new(plane.Resampler).Resample(t.Context(), out[i], m.Planes[0], window); err != nil {
					t.Fatal(err)
				}
			}
			var got float64
			for i, v := range out[0].Pix {
				d := float64(v) - float64(out[1].Pix[i])
				got += d * d / float64(len(out[0].Pix))
			}
			estimate, err := RefinementNoise(t.Context(), whole(data), samples)
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

func TestRefinementNoiseNone(t *testing.T) {
	p := picture{width: 40, height: 30, components: components("11")}
	if noise, err := RefinementNoise(t.Context(), whole(encodePhoto(p)), 4); err != nil || noise != 0 {
		t.Errorf("baseline: %v, %v", noise, err)
	}
	var format FormatError
	if _, err := RefinementNoise(t.Context(), whole(encodePhoto(p)[:100]), 4); !errors.As(err, &format) {
		t.Errorf("truncated: %v", err)
	}
}
