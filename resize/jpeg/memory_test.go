package jpeg

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// checkMemory fails if an estimate is too low (growing buffers may leave a third
// more behind), or more than five times too high beyond the fixed part.
func checkMemory(t *testing.T, what string, got, estimate int64) {
	t.Helper()
	if got > estimate+estimate/3 {
		t.Errorf("%s: %d bytes allocated, %d estimated", what, got, estimate)
	}
	if estimate > 5*got+fixedMemory {
		t.Errorf("%s: %d bytes estimated, %d allocated", what, estimate, got)
	}
}

// TestDecodingMemory compares the estimates for originals with what is allocated.
func TestDecodingMemory(t *testing.T) {
	files, err := filepath.Glob("../../testdata/originals/*.jpg")
	if err != nil {
		t.Fatal(err)
	}
	joined := 0
	for _, file := range append(files, "testdata/cmyk.jpg", "testdata/cmyk-icc.jpg") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := Open(t.Context(), pic.Bytes(data))
		if err != nil {
			continue
		}
		h := opened.Header()
		for _, part := range []int{1, 2, 5, 20} {
			v := covered(h.Width, h.Height, max(1, h.Width/part), max(1, h.Height*2/3/part))
			decoding, err := opened.Plan(v)
			if err != nil {
				t.Fatal(err)
			}
			var frame *pic.Frame
			got := pictest.Allocated(func() {
				for frame, err = range decoding.Frames(t.Context(), new(pic.Buffers)) {
				}
			})
			if err != nil {
				continue // a file that is cut off
			}
			checkMemory(t, fmt.Sprintf("%s, 1/%d", filepath.Base(file), part), got, decoding.Memory)
			checkShape(t, filepath.Base(file), decoding.Shape, frame.Planes)
			if decoding.Shape.Joined {
				joined++
			}
		}
	}
	if joined < 20 {
		t.Errorf("only %d pictures of RGB or inks", joined)
	}
}

// checkShape compares what was planned with the result: whole MCUs around the
// region.
func checkShape(t *testing.T, name string, s pic.Shape, p *pic.Planar) {
	t.Helper()
	if s.Planes != len(p.Planes) || s.Channels != 0 || s.Joined != (p.ToSRGB != nil) || s.Whole != p.Whole || len(p.Steps) != s.Planes {
		t.Errorf("%s: %+v, %d planes, converted %v", name, s, len(p.Planes), p.ToSRGB != nil)
	}
	for i, step := range p.Steps {
		w, h := float64(p.Planes[i].Width)*step.X, float64(p.Planes[i].Height)*step.Y
		if w < float64(s.Width) || h < float64(s.Height) || w > float64(s.Width+3*32) || h > float64(s.Height+3*32) {
			t.Errorf("%s: %+v, plane %d of %vx%v pixels", name, s, i, w, h)
		}
	}
}

// TestEncodingMemory compares the estimates with what is allocated for planes,
// and for pixels, which become planes first.
func TestEncodingMemory(t *testing.T) {
	for _, size := range []image.Point{{300, 200}, {1000, 700}, {40, 1500}} {
		for name, raster := range map[string]*pic.Raster{
			"planes": photoRaster(size.X, size.Y, 3), "gray": photoRaster(size.X, size.Y, 1), "pixels": {Pixels: pictest.Scene(size.X, size.Y)},
			"lines": {Pixels: colouredLines(size.X, size.Y)}, "whole planes": {Planes: (&pic.Raster{Pixels: colouredLines(size.X, size.Y)}).WholeYCbCr()},
		} {
			for _, b := range []pic.Budget{{Quality: 80, MinQuality: 80}, {Quality: 30, MinQuality: 30, MaxBytes: size.X * size.Y}} {
				header := pic.Header{Subsampled: raster.Planes != nil && !raster.Whole()}
				s := sequence(raster)
				s.Header = header
				estimate := Encoder{}.Memory(header, size.X, size.Y, b)
				got := pictest.Allocated(func() {
					if _, err := (Encoder{}).Encode(t.Context(), new(pic.Buffers), s, b); err != nil {
						t.Fatal(err)
					}
				})
				checkMemory(t, fmt.Sprintf("%s of %v, %+v", name, size, b), got, estimate)
			}
		}
	}
}
