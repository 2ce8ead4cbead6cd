package plane

import (
	"bytes"
	"context"
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

func newPlane(w, h, channels int) Plane {
	return Plane{Pix: make([]uint8, w*h*channels), Stride: w * channels, Width: w, Height: h}
}

// noisePlane returns a plane of random samples.
func noisePlane(w, h, channels int) Plane {
	random := rand.New(rand.NewPCG(1, 2))
	p := newPlane(w, h, channels)
	for i := range p.Pix {
		p.Pix[i] = uint8(random.Uint32())
	}
	return p
}

// hardPlane returns a plane of stripes and squares in black and white, whose every edge
// overshoots.
func hardPlane(w, h, channels int) Plane {
	p := newPlane(w, h, channels)
	for i := range p.Pix {
		x, y := i/channels%w, i/channels/w
		if (x/7+y/5)%2 == 0 || x%11 == 0 {
			p.Pix[i] = 255
		}
	}
	return p
}

// premultiplied limits colours to their alpha, in place.
func premultiplied(p Plane, channels int) Plane {
	if channels%2 == 0 {
		for i := 0; i < len(p.Pix); i += channels {
			for c := range channels - 1 {
				p.Pix[i+c] = min(p.Pix[i+c], p.Pix[i+channels-1])
			}
		}
	}
	return p
}

func resample(t testing.TB, r *Resampler, src Plane, w, h, channels int, window Window) Plane {
	t.Helper()
	dst := newPlane(w, h, channels)
	if err := r.ResampleInterleaved(t.Context(), dst, src, channels, window); err != nil {
		t.Fatalf("%dx%d of %dx%d, %v: %v", w, h, src.Width, src.Height, window, err)
	}
	return dst
}

func whole(p Plane) Window { return Window{0, 0, float64(p.Width), float64(p.Height)} }

// cases lists sizes and windows, some with edges between samples and some that reach
// beyond the picture.
var cases = []struct {
	w, h, dw, dh int
	window       Window
}{
	{400, 300, 100, 75, Window{0, 0, 400, 300}},
	{400, 300, 133, 31, Window{0, 0, 400, 300}},
	{400, 300, 399, 299, Window{0, 0, 400, 300}},
	{301, 203, 50, 30, Window{0.25, 10.625, 300.75, 190.375}},
	{301, 203, 64, 48, Window{100.1, 50.7, 190.3, 120.2}},
	{200, 150, 200, 150, Window{0, 0, 200, 150}},
	{200, 150, 200, 150, Window{0.5, 0.5, 199.5, 149.5}},
	{50, 40, 75, 77, Window{0, 0, 50, 40}},
	{50, 40, 26, 21, Window{0, 0, 52, 42}},
	{500, 3, 2, 1, Window{0, 0, 500, 3}},
	{3, 500, 1, 3, Window{0, 0, 3, 500}},
	{1, 1, 1, 1, Window{0, 0, 1, 1}},
	{1, 1, 3, 2, Window{0, 0, 1, 1}},
	{2, 2, 1, 1, Window{0, 0, 4, 4}},
	{4000, 2, 3, 1, Window{0, 0, 4000, 2}},
	{7, 9, 3, 5, Window{0, 0, 7, 9}},
}

func TestResampleReference(t *testing.T) {
	var r Resampler // one for all: its buffers shrink and grow
	for _, tt := range cases {
		for channels := 1; channels <= 4; channels++ {
			for name, src := range map[string]Plane{
				"noise": premultiplied(noisePlane(tt.w, tt.h, channels), channels),
				"hard":  hardPlane(tt.w, tt.h, channels),
			} {
				got := resample(t, &r, src, tt.dw, tt.dh, channels, tt.window)
				most, psnr := compare(got, reference(got, src, channels, tt.window), channels)
				if most > 1 || psnr < 60 && len(got.Pix) > 50 {
					t.Errorf("%s, %dx%d to %dx%d of %d channels, %v: off by %.0f at most, %.1f dB",
						name, tt.w, tt.h, tt.dw, tt.dh, channels, tt.window, most, psnr)
				}
			}
		}
	}
}

// compare returns the largest difference, and the signal to noise ratio in dB. If there
// is alpha, it weights differences of colours by it.
func compare(got Plane, want []float64, channels int) (most, psnr float64) {
	var squares float64
	for i, v := range want {
		d := math.Abs(v - float64(got.Pix[i]))
		if alpha := i/channels*channels + channels - 1; channels%2 == 0 && i != alpha {
			d = math.Floor(d * want[alpha] / 255)
		}
		most = max(most, d)
		squares += d * d
	}
	return most, min(99, 10*math.Log10(255*255*float64(len(want))/squares))
}

// TestResampleConstant: a plane of one level keeps it, at every size.
func TestResampleConstant(t *testing.T) {
	var r Resampler
	for _, tt := range cases {
		for _, level := range []uint8{0, 1, 128, 254, 255} {
			src := newPlane(tt.w, tt.h, 1)
			for i := range src.Pix {
				src.Pix[i] = level
			}
			got := resample(t, &r, src, tt.dw, tt.dh, 1, tt.window)
			if bytes.Count(got.Pix, []byte{level}) != len(got.Pix) {
				t.Errorf("%dx%d to %dx%d: level %d changes", tt.w, tt.h, tt.dw, tt.dh, level)
			}
		}
	}
}

// TestResampleMirror: a mirrored plane or window gives the mirrored output.
func TestResampleMirror(t *testing.T) {
	var r Resampler
	for _, tt := range cases {
		src := noisePlane(tt.w, tt.h, 1)
		w := tt.window
		want := resample(t, &r, src, tt.dw, tt.dh, 1, w)
		turned := Window{float64(tt.w) - w.X1, float64(tt.h) - w.Y1, float64(tt.w) - w.X0, float64(tt.h) - w.Y0}
		for name, got := range map[string]Plane{
			"plane":  resample(t, &r, rotated(src), tt.dw, tt.dh, 1, turned),
			"window": resample(t, &r, src, tt.dw, tt.dh, 1, Window{w.X1, w.Y1, w.X0, w.Y0}),
		} {
			for i, v := range rotated(got).Pix {
				if d := int(v) - int(want.Pix[i]); d < -1 || d > 1 {
					t.Fatalf("%dx%d to %dx%d, mirrored %s: off by %d at %d", tt.w, tt.h, tt.dw, tt.dh, name, d, i)
				}
			}
		}
	}
}

// TestResampleHalved compares the means of squares with the reference's.
func TestResampleHalved(t *testing.T) {
	var r Resampler
	for _, tt := range cases {
		src := noisePlane(tt.w, tt.h, 1)
		got := newPlane((tt.dw+1)/2, (tt.dh+1)/2, 1)
		if err := r.ResampleHalved(t.Context(), got, src, image.Pt(tt.dw, tt.dh), tt.window); err != nil {
			t.Fatal(err)
		}
		across, down := halved(tt.window.X0, tt.window.X1, tt.w, tt.dw), halved(tt.window.Y0, tt.window.Y1, tt.h, tt.dh)
		if most, psnr := compare(got, mix(src, 1, across, down), 1); most > 1 || psnr < 60 && len(got.Pix) > 50 {
			t.Errorf("%dx%d to %dx%d, %v: off by %.0f at most, %.1f dB", tt.w, tt.h, tt.dw, tt.dh, tt.window, most, psnr)
		}
	}
	if r.ResampleHalved(t.Context(), newPlane(5, 5, 1), newPlane(9, 9, 1), image.Pt(9, 8), Window{0, 0, 9, 9}) == nil {
		t.Error("no error for half of another size")
	}
}

// halved returns the means of the weights of two samples each.
func halved(x0, x1 float64, line, n int) [][]float64 {
	weights := referenceWeights(x0, x1, line, n)
	var out [][]float64
	for i := 0; i < n; i += 2 {
		other := weights[min(i+1, n-1)]
		for j := range weights[i] {
			weights[i][j] = (weights[i][j] + other[j]) / 2
		}
		out = append(out, weights[i])
	}
	return out
}

// rotated returns p turned by 180°.
func rotated(p Plane) Plane {
	out := newPlane(p.Width, p.Height, 1)
	for i, v := range p.Pix {
		out.Pix[len(p.Pix)-1-i] = v
	}
	return out
}

// TestResampleWindow: samples beyond the filter's reach make no difference, and neither
// does the position of the window.
func TestResampleWindow(t *testing.T) {
	const reach = 12 // three lobes at a scale of 4
	var r Resampler
	inner := noisePlane(100+2*reach, 60+2*reach, 1)
	want := resample(t, &r, inner, 25, 15, 1, Window{reach + 0.3, reach + 0.6, reach + 99.7, reach + 59.4})

	outer := noisePlane(301, 203, 1)
	for y := range inner.Height {
		copy(outer.Pix[(77+y)*outer.Stride+55:], inner.Pix[y*inner.Stride:][:inner.Width])
	}
	x, y := 55.0+reach, 77.0+reach
	got := resample(t, &r, outer, 25, 15, 1, Window{x + 0.3, y + 0.6, x + 99.7, y + 59.4})
	if !bytes.Equal(got.Pix, want.Pix) {
		t.Error("the same window elsewhere gives other samples")
	}
}

// TestVector: vectors give the same samples, bit for bit.
func TestVector(t *testing.T) {
	if !new(vector).reset(nil, 0, 100, 1) {
		t.Skip("this build (GOEXPERIMENT=simd) or processor has no vectors")
	}
	var r Resampler
	scalar := Resampler{scalarOnly: true}
	for _, tt := range cases {
		for channels := 1; channels <= 4; channels++ {
			for name, src := range map[string]Plane{
				"noise": premultiplied(noisePlane(tt.w, tt.h, channels), channels),
				"hard":  hardPlane(tt.w, tt.h, channels),
			} {
				want := resample(t, &scalar, src, tt.dw, tt.dh, channels, tt.window)
				if got := resample(t, &r, src, tt.dw, tt.dh, channels, tt.window); !bytes.Equal(got.Pix, want.Pix) {
					t.Errorf("%s, %dx%d to %dx%d of %d channels, %v: other samples", name, tt.w, tt.h, tt.dw, tt.dh, channels, tt.window)
				}
			}
		}
	}
}

// TestResampleStride: samples between rows are neither read nor written, and nothing is
// read beyond the width of the last row.
func TestResampleStride(t *testing.T) {
	var r Resampler
	src := noisePlane(61, 45, 1)
	want := resample(t, &r, src, 20, 17, 1, whole(src))

	wide := Plane{Pix: make([]uint8, 44*100+61), Stride: 100, Width: 61, Height: 45}
	for y := range src.Height {
		copy(wide.Pix[y*100:], src.Pix[y*61:][:61])
	}
	dst := Plane{Pix: bytes.Repeat([]byte{77}, 16*33+20), Stride: 33, Width: 20, Height: 17}
	if err := r.Resample(t.Context(), dst, wide, whole(src)); err != nil {
		t.Fatal(err)
	}
	for i, v := range dst.Pix {
		x, y := i%33, i/33
		if x < 20 && v != want.Pix[y*20+x] || x >= 20 && v != 77 {
			t.Fatalf("sample %d, %d is %d", x, y, v)
		}
	}
}

func TestResampleErrors(t *testing.T) {
	ok, good := newPlane(10, 10, 1), Window{0, 0, 10, 10}
	short := ok
	short.Pix = short.Pix[:99]
	narrow := ok
	narrow.Stride = 9
	nan := math.NaN()
	tests := []struct {
		name     string
		dst, src Plane
		channels int
		window   Window
	}{
		{"no output", Plane{}, ok, 1, good},
		{"no input", ok, Plane{}, 1, good},
		{"too few samples", ok, short, 1, good},
		{"too few for the channels", ok, ok, 3, good},
		{"stride too small", ok, narrow, 1, good},
		{"no channels", ok, ok, 0, good},
		{"too many channels", ok, ok, 5, good},
		{"empty window", ok, ok, 1, Window{5, 5, 5, 5}},
		{"window that is no number", ok, ok, 1, Window{0, nan, 10, nan}},
		{"endless window", ok, ok, 1, Window{0, 0, math.Inf(1), 10}},
		{"window far away", ok, ok, 1, Window{31, 0, 40, 10}},
		{"huge window", ok, ok, 1, Window{0, 0, 10, 21}},
	}
	for _, tt := range tests {
		var r Resampler
		if r.ResampleInterleaved(t.Context(), tt.dst, tt.src, tt.channels, tt.window) == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var r Resampler
	if err := r.Resample(ctx, ok, ok, good); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
