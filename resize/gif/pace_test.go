package gif

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestPace: a try ends in time if haste can achieve that, and there is no haste without
// need. The time is the bubble's.
func TestPace(t *testing.T) {
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		deadline    time.Duration // 0 is none
		frames      int
		first       time.Duration // the time of the first frame
		frame       [mostHasty + 1]time.Duration
		final, fits bool
		hurried     bool
		most        time.Duration // the time that all may take
	}{
		"no deadline":           {0, 300, 0, [...]time.Duration{time.Hour, 0, 0}, true, true, false, 300 * time.Hour},
		"all the time":          {time.Minute, 300, 0, [...]time.Duration{50 * ms, 0, 0}, false, false, false, 15 * time.Second},
		"a slow first frame":    {time.Minute, 300, 2 * time.Second, [...]time.Duration{50 * ms, 0, 0}, false, false, false, 17 * time.Second},
		"half of it":            {30 * time.Second, 300, 0, [...]time.Duration{60 * ms, 30 * ms, 10 * ms}, false, false, true, 15 * time.Second},
		"most of it if it fits": {30 * time.Second, 300, 0, [...]time.Duration{60 * ms, 30 * ms, 10 * ms}, false, true, false, 18 * time.Second},
		"most of it at last":    {30 * time.Second, 300, 0, [...]time.Duration{60 * ms, 30 * ms, 10 * ms}, true, false, false, 18 * time.Second},
		"a little haste":        {30 * time.Second, 300, 0, [...]time.Duration{80 * ms, 40 * ms, 10 * ms}, true, true, true, 22500 * ms},
		"much haste":            {30 * time.Second, 300, 0, [...]time.Duration{400 * ms, 200 * ms, 50 * ms}, true, true, true, 22500 * ms},
		"ten times too much":    {30 * time.Second, 300, 0, [...]time.Duration{750 * ms, 200 * ms, 50 * ms}, true, true, true, 22500 * ms},
		"long frames":           {30 * time.Second, 20, time.Second, [...]time.Duration{3000 * ms, 1000 * ms, 300 * ms}, true, true, true, 22500 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.deadline > 0 {
					timed, cancel := context.WithTimeout(ctx, tt.deadline)
					defer cancel()
					ctx = timed
				}
				start := time.Now()
				p := newPace(ctx, tt.frames, tt.final)
				time.Sleep(tt.first)
				made := [mostHasty + 1]int{}
				for i := range tt.frames {
					if i > 0 {
						time.Sleep(tt.frame[p.haste])
					}
					made[p.haste]++
					p.next(tt.fits)
				}
				if took := time.Since(start); took > tt.most || p.hurried != tt.hurried || (made[0] < tt.frames) != tt.hurried {
					t.Errorf("%v, hurried %v, %d frames; want at most %v, %v", took, p.hurried, made, tt.most, tt.hurried)
				}
			})
		})
	}
}

// TestPaceEasesOff: haste ends once the rest can be done without it.
func TestPaceEasesOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		p := newPace(ctx, 300, true)
		hasty := 0
		for range 300 {
			if p.haste > 0 {
				hasty++
			}
			time.Sleep([...]time.Duration{120 * time.Millisecond, 20 * time.Millisecond, 0}[p.haste])
			p.next(true)
		}
		if p.haste != 0 || !p.hurried || hasty < 30 || hasty > 150 {
			t.Errorf("haste %d at last, %d frames in haste, hurried %v", p.haste, hasty, p.hurried)
		}
	})
}

// TestPaceWithinFrame: a still is done in time too.
func TestPaceWithinFrame(t *testing.T) {
	for name, tt := range map[string]struct {
		pixel   [mostHasty + 1]time.Duration
		hurried bool
	}{
		"time enough":    {[...]time.Duration{14 * time.Microsecond, 0, 0}, false},
		"a little haste": {[...]time.Duration{20 * time.Microsecond, 10 * time.Microsecond, 0}, true},
		"much haste":     {[...]time.Duration{100 * time.Microsecond, 50 * time.Microsecond, 5 * time.Microsecond}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				start := time.Now()
				p := newPace(ctx, 1, false)
				const pixels = 1_000_000
				for done := 0; done < pixels; done += betweenPauses {
					p.packing(done, pixels)
					time.Sleep(betweenPauses * tt.pixel[p.haste])
				}
				if took := time.Since(start); took > 15*time.Second || p.hurried != tt.hurried {
					t.Errorf("%v, hurried %v", took, p.hurried)
				}
			})
		})
	}
}

// slow delays each frame of s by some of the bubble's time.
func slow(s pic.Sequence, frame time.Duration) pic.Sequence {
	all := s.Frames
	s.Frames = func(yield func(*pic.Raster, error) bool) {
		for r, err := range all {
			time.Sleep(frame)
			if !yield(r, err) {
				return
			}
		}
	}
	return s
}

// TestHurriedEncoding: a variant made in haste says so and still looks right; one made
// with enough time equals the one without a deadline.
func TestHurriedEncoding(t *testing.T) {
	s := sequenceOf(0, moving(24)...)
	want, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{})
	if err != nil || want.Hurried {
		t.Fatalf("hurried %v, %v", want.Hurried, err)
	}
	for name, tt := range map[string]struct {
		frame   time.Duration
		hurried bool
	}{
		"time enough": {time.Second, false},
		"hurried":     {1100 * time.Millisecond, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 34*time.Second)
				defer cancel()
				got, err := Encoder{}.Encode(ctx, new(pic.Buffers), slow(s, tt.frame), pic.Budget{})
				if err != nil || got.Hurried != tt.hurried || bytes.Equal(got.Data, want.Data) == tt.hurried {
					t.Fatalf("hurried %v, %d bytes, %d without a deadline, %v", got.Hurried, len(got.Data), len(want.Data), err)
				}
				checkSeen(t, got.Data, moving(24), 12)
			})
		})
	}
}

// TestHurriedTries: a result that is too long because of haste is an error of time,
// since it might fit with more.
func TestHurriedTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		s := sequenceOf(0, moving(24)...)
		e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = Encoder{}.Encode(ctx, new(pic.Buffers), slow(s, time.Second), pic.Budget{MaxBytes: len(e.Data) / 4})
		if err != context.DeadlineExceeded || ctx.Err() != nil {
			t.Errorf("error %v, of ctx %v", err, ctx.Err())
		}
	})
}

// TestHaste: frames look right at every haste, and more haste gives a longer file.
func TestHaste(t *testing.T) {
	frames := moving(6)
	last := 0
	for h := haste(0); h <= mostHasty; h++ {
		s := sequenceOf(0, frames...)
		out := newOutput(image.Pt(s.Width, s.Height))
		out.begin(&writer{}, 255)
		out.pace.haste = h
		data, err := encode(t.Context(), out, s)
		if err != nil {
			t.Fatal(err)
		}
		checkSeen(t, data, frames, 12)
		if len(data) <= last {
			t.Errorf("haste %d: %d bytes, %d in less", h, len(data), last)
		}
		last = len(data)
	}
}

// TestEndedWithin: the encoder returns soon after ctx ends within a frame.
func TestEndedWithin(t *testing.T) {
	const w, h = 400, 300
	s := sequenceOf(0, pictest.Scene(w, h))
	for n := 0; ; n++ {
		e, err := Encoder{}.Encode(pictest.NewCountdown(t.Context(), n), new(pic.Buffers), s, pic.Budget{})
		if err == nil {
			if n < w*h/betweenPauses/2 {
				t.Errorf("ctx was looked at %d times", n)
			}
			return
		}
		if err != context.DeadlineExceeded || e.Data != nil {
			t.Fatalf("looked at %d times: %d bytes, %v", n, len(e.Data), err)
		}
	}
}

// moving returns n frames of a moving picture with noise.
func moving(n int) []*image.NRGBA {
	r := rand.New(rand.NewPCG(1, 2))
	scene := pictest.Scene(140, 90)
	var frames []*image.NRGBA
	for i := range n {
		frames = append(frames, pictest.Drawn(110, 80, func(x, y int) color.NRGBA {
			c := scene.NRGBAAt(x+i%30, y+i%10)
			return color.NRGBA{c.R ^ uint8(r.IntN(8)), c.G ^ uint8(r.IntN(8)), c.B ^ uint8(r.IntN(8)), 255}
		}))
	}
	return frames
}

// checkSeen checks that the frames of a GIF look like want, with a mean error up to
// most, in levels.
func checkSeen(t *testing.T, data []byte, want []*image.NRGBA, most float64) {
	t.Helper()
	seen, _ := pictest.SeenFrames(t, data)
	if len(seen) != len(want) {
		t.Fatalf("%d frames, want %d", len(seen), len(want))
	}
	for i := range want {
		if err := pictest.SameFrame(seen[i], want[i], most); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}
