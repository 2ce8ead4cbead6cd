package plane

import (
	"bytes"
	"testing"
)

// pushed resamples src row by row.
func pushed(t testing.TB, r *RowResampler, src Plane, w, h, channels int, window Window) Plane {
	t.Helper()
	dst := newPlane(w, h, channels)
	if err := r.Reset(dst, src.Width, src.Height, channels, window); err != nil {
		t.Fatal(err)
	}
	for y := range src.Height {
		if err := r.Push(src.Pix[y*src.Stride:][:src.Width*channels]); err != nil {
			t.Fatal(err)
		}
	}
	if !r.Done() {
		t.Fatal("not done after the last row")
	}
	return dst
}

// TestPush compares with the result of resampling the whole picture.
func TestPush(t *testing.T) {
	var r RowResampler // one for all: its buffers shrink and grow
	var whole Resampler
	for _, tt := range cases {
		for channels := 1; channels <= 4; channels++ {
			w := tt.window
			for _, window := range []Window{w, {w.X1, w.Y0, w.X0, w.Y1}, {w.X0, w.Y1, w.X1, w.Y0}, {w.X1, w.Y1, w.X0, w.Y0}} {
				src := noisePlane(tt.w, tt.h, channels)
				got := pushed(t, &r, src, tt.dw, tt.dh, channels, window)
				multiplied := newPlane(tt.w, tt.h, channels)
				multiply(multiplied.Pix, src.Pix, channels)
				want := resample(t, &whole, multiplied, tt.dw, tt.dh, channels, window)
				if !bytes.Equal(got.Pix, want.Pix) {
					t.Errorf("%dx%d to %dx%d of %d channels, %v: other samples", tt.w, tt.h, tt.dw, tt.dh, channels, window)
				}
			}
		}
	}
}

// TestMultiply tries all colours and alphas, in rows of many lengths.
func TestMultiply(t *testing.T) {
	for a := range 256 {
		var rgba, gray []uint8
		for v := range 256 {
			rgba = append(rgba, uint8(v), 7, uint8(255-v), uint8(a))
			gray = append(gray, uint8(v), uint8(a))
		}
		for channels, src := range map[int][]uint8{2: gray, 4: rgba} {
			src = src[a%40*channels:]
			got := make([]uint8, len(src))
			multiply(got, src, channels)
			for i, v := range src {
				want := uint8(a)
				if i%channels != channels-1 {
					want = uint8((2*int(v)*a + 255) / 510)
				}
				if got[i] != want {
					t.Fatalf("%d times %d in place %d of %d channels: %d, want %d", v, a, i, channels, got[i], want)
				}
			}
		}
	}
}

func TestPushErrors(t *testing.T) {
	var r RowResampler
	dst := newPlane(5, 5, 3)
	for _, tt := range []struct {
		width, height, channels int
		window                  Window
	}{
		{0, 10, 3, Window{0, 0, 10, 10}},
		{10, 0, 3, Window{0, 0, 10, 10}},
		{10, 10, 0, Window{0, 0, 10, 10}},
		{10, 10, 5, Window{0, 0, 10, 10}},
		{10, 10, 4, Window{0, 0, 10, 10}},
		{10, 10, 3, Window{3, 3, 3, 3}},
	} {
		if r.Reset(dst, tt.width, tt.height, tt.channels, tt.window) == nil {
			t.Errorf("%+v: no error", tt)
		}
	}
	if err := r.Reset(dst, 10, 6, 3, Window{0, 0, 10, 6}); err != nil {
		t.Fatal(err)
	}
	if r.Push(make([]uint8, 29)) == nil {
		t.Error("short row: no error")
	}
	for range 6 {
		if err := r.Push(make([]uint8, 30)); err != nil {
			t.Fatal(err)
		}
	}
	if r.Push(make([]uint8, 30)) == nil {
		t.Error("row too many: no error")
	}
}

// BenchmarkPush resamples 4 megapixels of RGB and of RGBA to 553x415.
func BenchmarkPush(b *testing.B) {
	for _, channels := range []int{3, 4} {
		b.Run(map[int]string{3: "RGB", 4: "RGBA"}[channels], func(b *testing.B) {
			src := noisePlane(2310, 1732, channels)
			var r RowResampler
			for b.Loop() {
				pushed(b, &r, src, 553, 415, channels, whole(src))
			}
		})
	}
}
