package webp

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// of returns a sequence of frames, from an original with header h.
func of(h pic.Header, frames ...shown) pic.Sequence {
	size := frames[0].pixels.Rect.Size()
	h.Frames = len(frames)
	var all iter.Seq2[*pic.Raster, error] = func(yield func(*pic.Raster, error) bool) {
		for _, f := range frames {
			if !yield(&pic.Raster{Pixels: pictest.Copy(f.pixels), Delay: f.delay}, nil) {
				return
			}
		}
	}
	return pic.Sequence{Header: h, Width: size.X, Height: size.Y, Frames: all}
}

// still returns a sequence of one raster.
func still(h pic.Header, r *pic.Raster) pic.Sequence {
	h.Frames = 1
	return pic.Sequence{Header: h, Width: r.Size().X, Height: r.Size().Y, Frames: func(yield func(*pic.Raster, error) bool) { yield(r, nil) }}
}

// encoded encodes at a quality.
func encoded(t *testing.T, kept *pic.Buffers, s pic.Sequence, quality int) []byte {
	t.Helper()
	e, err := Encoder{}.Encode(t.Context(), kept, s, pic.Budget{Quality: quality, MinQuality: quality})
	if err != nil {
		t.Fatal(err)
	}
	if e.Quality != quality && e.Quality != 0 {
		t.Errorf("quality %d, want %d", e.Quality, quality)
	}
	return e.Data
}

// sound fails the test if webpinfo reports anything.
func sound(t *testing.T, data []byte) {
	t.Helper()
	said := string(tool(t, data, "webpinfo", "-diag", "IN"))
	if !strings.Contains(said, "No error detected.") || strings.Contains(strings.ToLower(said), "warning") {
		t.Errorf("webpinfo: %s", said)
	}
}

// checkMovie checks that a WebP, as golang.org/x/image decodes it, shows
// approximately what it was made from, with a mean error of colours up to most.
func checkMovie(t *testing.T, data []byte, want []shown, most float64) {
	t.Helper()
	var got []shown
	frames, _ := pictest.SeenWebP(t, data)
	_, ours, err := play(t.Context(), data)
	if err != nil || len(ours) != len(frames) {
		t.Fatalf("%d frames, want %d: %v", len(ours), len(frames), err)
	}
	for i, f := range frames {
		got = append(got, shown{f.Pixels, f.Delay})
		if ours[i].delay != f.Delay {
			t.Errorf("frame %d: delay %d, want %d", i, ours[i].delay, f.Delay)
		}
		if d := pictest.MaxDiff(t, bare(ours[i].pixels), bare(f.Pixels)); d > 3 {
			t.Errorf("frame %d differs by %d", i, d)
		}
	}
	at, until := 0, got[0].delay
	for i, w := range want {
		if err := similar(got[at].pixels, w.pixels, most); err != nil {
			t.Fatalf("frame %d, which is in %d: %v", i, at, err)
		}
		if until -= w.delay; until == 0 && at+1 < len(got) {
			at++
			until = got[at].delay
		}
	}
	if at != len(got)-1 || until != 0 {
		t.Errorf("%d frames of %d, %d ms are left", at+1, len(got), until)
	}
}

// similar compares pictures on a gray ground.
func similar(got, want *image.NRGBA, most float64) error {
	var sum float64
	for i := 0; i < len(want.Pix); i += 4 {
		p, q := got.Pix[i:i+4], want.Pix[i:i+4]
		if d := int(p[3]) - int(q[3]); max(d, -d) > 4 {
			return fmt.Errorf("pixel %d is %v, want about %v", i/4, p, q)
		}
		for c := range 3 {
			d := (float64(p[c])-128)*float64(p[3]) - (float64(q[c])-128)*float64(q[3])
			sum += max(d, -d) / 255
		}
	}
	if mean := sum / float64(len(want.Pix)/4*3); mean > most {
		return fmt.Errorf("mean error %.2f, want at most %.2f", mean, most)
	}
	return nil
}

// TestMovies checks that an animation and its WebP look the same.
func TestMovies(t *testing.T) {
	kept := new(pic.Buffers)
	gifs := pictest.GIFs()
	for _, name := range slices.Sorted(maps.Keys(gifs)) {
		t.Run(name, func(t *testing.T) {
			frames, g := pictest.SeenFrames(t, gifs[name].Bytes(t))
			if len(frames) == 1 {
				t.Skip("a still")
			}
			var want []shown
			for i, f := range frames {
				want = append(want, shown{f, 10 * g.Delay[i]})
			}
			data := encoded(t, kept, of(pic.Header{Format: pic.GIF, Loops: 3}, want...), 90)
			checkMovie(t, data, want, 2)
			sound(t, data)
			if p, err := Open(t.Context(), pic.Bytes(data)); err != nil || len(joined(want)) > 1 && p.Header().Loops != 3 {
				t.Error(p.Header(), err)
			}
		})
	}
}

// sprites returns an animation of pictures that move over a scene or over
// nothing, some of them half transparent, with pauses.
func sprites(r *rand.Rand) []shown {
	size := image.Pt(16+r.IntN(90), 16+r.IntN(70))
	ground := image.NewNRGBA(image.Rectangle{Max: size})
	if r.IntN(2) == 0 {
		for i := range ground.Pix {
			ground.Pix[i] = []uint8{uint8(i / 4 % size.X), uint8(i / 4 / size.X), 120, 255}[i%4]
		}
	}
	var frames []shown
	for range 2 + r.IntN(5) {
		img := pictest.Copy(ground)
		if r.IntN(5) > 0 || len(frames) == 0 {
			c := color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), []uint8{255, 255, 128, 0}[r.IntN(4)]}
			at := image.Rect(r.IntN(size.X), r.IntN(size.Y), 1+r.IntN(size.X), 1+r.IntN(size.Y))
			for y := at.Min.Y; y < at.Max.Y; y++ {
				for x := at.Min.X; x < at.Max.X; x++ {
					img.SetNRGBA(x, y, c)
				}
			}
		} else {
			img = pictest.Copy(frames[len(frames)-1].pixels)
		}
		frames = append(frames, shown{img, []int{0, 10, 11, 40, 1 << 23}[r.IntN(5)]})
	}
	return frames
}

func TestRandomMovies(t *testing.T) {
	kept := new(pic.Buffers)
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		frames := sprites(r)
		data := encoded(t, kept, of(pic.Header{Format: pic.GIF}, frames...), 90)
		t.Log("seed ", seed)
		checkMovie(t, data, frames, 8)
		sound(t, data)
		if again := encoded(t, new(pic.Buffers), of(pic.Header{Format: pic.GIF}, frames...), 90); !bytes.Equal(again, data) {
			t.Errorf("seed %d: another WebP with buffers that were used before", seed)
		}
	}
}
