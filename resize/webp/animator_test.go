package webp

import (
	"context"
	"errors"
	"image"
	"image/color"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// with returns a copy of img with parts of one colour.
func with(img *image.NRGBA, c color.NRGBA, parts ...image.Rectangle) *image.NRGBA {
	img = pictest.Copy(img)
	for _, r := range parts {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				img.SetNRGBA(x, y, c)
			}
		}
	}
	return img
}

// TestFrameKinds checks that frames hold only what changes, are drawn over what
// is there if that is worth it, and are lossless if that is shorter.
func TestFrameKinds(t *testing.T) {
	red := color.NRGBA{200, 20, 40, 255}
	photo, flat := pictest.Scene(128, 96), filled(128, 96, color.NRGBA{250, 250, 250, 255})
	other := pictest.Copy(photo)
	for y := 32; y < 64; y++ {
		for x := 32; x < 96; x++ {
			c := other.NRGBAAt(x, y)
			other.SetNRGBA(x, y, color.NRGBA{255 - c.R, 255 - c.G, 255 - c.B, 255})
		}
	}
	corners := []image.Rectangle{image.Rect(8, 8, 16, 16), image.Rect(112, 80, 120, 88)}
	for _, tt := range []struct {
		name          string
		first, second *image.NRGBA
		part          image.Rectangle
		over          bool
		lossless      bool
	}{
		{"corners of a photo", photo, with(photo, red, corners...), image.Rect(8, 8, 120, 88), true, false},
		{"part of a photo", photo, other, image.Rect(32, 32, 96, 64), false, false},
		{"part of a photo, but for 7 blocks", photo, with(other, red, image.Rect(88, 64, 96, 72)), image.Rect(32, 32, 96, 72), false, false},
		{"part of a photo, but for 15 blocks", photo, with(other, red, image.Rect(88, 72, 96, 80)), image.Rect(32, 32, 96, 80), true, false},
		{"corners of a drawing", flat, with(flat, red, corners...), image.Rect(8, 8, 120, 88), true, true},
		{"what is cleared", with(flat, red, corners...), with(flat, color.NRGBA{}, corners...), image.Rect(8, 8, 120, 88), false, true},
		{"half of a drawing", flat, with(flat, red, image.Rect(0, 0, 64, 96)), image.Rect(0, 0, 64, 96), false, true},
	} {
		data := encoded(t, new(pic.Buffers), of(pic.Header{Format: pic.GIF}, shown{tt.first, 50}, shown{tt.second, 50}), 80)
		h, err := parseHeader(data)
		if err != nil || len(h.animation.frames) != 2 {
			t.Fatal(tt.name, err)
		}
		f := h.animation.frames[1]
		if f.rect() != tt.part || f.over != tt.over || f.lossless != tt.lossless {
			t.Errorf("%s: %v, over %v, lossless %v", tt.name, f.rect(), f.over, f.lossless)
		}
	}
}

// TestDrift checks that changes below the tolerance from frame to frame, among
// larger ones, are drawn at last.
func TestDrift(t *testing.T) {
	for name, ground := range map[string]*image.NRGBA{
		"lossy":    pictest.Scene(128, 96),
		"lossless": filled(128, 96, color.NRGBA{250, 250, 250, 255}),
	} {
		var frames []shown
		for n := range uint8(25) {
			blink := color.NRGBA{200, 10 * n, 0, 255}
			img := with(ground, blink, image.Rect(8, 8, 16, 16), image.Rect(112, 80, 120, 88))
			frames = append(frames, shown{with(img, color.NRGBA{80 + 2*n, 100, 100, 255}, image.Rect(48, 32, 80, 64)), 50})
		}
		data := encoded(t, new(pic.Buffers), of(pic.Header{Format: pic.GIF}, frames...), 80)
		_, seen, err := play(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		got, want := seen[len(seen)-1].pixels.NRGBAAt(60, 50), frames[len(frames)-1].pixels.NRGBAAt(60, 50)
		if d := int(got.R) - int(want.R); max(d, -d) > 12 {
			t.Errorf("%s: %v, want about %v", name, got, want)
		}
	}
}

// TestLosses checks that lossless data that is longer is tried again later and
// later.
func TestLosses(t *testing.T) {
	var l losses
	lose := func(want int) {
		t.Helper()
		if !l.try(false) {
			t.Fatal("not tried")
		}
		l.count(2, 1)
		for n := range want {
			if l.try(false) {
				t.Fatalf("tried after %d", n)
			}
		}
	}
	for _, want := range []int{0, 2, 6, 14, 30, 30} {
		lose(want)
	}
	if l.try(true) {
		t.Error("tried in haste after it was longer")
	}
	l.count(1, 1)
	if !l.try(true) {
		t.Error("not tried in haste after it was shorter")
	}
	lose(0)
	lose(2)
	a := animator{losses: l}
	if a.begin(nil, image.Pt(1, 1), 80); !a.losses.try(true) {
		t.Error("not tried in haste in another animation")
	}
}

// TestMovieFrames checks that a try takes each frame once, and only the first if
// the profile is too long.
func TestMovieFrames(t *testing.T) {
	for _, tt := range []struct{ max, want int }{{0, 3}, {2000, 1}} {
		frames := 0
		s := pic.Sequence{Header: pic.Header{Frames: 3}, Width: 20, Height: 10, Frames: func(yield func(*pic.Raster, error) bool) {
			for n := range 3 {
				frames++
				if !yield(&pic.Raster{Pixels: filled(20, 10, color.NRGBA{uint8(90 * n), 0, 0, 255}), Colour: pic.Colour{Profile: make([]byte, 2001)}}, nil) {
					return
				}
			}
		}}
		_, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Quality: 90, MinQuality: 10, MaxBytes: tt.max})
		if frames != tt.want || errors.Is(err, pic.ErrNoFit) != (tt.max > 0) {
			t.Errorf("%d bytes at most: %d frames, want %d, %v", tt.max, frames, tt.want, err)
		}
	}
	none := pic.Sequence{Header: pic.Header{Frames: 2}, Width: 20, Height: 10, Frames: func(func(*pic.Raster, error) bool) {}}
	if _, err := (Encoder{}).Encode(t.Context(), new(pic.Buffers), none, pic.Budget{Quality: 90, MinQuality: 90}); !errors.Is(err, pic.ErrNoFrames) {
		t.Errorf("no frames: %v", err)
	}
}

// TestMovieMemory compares the estimate with what is allocated for animations.
func TestMovieMemory(t *testing.T) {
	const w, h = 400, 300
	scene, other := pictest.Scene(w, h), smooth(w, h, true)
	frames := []*image.NRGBA{scene, other, filled(w, h, color.NRGBA{A: 255}), scene}
	s := pic.Sequence{Header: pic.Header{Format: pic.GIF, Frames: len(frames)}, Width: w, Height: h, Frames: func(yield func(*pic.Raster, error) bool) {
		for _, f := range frames {
			if !yield(&pic.Raster{Pixels: f, Delay: 50}, nil) {
				return
			}
		}
	}}
	b := pic.Budget{Quality: 80, MinQuality: 80, MaxBytes: 1 << 18}
	var err error
	got := pictest.Allocated(func() { _, err = Encoder{}.Encode(t.Context(), new(pic.Buffers), s, b) })
	if err != nil {
		t.Fatal(err)
	}
	most := (Encoder{}).Memory(s.Header, w, h, b)
	t.Logf("%d bytes allocated, %d estimated", got, most)
	if got > most || most > 3*got {
		t.Errorf("%d bytes allocated, %d estimated", got, most)
	}
}

// TestLastGoesOn checks that an animation that seems to take too long is given up
// if anything else can be made, and otherwise goes on: the following frames may
// take less.
func TestLastGoesOn(t *testing.T) {
	for _, last := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			defer cancel()
			const frames = 20
			s := pic.Sequence{Header: pic.Header{Format: pic.WebP, Frames: frames}, Width: 20, Height: 10, Frames: func(yield func(*pic.Raster, error) bool) {
				for n := range uint8(frames) {
					time.Sleep(3 * time.Second / time.Duration(1+n/10*9))
					if !yield(&pic.Raster{Pixels: filled(20, 10, color.NRGBA{10 * n, 0, 0, 255}), Delay: 50}, ctx.Err()) {
						return
					}
				}
			}}
			e, err := Encoder{}.Encode(ctx, new(pic.Buffers), s, pic.Budget{Quality: 80, MinQuality: 80, Last: last})
			if errors.Is(err, context.DeadlineExceeded) == last || e.Hurried != last || ctx.Err() != nil {
				t.Errorf("last %v: hurried %v, %v", last, e.Hurried, err)
			}
		})
	}
}

// TestLengths checks that the lengths are those of the returned animation, though
// others were tried.
func TestLengths(t *testing.T) {
	s := of(pic.Header{Format: pic.WebP}, shown{pictest.Scene(90, 70), 50}, shown{smooth(90, 70, false), 50}, shown{pictest.Scene(90, 70), 50})
	best := encoded(t, new(pic.Buffers), s, 90)
	for _, limit := range []int{0, len(best) - 1, len(best) * 2 / 3, len(best) / 2} {
		e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Quality: 90, MinQuality: 10, MaxBytes: limit})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Quality: e.Quality, MinQuality: e.Quality})
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Lengths) != 3 || !slices.Equal(e.Lengths, want.Lengths) || e.Lengths[2] != len(e.Data) {
			t.Errorf("%v of %d bytes, want %v, %d at most", e.Lengths, len(e.Data), want.Lengths, limit)
		}
	}
}
