package resize

import (
	"context"
	"errors"
	"image"
	"runtime"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestGIFIsSeenAsBefore(t *testing.T) {
	for name, g := range pictest.GIFs() {
		t.Run(name, func(t *testing.T) {
			data := g.Bytes(t)
			info, err := Inspect(t.Context(), Bytes(data))
			if want := (Info{GIF, 24, 16, len(g.Frames)}); err != nil || info != want {
				t.Fatalf("%+v, %v; want %+v", info, err, want)
			}
			for _, req := range []Request{request(12, 8), request(23, 16), request(7, 9), request(1, 1)} {
				v, err := Resize(t.Context(), Bytes(data), req)
				if err != nil {
					t.Fatal(err)
				}
				if v.Format != GIF || v.Width != req.Width || v.Height != req.Height || v.Quality != 0 {
					t.Errorf("%+v", v)
				}
				checkAnimation(t, data, req, v, 3)
			}
		})
	}
}

// checkAnimation compares a variant with its original: each frame as a viewer sees it,
// resampled, with a mean error of opaque samples up to most; and the delays and loops.
func checkAnimation(t *testing.T, original []byte, req Request, v *Variant, most float64) {
	t.Helper()
	want, from := pictest.SeenFrames(t, original)
	got, to := pictest.SeenFrames(t, v.Data)
	if !slices.Equal(to.Delay, from.Delay) {
		t.Fatalf("delays %v, want %v", to.Delay, from.Delay)
	}
	if len(want) > 1 && to.LoopCount != from.LoopCount {
		t.Errorf("loop count %d, want %d", to.LoopCount, from.LoopCount)
	}
	b, err := req.box(from.Config.Width, from.Config.Height)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if err := pictest.SameFrame(got[i], resampled(t, want[i], b), most); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

// weighed is a context that measures the heap at every fourth call of Err.
type weighed struct {
	context.Context
	asked int
	most  uint64
}

func (w *weighed) Err() error {
	w.asked++
	if w.asked%4 != 1 {
		return nil
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.most = max(w.most, m.HeapAlloc)
	return nil
}

// estimated returns the bytes that a resize is estimated to take.
func estimated(t *testing.T, data []byte, req Request) int64 {
	t.Helper()
	j := newJob(t, opened(t, formats, data), req)
	b := pic.Budget{MaxBytes: req.MaxBytes, Quality: req.Quality, MinQuality: req.MinQuality}
	_, memory, err := j.affordable(req, j.written(formats, req), b, 0)
	if err != nil {
		t.Fatal(err)
	}
	return memory
}

// TestGIFMemory: the memory in use stays within the estimate. It does not grow with the
// original's frames beyond what the variant's frames take.
func TestGIFMemory(t *testing.T) {
	const side = 600
	for _, frames := range []int{1, 40} {
		g := pictest.GIF{Width: side, Height: side, Global: pictest.Greys(64), Loops: 0}
		for i := range frames {
			g.Frames = append(g.Frames, pictest.GIFFrame{
				Rect: image.Rect(0, 0, side, side), Clear: -1, Disposal: 3, Interlaced: true,
				Colour: func(x, y int) int { return (x/9 + y/7 + 5*i) % 64 },
			})
		}
		data := g.Bytes(t)
		req := request(60, 60)
		req.MaxBytes = 1 << 20
		estimate := estimated(t, data, req)
		if all := int64(frames) * side * side; frames > 1 && estimate >= all {
			t.Errorf("estimate %d, as much as all frames: %d", estimate, all)
		}
		ctx := &weighed{Context: t.Context()}
		_ = ctx.Err()
		before := ctx.most
		if _, err := Resize(ctx, Bytes(data), req); err != nil {
			t.Fatal(err)
		}
		if got := int64(ctx.most - before); got > estimate {
			t.Errorf("%d frames: %d bytes held, %d estimated", frames, got, estimate)
		}
		runtime.KeepAlive(data)

		req.Limits.Memory = estimate - 1
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "memory" || limit.Got != estimate {
			t.Errorf("%d frames: %v", frames, err)
		}
		req.Limits = Limits{Pixels: int64(frames)*side*side - 1}
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "pixels" {
			t.Errorf("%d frames: %v", frames, err)
		}
	}
}

// TestWebPMemory: the same for animated WebPs, made from a GIF and from a WebP.
func TestWebPMemory(t *testing.T) {
	const side, frames = 400, 12
	g := pictest.GIF{Width: side, Height: side, Global: pictest.Greys(64), Loops: 0}
	for i := range frames {
		g.Frames = append(g.Frames, pictest.GIFFrame{
			Rect: image.Rect(0, 0, side, side), Clear: -1, Delay: 4,
			Colour: func(x, y int) int { return (x/9 + y/7 + 5*i) % 64 },
		})
	}
	data := g.Bytes(t)
	for _, size := range []int{side * 3 / 4, side / 8} {
		req := request(size, size)
		req.MaxBytes, req.Formats = 1<<20, []Format{WebP}
		estimate := estimated(t, data, req)
		ctx := &weighed{Context: t.Context()}
		_ = ctx.Err()
		before := ctx.most
		v, err := Resize(ctx, Bytes(data), req)
		if err != nil || v.Format != WebP {
			t.Fatal(v, err)
		}
		if got := int64(ctx.most - before); got > estimate {
			t.Errorf("%d frames: %d bytes held, %d estimated", frames, got, estimate)
		}
		runtime.KeepAlive(data)
		data = v.Data
	}
}

// TestWideAnimation: an animation that is too wide for a WebP stays a GIF.
func TestWideAnimation(t *testing.T) {
	const wide = 16500
	g := pictest.GIF{Width: wide, Height: 2, Global: pictest.Greys(8)}
	for n := range 2 {
		g.Frames = append(g.Frames, pictest.GIFFrame{Rect: image.Rect(0, 0, wide, 2), Clear: -1, Delay: 7, Colour: func(x, _ int) int { return (x/100 + n) % 8 }})
	}
	data := g.Bytes(t)
	for width, want := range map[int]Format{16383: WebP, 16384: GIF} {
		req := request(width, 2)
		req.Fit, req.Formats = Fill, []Format{WebP}
		if v, err := Resize(t.Context(), Bytes(data), req); err != nil || v.Format != want || v.Width != width {
			t.Errorf("%d pixels: %v, want %s", width, err, want)
		}
	}
}
