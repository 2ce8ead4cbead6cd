package webp

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// TestCodedAlpha checks that what was coded is decoded; that it is filtered if it
// is smooth, and raw if nothing helps.
func TestCodedAlpha(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	kinds := map[string]struct {
		at    func(x, y int) uint8
		first []byte // allowed first bytes of a chunk
	}{
		"mask":  {func(x, y int) uint8 { return uint8(x/13%2) * 255 }, []byte{alphaLossless}},
		"ramp":  {func(x, y int) uint8 { return uint8(x*x/20 + 3*y) }, []byte{alphaLossless | alphaHorizontal<<2, alphaLossless | alphaVertical<<2, alphaLossless | alphaGradient<<2}},
		"noise": {func(x, y int) uint8 { return uint8(r.IntN(256)) }, []byte{alphaRaw}},
	}
	var c coder
	var d vp8l.Decoder
	for name, kind := range kinds {
		for _, size := range [][2]int{{61, 47}, {1, 1}, {1, 9}, {9, 1}} {
			w, h := size[0], size[1]
			p := plane.Plane{Pix: make([]uint8, (w+3)*h), Stride: w + 3, Width: w, Height: h}
			var want []uint8
			for y := range h {
				for x := range w {
					p.Pix[y*p.Stride+x] = kind.at(x, y)
					want = append(want, p.Pix[y*p.Stride+x])
				}
			}
			chunk, err := c.codeAlpha(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if w > 9 && !slices.Contains(kind.first, chunk[0]) {
				t.Errorf("%s: begins with %#x, want any of %#x", name, chunk[0], kind.first)
			}
			if len(chunk) > 1+w*h {
				t.Errorf("%s: %d bytes for %d samples", name, len(chunk), w*h)
			}
			if got, err := decodeAlpha(t.Context(), &d, chunk, w, h); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s of %v: another alpha, %v", name, size, err)
			}
			filtered := make([]uint8, w*h)
			for f := range alphaFilters {
				filter(filtered, p, f)
				if unfilterAlpha(filtered, w, byte(f)); !bytes.Equal(filtered, want) {
					t.Errorf("%s of %v: another alpha by filter %d", name, size, f)
				}
			}
		}
	}
}

// TestAlphaLevels checks that reduced samples are the nearest of evenly spaced
// levels, and that the ends stay.
func TestAlphaLevels(t *testing.T) {
	p := plane.Plane{Pix: make([]uint8, 300*2), Stride: 300, Width: 256, Height: 2}
	for i := range p.Pix {
		p.Pix[i] = uint8(i % 300)
	}
	for levels := 2; levels <= exactAlpha; levels++ {
		got := withLevels(make([]uint8, 512), p, levels)
		used := map[uint8]bool{}
		for i, v := range got.Pix {
			used[v] = true
			step := 255 / float64(levels-1)
			if was := float64(p.Pix[i/256*300+i%256]); math.Abs(float64(v)-was) > step/2+0.5 {
				t.Fatalf("%d levels: %v becomes %d", levels, was, v)
			}
		}
		if len(used) != levels || got.Pix[0] != 0 || got.Pix[255] != 255 {
			t.Errorf("%d levels of %d, from %d to %d", len(used), levels, got.Pix[0], got.Pix[255])
		}
	}
	for quality, want := range map[int]int{64: 64, 65: 96, 84: 96, 85: 128, 94: 128, 95: exactAlpha} {
		if got := alphaLevels(quality); got != want {
			t.Errorf("%d levels at quality %d, want %d", got, quality, want)
		}
	}
}

// TestAlphaOfQualities checks that a coder's alpha suits each quality, whatever
// came before, and that an animation's is exact.
func TestAlphaOfQualities(t *testing.T) {
	img := smooth(60, 40, true)
	alpha := (&pic.Raster{Pixels: img}).Alpha(nil)
	var c coder
	for _, still := range []bool{true, false} {
		if err := c.load(t.Context(), &pic.Raster{Pixels: pictest.Copy(img)}, still); err != nil {
			t.Fatal(err)
		}
		for _, quality := range []int{80, 100, 30, 85, 80} {
			coded, err := c.lossy(t.Context(), quality, vp8.Fast)
			if err != nil {
				t.Fatal(err)
			}
			want := alpha
			if still {
				want = withLevels(make([]uint8, 60*40), alpha, alphaLevels(quality))
			}
			got, err := decodeAlpha(t.Context(), new(vp8l.Decoder), coded.alpha, 60, 40)
			if err != nil || !bytes.Equal(got, want.Pix) {
				t.Errorf("still %v, quality %d: another alpha, %v", still, quality, err)
			}
		}
	}
}
