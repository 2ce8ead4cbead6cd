package gif

import (
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// checkVariant compares a variant with its original: each frame as a viewer sees it,
// resampled, with a mean error of opaque samples up to most; and the delays and loops.
func checkVariant(t *testing.T, original, data []byte, v pic.View, most float64) {
	t.Helper()
	want, from := pictest.SeenFrames(t, original)
	got, to := pictest.SeenFrames(t, data)
	if !slices.Equal(to.Delay, from.Delay) {
		t.Fatalf("delays %v, want %v", to.Delay, from.Delay)
	}
	if len(want) > 1 && to.LoopCount != from.LoopCount {
		t.Errorf("loop count %d, want %d", to.LoopCount, from.LoopCount)
	}
	for i := range want {
		small, err := resampled(pic.RowsOf(want[i]), v)
		if err != nil {
			t.Fatal(err)
		}
		if err := pictest.SameFrame(got[i], small, most); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

func TestSeenAsBefore(t *testing.T) {
	for name, g := range pictest.GIFs() {
		t.Run(name, func(t *testing.T) {
			data := g.Bytes(t)
			for _, size := range []image.Point{{12, 8}, {23, 16}, {7, 9}, {1, 1}} {
				var v pic.View
				out, err := variant(t.Context(), data, func(h pic.Header) pic.View {
					v = sized(h, size.X, size.Y)
					return v
				}, pic.Budget{})
				if err != nil {
					t.Fatal(err)
				}
				checkVariant(t, data, out, v, 3)
			}
		})
	}
}

func TestLoops(t *testing.T) {
	for _, loops := range []int{-1, 0, 1, 3, 65535} {
		g := pictest.GIFs()["kept"]
		g.Loops = loops
		data := g.Bytes(t)
		checkVariant(t, data, mustSmall(t, data), sized(pic.Header{Width: 24, Height: 16}, 12, 8), 3)
	}
}

// TestRandomSeenAsBefore tries random sequences of rectangles, disposals and palettes.
func TestRandomSeenAsBefore(t *testing.T) {
	for seed := range uint64(150) {
		checkChosen(t, rand.New(rand.NewPCG(seed, 0)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// FuzzComposer does the same with choices by the fuzzer.
func FuzzComposer(f *testing.F) {
	f.Add([]byte{20, 20, 10, 2, 3, 4, 5, 6, 7, 8, 9, 3, 0, 0, 1, 1})
	f.Add([]byte("a rectangle, how it is disposed of, a palette, and so on until the bytes end"))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		choices := choices(bytes)
		checkChosen(t, &choices)
	})
}

// chance makes choices: a random generator, or bytes in turn.
type chance interface {
	// IntN returns at least 0 and less than n.
	IntN(n int) int
}

type choices []byte

func (c *choices) IntN(n int) int {
	if len(*c) == 0 {
		return 0
	}
	b := (*c)[0]
	*c = (*c)[1:]
	return int(b) % n
}

// checkChosen makes a variant of a chosen animation, part and size, and checks it.
func checkChosen(t *testing.T, r chance) {
	t.Helper()
	data, g := chosen(t, r)
	v := pic.View{Width: 1 + r.IntN(g.Width), Height: 1 + r.IntN(g.Height)}
	side := func(n int) (from, to float64) {
		from = float64(r.IntN(2*n-1)) / 2
		return from, from + float64(1+r.IntN(2*n-int(2*from)))/2
	}
	v.Window = plane.Window{X1: float64(g.Width), Y1: float64(g.Height)}
	if r.IntN(3) == 0 {
		v.Window.X0, v.Window.X1 = side(g.Width)
		v.Window.Y0, v.Window.Y1 = side(g.Height)
	}
	out, err := variant(t.Context(), data, func(pic.Header) pic.View { return v }, pic.Budget{})
	if err != nil {
		t.Fatalf("%+v: %v", v, err)
	}
	checkVariant(t, data, out, v, 4)
}

// chosen returns an animation of smooth colours in chosen rectangles, some of them with
// holes.
func chosen(t *testing.T, r chance) ([]byte, pictest.GIF) {
	t.Helper()
	g := pictest.GIF{Width: 4 + r.IntN(36), Height: 2 + r.IntN(30), Global: pictest.Greys(2 + r.IntN(60)), Loops: r.IntN(3) - 1}
	for range 1 + r.IntN(6) {
		x, y := r.IntN(g.Width), r.IntN(g.Height)
		f := pictest.GIFFrame{
			Rect:       image.Rect(x, y, x+1+r.IntN(g.Width-x), y+1+r.IntN(g.Height-y)),
			Clear:      -1,
			Delay:      r.IntN(20),
			Disposal:   byte(r.IntN(4)),
			Interlaced: r.IntN(4) == 0,
		}
		if r.IntN(3) == 0 {
			f.Rect = image.Rect(0, 0, g.Width, g.Height)
		}
		n := len(g.Global)
		if r.IntN(2) == 0 {
			n = 3 + r.IntN(40)
			for range n {
				f.Palette = append(f.Palette, color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255})
			}
		}
		if r.IntN(2) == 0 {
			f.Clear = r.IntN(n)
		}
		step, block := r.IntN(n), 1+r.IntN(9)
		f.Colour = func(x, y int) int { return (x/block*step + y/block) % n }
		g.Frames = append(g.Frames, f)
	}
	return g.Bytes(t), g
}
