package webp

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// TestCodedAlpha: what was coded is decoded, filtered where it is smooth, and as it is where
// nothing helps.
func TestCodedAlpha(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	kinds := map[string]struct {
		at    func(x, y int) uint8
		first []byte // of a chunk, any of them
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
