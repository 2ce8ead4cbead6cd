package icc_test

import (
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestGrayToSRGB: a gamma of 2.2 is near sRGB's curve, and a curve of CIELAB's
// lightness gives its levels.
func TestGrayToSRGB(t *testing.T) {
	encode := func(y float64) float64 {
		if y <= 0.0031308 {
			return 255 * 12.92 * y
		}
		return 255 * (1.055*math.Pow(y, 1/2.4) - 0.055)
	}
	lightness := func(l float64) float64 {
		if l <= 8 {
			return l * 27 / 24389
		}
		return math.Pow((l+16)/116, 3)
	}
	profile := pictest.PlainProfile(icc.Gray)
	for space, light := range map[string]func(v float64) float64{
		"XYZ ": func(v float64) float64 { return math.Pow(v, 2+51.0/256) },
		"Lab ": func(v float64) float64 { return lightness(100 * math.Pow(v, 2+51.0/256)) },
	} {
		copy(profile[20:], space)
		levels, ok := icc.GrayToSRGB(profile)
		if !ok {
			t.Fatal(space)
		}
		for i, got := range levels {
			if want := encode(light(float64(i) / 255)); math.Abs(float64(got)-want) > 0.6 {
				t.Errorf("%s: %d becomes %d, want %.2f", space, i, got, want)
			}
		}
	}
}

// TestGrayToSRGBRefused: profiles without a curve give no levels.
func TestGrayToSRGBRefused(t *testing.T) {
	whole := pictest.PlainProfile(icc.Gray)
	for n := range len(whole) {
		icc.GrayToSRGB(whole[:n])
	}
	for name, profile := range map[string][]byte{
		"none": nil, "no tags": pictest.Profile(icc.Gray, 0, 0, 0, 0), "RGB": pictest.PlainProfile(icc.RGB),
	} {
		if _, ok := icc.GrayToSRGB(profile); ok {
			t.Errorf("%s: levels", name)
		}
	}
}
