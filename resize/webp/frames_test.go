package webp

import (
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// moving returns an animation of a lossy frame with alpha, one without, and a
// lossless one.
func moving(t testing.TB) []byte {
	t.Helper()
	opaque, clear := pictest.Fixture(t, "patches.webp"), pictest.Fixture(t, "patches-alpha.webp")
	var parts []string // chunks of the one with alpha
	for rest := chunks(clear[12:]); len(rest) > 0; {
		id, body, err := rest.next()
		if err != nil {
			t.Fatal(err)
		}
		if id != "VP8X" {
			parts = append(parts, id, string(body))
		}
	}
	return pictest.WebP("VP8X", extended(flagAnimated|flagAlpha, 132, 64), "ANIM", anim(0),
		"ANMF", anmf(image.Pt(0, 0), 128, 64, 100, 0, parts...),
		"ANMF", anmf(image.Pt(4, 0), 128, 64, 50, flagCleared, "VP8 ", string(opaque[20:])),
		"ANMF", anmf(image.Pt(2, 2), 40, 30, 10, 0, "VP8L", losslessOf(40, 30, color.NRGBA{200, 100, 50, 128})))
}

// TestLossyFrames checks that frames have the same colours as stills.
func TestLossyFrames(t *testing.T) {
	h, seen, err := play(t.Context(), moving(t))
	if err != nil || h.Lossless || h.Frames != 3 {
		t.Fatal(h, err)
	}
	for i, name := range []string{"patches-alpha.webp", "patches.webp"} {
		still, err := pictest.Decode(t.Context(), Open, pictest.Fixture(t, name))
		if err != nil {
			t.Fatal(err)
		}
		part := seen[i].pixels.SubImage(still.Pixels.Rect.Add(image.Pt(4*i, 0)))
		if d := pictest.MaxDiff(t, part, still.Pixels); d > 0 {
			t.Errorf("frame %d differs by %d", i, d)
		}
	}
	if got := seen[2].pixels.NRGBAAt(131, 63).A; got != 0 {
		t.Errorf("alpha of what was cleared: %d", got)
	}
}

// TestAnimationMemory compares the estimate with what is allocated.
func TestAnimationMemory(t *testing.T) {
	data := moving(t)
	p, err := Open(t.Context(), pic.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Plan(pictest.Whole(p.Header()))
	if err != nil {
		t.Fatal(err)
	}
	got := pictest.Allocated(func() {
		for _, err := range d.Frames(t.Context(), new(pic.Buffers)) {
			if err != nil {
				t.Error(err)
			}
		}
	})
	if most := 3 * d.Memory; got > most {
		t.Errorf("%d bytes allocated for 3 frames, %d estimated", got, most)
	}
	if d.Memory > 10*got+fixed {
		t.Errorf("%d bytes estimated, %d allocated", d.Memory, got)
	}
}

func FuzzAnimation(f *testing.F) {
	f.Add(moving(f))
	red := losslessOf(2, 2, color.NRGBA{255, 0, 0, 255})
	f.Add(pictest.WebP("VP8X", extended(flagAnimated, 4, 4), "ANIM", anim(1),
		"ANMF", anmf(image.Pt(0, 0), 2, 2, 40, 0, "VP8L", red), "ANMF", anmf(image.Pt(2, 2), 2, 2, 40, 3, "VP8L", red)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 || !Is(data) {
			return
		}
		h, err := parseHeader(data)
		if err != nil || h.animation == nil {
			return
		}
		if h.width*h.height > 1<<16 || len(h.animation.frames) > 8 {
			return
		}
		header, seen, err := play(t.Context(), data)
		if err == nil && len(seen) != header.Frames {
			t.Errorf("%d frames of %d", len(seen), header.Frames)
		}
		var format *pic.FormatError
		if err != nil && !errors.As(err, &format) {
			t.Error(err)
		}
	})
}
