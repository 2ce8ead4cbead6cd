package gif

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// weighed is a context that measures the heap, garbage included, and then collects the
// garbage, at every call of Err.
type weighed struct {
	context.Context
	most int64 // bytes
}

func (w *weighed) Err() error {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	w.most = max(w.most, int64(sample[0].Value.Uint64()))
	runtime.GC()
	return nil
}

// peak returns how many bytes more than before are in use at most while f runs. Garbage
// counts until ctx is checked.
func peak(ctx context.Context, f func(ctx context.Context)) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	w := &weighed{Context: ctx}
	_ = w.Err()
	w.most = 0
	_ = w.Err()
	before := w.most
	f(w)
	_ = w.Err()
	return w.most - before
}

// compareMemory checks that an estimate is not too low, garbage aside, and at most five
// times too high, plus above bytes.
func compareMemory(t *testing.T, name string, got, estimate, above int64) {
	t.Helper()
	if got > estimate+estimate/8 {
		t.Errorf("%s: %d bytes in use, %d estimated", name, got, estimate)
	}
	if estimate > 5*got+above {
		t.Errorf("%s: %d bytes estimated, %d in use", name, estimate, got)
	}
}

// TestDecodeMemory compares the estimate with the memory in use, which does not grow
// with the number of frames.
func TestDecodeMemory(t *testing.T) {
	for _, side := range []int{1, 300} {
		for _, frames := range []int{1, 16} {
			g := pictest.GIF{Width: side, Height: side, Global: pictest.Greys(256), Loops: 0}
			for i := range frames {
				g.Frames = append(g.Frames, pictest.GIFFrame{
					Rect: image.Rect(0, 0, side, side), Clear: -1, Disposal: 3, Interlaced: true,
					Colour: func(x, y int) int { return (x/9 + y/7 + 5*i) % 256 },
				})
			}
			data := pic.Bytes(g.Bytes(t))
			var estimate int64
			got := peak(t.Context(), func(ctx context.Context) {
				p, err := Open(ctx, data)
				if err != nil {
					t.Fatal(err)
				}
				d, err := p.Plan(sized(p.Header(), 1, 1))
				if err != nil {
					t.Fatal(err)
				}
				estimate = d.Memory
				for _, err := range d.Frames(ctx, new(pic.Buffers)) {
					if err != nil {
						t.Fatal(err)
					}
				}
			})
			compareMemory(t, fmt.Sprintf("%d × %d²", frames, side), got, estimate, 2*decoderTables)
			if all := int64(frames) * int64(side*side); frames > 1 && side > 1 && estimate >= all {
				t.Errorf("estimate %d, as much as all frames: %d", estimate, all)
			}
		}
	}
}

// TestEncodeMemory compares the estimate with the memory in use, for pictures that
// compress badly.
func TestEncodeMemory(t *testing.T) {
	noise := func(w, h, seed int) *image.NRGBA {
		v := uint32(seed)
		return pictest.Drawn(w, h, func(x, y int) color.NRGBA {
			v = v*1664525 + 1013904223
			return color.NRGBA{byte(v >> 24), byte(v >> 16), byte(v >> 8), 255}
		})
	}
	for _, size := range []image.Point{{1, 1}, {200, 150}} {
		for _, n := range []int{1, 4} {
			var frames []*image.NRGBA
			for i := range n {
				frames = append(frames, noise(size.X, size.Y, i))
			}
			s := sequenceOf(0, frames...)
			whole := 0
			for _, part := range []int{0, 90} { // limits in per cent of the bytes needed; 0 is no limit
				b := pic.Budget{MaxBytes: whole * part / 100}
				estimate := Encoder{}.Memory(s.Header, size.X, size.Y, b)
				got := peak(t.Context(), func(ctx context.Context) {
					e, err := Encoder{}.Encode(ctx, new(pic.Buffers), s, b)
					if err != nil && err != pic.ErrNoFit {
						t.Fatal(err)
					}
					whole = max(whole, len(e.Data))
				})
				compareMemory(t, fmt.Sprintf("%d × %v in %d bytes", n, size, b.MaxBytes), got, estimate, decoderTables+encoderTables)
			}
		}
	}
}
