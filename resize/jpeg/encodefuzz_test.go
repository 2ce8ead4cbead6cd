package jpeg

import (
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

func FuzzEncode(f *testing.F) {
	f.Add([]byte("some samples"), uint8(9), uint8(80), uint8(0))
	f.Add([]byte{0, 255, 0, 255}, uint8(2), uint8(100), uint8(1))
	f.Fuzz(func(t *testing.T, samples []byte, width, quality, kind uint8) {
		w := int(width)
		if w == 0 || len(samples) < w || len(samples) > 1<<14 {
			return
		}
		h := len(samples) / w
		luma := plane.Plane{Pix: samples, Stride: w, Width: w, Height: h}
		planes := []plane.Plane{luma}
		switch kind % 3 {
		case 1:
			planes = []plane.Plane{luma, luma, luma}
		case 2:
			half := plane.Plane{Pix: samples, Stride: w, Width: ceilDiv(w, 2), Height: ceilDiv(h, 2)}
			planes = []plane.Plane{luma, half, half}
		}
		got := decodeStandard(t, encode(t, planes, int(quality)))
		for i, p := range planes {
			if v := psnr(t, got[i], p); quality >= 100 && v < 44 {
				t.Errorf("plane %d of %dx%d: %.1f dB", i, w, h, v)
			}
		}
		sequential, progressive := bothProcesses(t, planes, int(quality))
		if !sameDecoded(t, sequential, progressive) {
			t.Error("our decoder tells the processes apart")
		}
		want := decodeStandard(t, sequential)
		for i, p := range decodeStandard(t, progressive) {
			if v := psnr(t, p, want[i]); v < 99 {
				t.Errorf("image/jpeg tells the processes apart in plane %d: %.1f dB", i, v)
			}
		}
	})
}
