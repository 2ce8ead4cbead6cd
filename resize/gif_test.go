package resize

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
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
		if err := sameFrame(got[i], resample(want[i], b), most); err != nil {
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
			info, err := Inspect(data)
			if want := (Info{GIF, 24, 16, len(g.frames)}); err != nil || info != want {
				t.Fatalf("%+v, %v; want %+v", info, err, want)
			}
			for _, req := range []Request{request(12, 8), request(23, 16), request(7, 9), request(1, 1)} {
				v, err := Resize(t.Context(), data, req)
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
		data, g := randomGIF(t, seed)
		r := rand.New(rand.NewPCG(seed, 1))
		req := request(1+r.IntN(g.width-1), 1+r.IntN(g.height))
		req.Fit = []Fit{Cover, Fill, Inside}[r.IntN(3)]
		v, err := Resize(t.Context(), data, req)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkAnimation(t, data, req, v, 4)
		if t.Failed() {
			t.Fatalf("seed %d, %+v", seed, req)
		}
	}
}

// randomGIF is an animation of smooth colours in random rectangles, holes in
// some of them.
func randomGIF(t *testing.T, seed uint64) ([]byte, testGIF) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
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

func TestGIFLoops(t *testing.T) {
	for _, loops := range []int{-1, 0, 1, 3, 65535} {
		g := gifAnimations()["kept"]
		g.loops = loops
		data := g.bytes(t)
		v, err := Resize(t.Context(), data, request(12, 8))
		if err != nil {
			t.Fatal(err)
		}
		checkAnimation(t, data, request(12, 8), v, 3)
	}
}

// TestGIFExtensions: comments, text and other applications' blocks are passed
// over, wherever they stand.
func TestGIFExtensions(t *testing.T) {
	g := gifAnimations()["kept"]
	plain := g.bytes(t)
	extensions := "!\xfe\x05hello\x00" + "!\xff\x0bXMP DataXMP\x03\x01\x02\x03\x00" + "!\xff\x0bNETSCAPE2.0\x01\x01\x00" + "!\x77\x00"
	at := bytes.Index(plain, []byte("!\xf9"))
	image := at + 8 // between the control extension and its image
	for name, data := range map[string][]byte{
		"in front":   slices.Concat(plain[:at], []byte(extensions), plain[at:]),
		"between":    slices.Concat(plain[:image], []byte(extensions), plain[image:]),
		"at the end": slices.Concat(plain[:len(plain)-1], []byte(extensions), []byte{gifTrailer}),
		"behind":     append(bytes.Clone(plain), extensions...),
	} {
		want, err := Resize(t.Context(), plain, request(12, 8))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Resize(t.Context(), data, request(12, 8))
		if err != nil || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s: another variant, %v", name, err)
		}
	}
}

func TestGIFStepsColoursDown(t *testing.T) {
	photo := scene(120, 80)
	g := testGIF{width: 120, height: 80, loops: 0}
	p := newGIFPalette(photo, slices.Repeat([]bool{true}, 120*80), 255)
	for range 2 {
		g.frames = append(g.frames, testGIFFrame{
			rect: photo.Rect, palette: p.colours[:p.transparent], clear: -1, disposal: 1,
			colour: func(x, y int) int {
				c := photo.NRGBAAt(x, y)
				return int(p.search(c.R, c.G, c.B))
			},
		})
	}
	data := g.bytes(t)
	req := request(100, 60)
	limits := []int{0}
	fewest := 256
	for {
		req.MaxBytes = limits[len(limits)-1]
		v, err := Resize(t.Context(), data, req)
		if errors.Is(err, ErrNoFit) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if req.MaxBytes > 0 && len(v.Data) > req.MaxBytes {
			t.Fatalf("%d bytes, more than %d", len(v.Data), req.MaxBytes)
		}
		_, out := seenFrames(t, v.Data)
		n := len(out.Image[0].Palette)
		if n >= fewest+1 {
			t.Errorf("%d colours at %d bytes, %d at more", n, req.MaxBytes, fewest)
		}
		fewest = n
		checkAnimation(t, data, req, v, 16)
		limits = append(limits, len(v.Data)-1)
	}
	if want := len(gifColours) + 1; len(limits) != want {
		t.Errorf("the variant was made in %d sizes, want %d", len(limits)-1, want-1)
	}
}

func TestBadGIF(t *testing.T) {
	good := gifAnimations()["kept"]
	with := func(change func(*testGIF)) []byte {
		g := good
		g.frames = slices.Clone(good.frames)
		change(&g)
		return g.bytes(t)
	}
	packed := good.bytes(t)
	at := bytes.Index(packed, []byte{0x2c})
	data := at + 10
	edited := func(at int, values ...byte) []byte {
		out := bytes.Clone(packed)
		copy(out[at:], values)
		return out
	}
	for name, data := range map[string][]byte{
		"no width":            with(func(g *testGIF) { g.width = 0 }),
		"no height":           with(func(g *testGIF) { g.height = 0 }),
		"no frame":            with(func(g *testGIF) { g.frames = nil }),
		"no palette":          with(func(g *testGIF) { g.global = nil }),
		"beyond the canvas":   with(func(g *testGIF) { g.frames[1].rect = image.Rect(20, 10, 30, 20) }),
		"beyond the palette":  with(func(g *testGIF) { g.frames[1].colour, g.frames[1].codeSize = flat(8), 4 }),
		"unknown block":       edited(at, 0x99),
		"code size 0":         edited(data, 0),
		"code size 13":        edited(data, 13),
		"no pixels":           edited(data+1, 0),
		"LZW code too large":  edited(data+2, 0xff, 0xff, 0xff),
		"image in the middle": packed[:at+5],
	} {
		_, err := Resize(t.Context(), data, request(12, 8))
		var format *FormatError
		if !errors.As(err, &format) || format.Format != GIF {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTruncatedGIF(t *testing.T) {
	for _, name := range []string{"no global palette", "cleared, then restored", "interlaced"} {
		data := gifAnimations()[name].bytes(t)
		for n := 6; n < len(data); n++ {
			var format *FormatError
			if _, err := Resize(t.Context(), data[:n], request(12, 8)); !errors.As(err, &format) || format.Format != GIF {
				t.Fatalf("%s, %d of %d bytes: %v", name, n, len(data), err)
			}
		}
	}
}

// TestGIFContext ends the context at every place where it is looked at.
func TestGIFContext(t *testing.T) {
	data := gifAnimations()["restored"].bytes(t)
	all := &countdown{Context: t.Context()}
	all.left.Store(1 << 40)
	if _, err := Resize(all, data, request(12, 8)); err != nil {
		t.Fatal(err)
	}
	asked := 1<<40 - all.left.Load()
	if frames := int64(4); asked < 2*frames+1 { // before each frame and within, and to write
		t.Errorf("the context is looked at %d times", asked)
	}
	for n := range asked {
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(n)
		if v, err := Resize(ctx, data, request(12, 8)); v != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("done after %d of %d: %v, %v", n, asked, v, err)
		}
	}
}

// weighed is a context that weighs the heap every fourth time it is looked at.
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

// TestGIFMemory: what is held at a time stays within the estimate, and does not
// grow with the frames of the original beyond what the variant's frames take.
func TestGIFMemory(t *testing.T) {
	const side = 600
	for _, frames := range []int{1, 40} {
		g := testGIF{width: side, height: side, global: greys(64), loops: 0}
		for i := range frames {
			g.frames = append(g.frames, testGIFFrame{
				rect: image.Rect(0, 0, side, side), clear: -1, disposal: 3, interlaced: true,
				colour: func(x, y int) int { return (x/9 + y/7 + 5*i) % 64 },
			})
		}
		data := g.bytes(t)
		req := request(60, 60)
		req.MaxBytes = 1 << 20
		info := Info{GIF, side, side, frames}
		b, err := req.box(side, side)
		if err != nil {
			t.Fatal(err)
		}
		estimate := req.gifMemory(info, b)
		if all := int64(frames) * side * side; frames > 1 && estimate >= all {
			t.Errorf("estimate %d, as much as all frames: %d", estimate, all)
		}
		ctx := &weighed{Context: t.Context()}
		_ = ctx.Err()
		before := ctx.most
		if _, err := Resize(ctx, data, req); err != nil {
			t.Fatal(err)
		}
		if got := int64(ctx.most - before); got > estimate {
			t.Errorf("%d frames: %d bytes held, %d estimated", frames, got, estimate)
		}
		runtime.KeepAlive(data)

		req.Limits.Memory = estimate - 1
		var limit *LimitError
		if _, err := Resize(t.Context(), data, req); !errors.As(err, &limit) || limit.What != "memory" || limit.Got != estimate {
			t.Errorf("%d frames: %v", frames, err)
		}
		req.Limits = Limits{Pixels: int64(frames)*side*side - 1}
		if _, err := Resize(t.Context(), data, req); !errors.As(err, &limit) || limit.What != "pixels" {
			t.Errorf("%d frames: %v", frames, err)
		}
	}
}

// TestManyTinyFrames: frames of next to no pixels are not free.
func TestManyTinyFrames(t *testing.T) {
	g := testGIF{width: 2, height: 1, global: greys(2), loops: -1}
	g.frames = []testGIFFrame{{rect: image.Rect(0, 0, 1, 1), colour: flat(1), clear: -1, bare: true}}
	one := g.bytes(t)
	at := bytes.IndexByte(one, 0x2c)
	data := slices.Concat(one[:at], bytes.Repeat(one[at:len(one)-1], 100_000), []byte{gifTrailer})
	req := request(1, 1)
	req.MaxBytes = 1 << 20
	req.Limits.Memory = 40 << 20
	var limit *LimitError
	if _, err := Resize(t.Context(), data, req); !errors.As(err, &limit) || limit.What != "memory" {
		t.Error(err)
	}
}

// TestGIFDeterministic: the same original gives the same bytes.
func TestGIFDeterministic(t *testing.T) {
	data, _ := randomGIF(t, 3)
	var made []*Variant
	for range 2 {
		v, err := Resize(t.Context(), data, request(3, 2))
		if err != nil {
			t.Fatal(err)
		}
		v.Times = Times{}
		made = append(made, v)
	}
	if !reflect.DeepEqual(made[0], made[1]) {
		t.Error("two variants of one original differ")
	}
}

// FuzzGIF goes the whole way with GIFs.
func FuzzGIF(f *testing.F) {
	for _, g := range gifAnimations() {
		f.Add(g.bytes(f))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		info, err := inspectGIF(data)
		if err != nil {
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatal(err)
			}
			return
		}
		req := request(max(1, info.Width/2), max(1, info.Height/3))
		req.Limits = Limits{Pixels: 1 << 16, Memory: 1 << 26}
		v, err := Resize(t.Context(), data, req)
		if err != nil {
			return
		}
		got, err := Inspect(v.Data)
		if want := (Info{GIF, req.Width, req.Height, info.Frames}); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
		seenFrames(t, v.Data)
	})
}
