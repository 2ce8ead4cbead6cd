package plane

import (
	"bytes"
	"testing"
)

func FuzzResample(f *testing.F) {
	f.Add(uint8(40), uint8(30), uint8(7), uint8(11), uint8(1), 0.0, 0.0, 40.0, 30.0)
	f.Add(uint8(9), uint8(1), uint8(30), uint8(1), uint8(4), 0.3, -0.2, 9.7, 1.4)
	f.Fuzz(func(t *testing.T, w, h, dw, dh, channels uint8, x0, y0, x1, y1 float64) {
		channels = channels%4 + 1
		if w == 0 || h == 0 || dw == 0 || dh == 0 || int(w)*int(h)*int(dw)*int(dh) > 1<<20 {
			return
		}
		src := premultiplied(noisePlane(int(w), int(h), int(channels)), int(channels))
		dst := newPlane(int(dw), int(dh), int(channels))
		var r Resampler
		window := Window{x0, y0, x1, y1}
		if err := r.ResampleInterleaved(t.Context(), dst, src, int(channels), window); err != nil {
			return
		}
		scalar := newPlane(int(dw), int(dh), int(channels))
		r.scalarOnly = true
		if err := r.ResampleInterleaved(t.Context(), scalar, src, int(channels), window); err != nil || !bytes.Equal(dst.Pix, scalar.Pix) {
			t.Errorf("vectors make other samples, %v", err)
		}
		if most, _ := compare(dst, reference(dst, src, int(channels), window), int(channels)); most > 1 {
			t.Errorf("off by %.0f", most)
		}
	})
}
