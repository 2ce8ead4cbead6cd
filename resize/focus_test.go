package resize_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// focused returns what Resize should make of p around a focus, by the reference.
func (p *plane) focused(f resize.Focus, w, h int) *plane {
	pw, ph := float64(p.width), float64(p.height)
	scale := min(pw/float64(w), ph/float64(h))
	cw, ch := float64(w)*scale, float64(h)*scale
	x := max(0, min(f.X*pw-cw/2, pw-cw))
	y := max(0, min(f.Y*ph-ch/2, ph-ch))
	return p.resampled(x, y, x+cw, y+ch, w, h).rounded()
}

// TestReferenceFocus compares crops around a focus with the reference, for every still
// original, as TestReference does.
func TestReferenceFocus(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	eachReference(t, 1000, func(t *testing.T, o reference) { // others take too long
		w, h := o.info.Width, o.info.Height
		for _, r := range []request{{w / 4, h / 2, resize.Cover}, {w / 2, h / 5, resize.Cover}, {max(1, w/9), h * 9 / 10, resize.Cover}, {w * 9 / 10, max(1, h/9), resize.Cover}} {
			for _, f := range []resize.Focus{{}, {X: 1, Y: 1}, {X: random.Float64(), Y: random.Float64()}} {
				req := r.with(100)
				req.Focus = &f
				label := fmt.Sprintf("%s around %.3f, %.3f", r, f.X, f.Y)
				o.compare(t, label, req, focusBound(o.original), func(w, h int) *plane { return o.upright.focused(f, w, h) })
			}
		}
	})
}

// focusBound returns the least PSNR permitted, as bound does. The pictures with an
// orientation have saturated marks in their corners, where the standard library's chroma
// is coarser. A window that is off by a pixel gives less than 40 dB.
func focusBound(o original) noise {
	b := bound(o, request{1, 1, resize.Cover})
	if o.planes() {
		return noise{43, 37, 99}
	}
	return noise{b.luma, b.chroma - 0.5, b.alpha - 1.5}
}

// TestFocusOfPart: of a large photograph, only the part around the focus is decoded, and
// at a reduced size. The variant is about the one made of all its pixels.
func TestFocusOfPart(t *testing.T) {
	photo := read(t, "PHOTO.jpg")
	random := rand.New(rand.NewPCG(3, 4))
	for _, format := range []resize.Format{resize.JPEG, resize.WebP} {
		all := resize.Request{Width: 1400, Fit: resize.Fill, Quality: 70, MinQuality: 70, Formats: []resize.Format{format}}
		part := resized(t, photo, all)
		if part.Format != format {
			t.Fatalf("%s, not %s", part.Format, format)
		}
		all.Largest, all.Formats = true, []resize.Format{resize.PNG}
		whole := resized(t, part.Data, all) // each pixel is decoded
		for _, size := range []image.Point{{60, 150}, {200, 30}, {20, 7}, {part.Width / 3, part.Height * 4 / 5}} {
			for _, f := range []resize.Focus{{X: 0, Y: 1}, {X: random.Float64(), Y: random.Float64()}} {
				req := resize.Request{Width: size.X, Height: size.Y, Fit: resize.Cover, Focus: &f, Quality: 100, MinQuality: 100, Formats: []resize.Format{resize.PNG}}
				want := planeOf(decoded(t, resized(t, whole.Data, req).Data), false)
				got := planeOf(decoded(t, resized(t, part.Data, req).Data), false)
				n := got.compare(want, false)
				if n.luma < 44 || n.chroma < 27 { // of the PNG that is made of planes, chroma is halved
					t.Errorf("%v around %v of a %s: %s", size, f, format, n)
				}
			}
		}
	}
}
