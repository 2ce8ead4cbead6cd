package resize

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// gifAnimations are animations of every kind that the canvas or the output
// treats in its own way, by name.
func gifAnimations() map[string]testGIF {
	all := image.Rect(0, 0, 24, 16)
	corner := image.Rect(8, 4, 20, 14)
	colours := color.Palette{
		color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 160, 0, 255}, color.NRGBA{20, 40, 220, 255},
		color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255},
	}
	stripes := func(x, y int) int { return (x/4 + y/4) % 4 }
	ring := func(x, y int) int { // colour 4 within, 0 around
		if image.Pt(x, y).In(corner) {
			return 4
		}
		return 0
	}
	frame := func(r image.Rectangle, colour func(x, y int) int, disposal byte, clear int) testGIFFrame {
		return testGIFFrame{rect: r, colour: colour, disposal: disposal, clear: clear, delay: 7}
	}
	one := func(frames ...testGIFFrame) testGIF { return testGIF{24, 16, colours, 0, frames} }

	interlaced := frame(all, stripes, 0, -1)
	interlaced.interlaced = true
	bare := frame(all, stripes, 0, -1)
	bare.bare, bare.delay = true, 0
	local := func(p color.Palette, f testGIFFrame) testGIFFrame { f.palette = p; return f }
	noGlobal := one(
		local(colours[:2], frame(all, flat(1), 1, -1)),
		local(greys(16), frame(corner, func(x, y int) int { return (x + y) % 16 }, 1, -1)),
		local(colours, frame(all, ring, 1, 0)))
	noGlobal.global = nil

	return map[string]testGIF{
		"one frame":               one(frame(all, stripes, 0, -1)),
		"interlaced":              one(interlaced, frame(corner, flat(4), 1, -1)),
		"no control extension":    one(bare, bare),
		"no global palette":       noGlobal,
		"one local palette":       one(frame(all, stripes, 1, -1), local(greys(4), frame(corner, flat(2), 1, -1)), frame(all, ring, 1, 0)),
		"first frame smaller":     one(frame(corner, stripes, 1, -1), frame(image.Rect(0, 0, 10, 10), flat(2), 1, -1)),
		"kept":                    one(frame(all, flat(0), 1, -1), frame(corner, flat(1), 1, -1), frame(image.Rect(2, 2, 12, 12), flat(2), 1, -1)),
		"cleared":                 one(frame(all, flat(0), 1, -1), frame(corner, flat(1), 2, -1), frame(image.Rect(2, 2, 6, 6), flat(2), 1, -1)),
		"all cleared":             one(frame(all, flat(0), 2, -1), frame(corner, flat(1), 2, -1), frame(corner, flat(4), 2, -1)),
		"restored":                one(frame(all, stripes, 1, -1), frame(corner, flat(4), 3, -1), frame(image.Rect(2, 2, 6, 6), flat(4), 3, -1), frame(image.Rect(0, 0, 1, 1), flat(3), 1, -1)),
		"first frame restored":    one(frame(all, stripes, 3, -1), frame(corner, flat(4), 1, -1)),
		"cleared, then restored":  one(frame(all, stripes, 1, -1), frame(corner, flat(4), 2, -1), frame(image.Rect(0, 0, 16, 8), flat(0), 3, -1), frame(image.Rect(20, 12, 24, 16), flat(1), 1, -1)),
		"transparency appears":    one(frame(all, stripes, 2, -1), frame(all, ring, 2, 4), frame(all, ring, 2, 0), frame(all, stripes, 1, -1)),
		"hole after a kept frame": one(frame(all, stripes, 1, -1), frame(corner, flat(4), 2, -1), frame(image.Rect(0, 0, 2, 2), flat(0), 1, -1)),
		"nothing, then black":     one(frame(all, flat(0), 1, 0), frame(all, flat(3), 1, -1)),
		"nothing at all":          one(frame(all, flat(0), 1, 0), frame(all, flat(0), 2, 0)),
		"nothing changes":         one(frame(all, stripes, 1, -1), frame(all, stripes, 1, -1), frame(corner, flat(0), 1, 0), frame(all, stripes, 1, -1)),
		"clear beyond palette":    one(frame(all, stripes, 1, 200), frame(corner, flat(1), 2, 255)),
	}
}

// checkAnimation holds a variant against its original: each frame as it is
// seen, resampled, with the mean error of an opaque sample at most most; and
// its delays and loops.
func checkAnimation(t *testing.T, original []byte, req Request, v *Variant, most float64) {
	t.Helper()
	want, from := seenFrames(t, original)
	got, to := seenFrames(t, v.Data)
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
		if err := sameFrame(got[i], resampled(t, want[i], b), most); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

// sameFrame says where got is not want in opaque and transparent pixels.
func sameFrame(got, want *image.NRGBA, most float64) error {
	if got.Rect != want.Rect {
		return fmt.Errorf("%v, want %v", got.Rect, want.Rect)
	}
	var sum, n float64
	for i := 0; i < len(want.Pix); i += 4 {
		p, q := got.Pix[i:i+4], want.Pix[i:i+4]
		if opaque := q[3] >= 128; opaque != (p[3] == 255) {
			return fmt.Errorf("pixel %d is %v, want about %v", i/4, p, q)
		} else if !opaque {
			continue
		}
		for c := range 3 {
			sum += math.Abs(float64(p[c]) - float64(q[c]))
			n++
		}
	}
	if n > 0 && sum/n > most {
		return fmt.Errorf("mean error %.2f, want at most %.2f", sum/n, most)
	}
	return nil
}

func TestGIFIsSeenAsBefore(t *testing.T) {
	for name, g := range gifAnimations() {
		t.Run(name, func(t *testing.T) {
			data := g.bytes(t)
			info, err := Inspect(t.Context(), Bytes(data))
			if want := (Info{GIF, 24, 16, len(g.frames)}); err != nil || info != want {
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

// TestRandomGIFsAreSeenAsBefore composes whatever order of rectangles,
// disposals and palettes chance has.
func TestRandomGIFsAreSeenAsBefore(t *testing.T) {
	for seed := range uint64(150) {
		checkChosenGIF(t, rand.New(rand.NewPCG(seed, 0)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// FuzzGIFComposer is the same with choices that the fuzzer makes.
func FuzzGIFComposer(f *testing.F) {
	f.Add([]byte{20, 20, 10, 2, 3, 4, 5, 6, 7, 8, 9, 3, 0, 0, 1, 1})
	f.Add([]byte("a rectangle, how it is disposed of, a palette, and so on until the bytes end"))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		choices := choices(bytes)
		checkChosenGIF(t, &choices)
	})
}

// chance makes choices: a random generator, or bytes in turn.
type chance interface {
	// IntN is at least 0 and below n.
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

// checkChosenGIF resizes an animation of choice to a size of choice.
func checkChosenGIF(t *testing.T, r chance) {
	t.Helper()
	data, g := chosenGIF(t, r)
	req := request(1+r.IntN(g.width-1), 1+r.IntN(g.height))
	req.Fit = []Fit{Cover, Fill, Inside}[r.IntN(3)]
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatalf("%+v: %v", req, err)
	}
	checkAnimation(t, data, req, v, 4)
}

// chosenGIF is an animation of smooth colours in rectangles of choice, holes in
// some of them.
func chosenGIF(t *testing.T, r chance) ([]byte, testGIF) {
	t.Helper()
	g := testGIF{width: 4 + r.IntN(36), height: 2 + r.IntN(30), global: greys(2 + r.IntN(60)), loops: r.IntN(3) - 1}
	for range 1 + r.IntN(6) {
		x, y := r.IntN(g.width), r.IntN(g.height)
		f := testGIFFrame{
			rect:       image.Rect(x, y, x+1+r.IntN(g.width-x), y+1+r.IntN(g.height-y)),
			clear:      -1,
			delay:      r.IntN(20),
			disposal:   byte(r.IntN(4)),
			interlaced: r.IntN(4) == 0,
		}
		if r.IntN(3) == 0 {
			f.rect = image.Rect(0, 0, g.width, g.height)
		}
		n := len(g.global)
		if r.IntN(2) == 0 {
			n = 3 + r.IntN(40)
			for range n {
				f.palette = append(f.palette, color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255})
			}
		}
		if r.IntN(2) == 0 {
			f.clear = r.IntN(n)
		}
		step, block := r.IntN(n), 1+r.IntN(9)
		f.colour = func(x, y int) int { return (x/block*step + y/block) % n }
		g.frames = append(g.frames, f)
	}
	return g.bytes(t), g
}
