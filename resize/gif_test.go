package resize

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestGIFLoops(t *testing.T) {
	for _, loops := range []int{-1, 0, 1, 3, 65535} {
		g := gifAnimations()["kept"]
		g.loops = loops
		data := g.bytes(t)
		v, err := Resize(t.Context(), Bytes(data), request(12, 8))
		if err != nil {
			t.Fatal(err)
		}
		checkAnimation(t, data, request(12, 8), v, 3)
	}
}

// TestGIFQuirks: what browsers understand in two ways is understood in both.
func TestGIFQuirks(t *testing.T) {
	g := gifAnimations()["restored"]
	want, err := Resize(t.Context(), Bytes(g.bytes(t)), request(12, 8))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range g.frames {
		if f.disposal == 3 {
			g.frames[i].disposal = 4
		}
	}
	data := bytes.Replace(g.bytes(t), []byte("NETSCAPE2.0"), []byte("ANIMEXTS1.0"), 1)
	if got, err := Resize(t.Context(), Bytes(data), request(12, 8)); err != nil || !bytes.Equal(got.Data, want.Data) {
		t.Errorf("another variant, %v", err)
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
		want, err := Resize(t.Context(), Bytes(plain), request(12, 8))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Resize(t.Context(), Bytes(data), request(12, 8))
		if err != nil || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s: another variant, %v", name, err)
		}
	}
}

func TestGIFStepsColoursDown(t *testing.T) {
	photo := pictest.Scene(120, 80)
	g := testGIF{width: 120, height: 80, loops: 0}
	var histogram gifHistogram
	p := newGIFPalette(histogram.count(photo, slices.Repeat([]bool{true}, 120*80)), 255)
	var table color.Palette
	for _, c := range p.colours {
		table = append(table, color.NRGBA{c[0], c[1], c[2], 255})
	}
	for range 2 {
		g.frames = append(g.frames, testGIFFrame{
			rect: photo.Rect, palette: table, clear: -1, disposal: 1,
			colour: func(x, y int) int {
				c := photo.NRGBAAt(x, y)
				return int(p.index(c.R, c.G, c.B))
			},
		})
	}
	data := g.bytes(t)
	req := request(100, 60)
	limits := []int{0}
	fewest := 256
	for {
		req.MaxBytes = limits[len(limits)-1]
		v, err := Resize(t.Context(), Bytes(data), req)
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
		_, err := Resize(t.Context(), Bytes(data), request(12, 8))
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
			if _, err := Resize(t.Context(), Bytes(data[:n]), request(12, 8)); !errors.As(err, &format) || format.Format != GIF {
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
	if _, err := Resize(all, Bytes(data), request(12, 8)); err != nil {
		t.Fatal(err)
	}
	asked := 1<<40 - all.left.Load()
	if frames := int64(4); asked < 2*frames+1 { // before each frame and within, and to write
		t.Errorf("the context is looked at %d times", asked)
	}
	for n := range asked {
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(n)
		if v, err := Resize(ctx, Bytes(data), request(12, 8)); v != nil || !errors.Is(err, context.DeadlineExceeded) {
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

// TestTooManyFrames: frames of next to no pixels are not free.
func TestTooManyFrames(t *testing.T) {
	g := testGIF{width: 2, height: 1, global: greys(2), loops: -1}
	frame := testGIFFrame{rect: image.Rect(0, 0, 1, 1), colour: flat(1), clear: -1, bare: true}
	g.frames = slices.Repeat([]testGIFFrame{frame}, maxGIFFrames)
	if info, err := Inspect(t.Context(), Bytes(g.bytes(t))); err != nil || info.Frames != maxGIFFrames {
		t.Errorf("%+v, %v", info, err)
	}
	g.frames = append(g.frames, frame)
	var unsupported UnsupportedError
	if _, err := Inspect(t.Context(), Bytes(g.bytes(t))); !errors.As(err, &unsupported) {
		t.Error(err)
	}
}

// TestGIFDeterministic: the same original gives the same bytes.
func TestGIFDeterministic(t *testing.T) {
	data, _ := chosenGIF(t, rand.New(rand.NewPCG(3, 0)))
	var made []*Variant
	for range 2 {
		v, err := Resize(t.Context(), Bytes(data), request(3, 2))
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
