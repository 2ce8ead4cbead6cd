package gif

import (
	"bytes"
	"context"
	"errors"
	"image"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestIs(t *testing.T) {
	for start, want := range map[string]bool{
		"GIF87a": true, "GIF89a and more": true, "GIF89b": false, "GIF89": false, "": false, "GIF of a cat": false,
	} {
		if got := Is([]byte(start)); got != want {
			t.Errorf("%q: %v", start, got)
		}
	}
}

func TestHeader(t *testing.T) {
	for name, g := range pictest.GIFs() {
		for _, loops := range []int{-1, 0, 1, 3, 65535} {
			g.Loops = loops
			p, err := Open(t.Context(), pic.Bytes(g.Bytes(t)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := pic.Header{Format: pic.GIF, Width: 24, Height: 16, Orientation: 1, Frames: len(g.Frames), Loops: loops}
			if got := p.Header(); got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
			d, err := p.Plan(sized(want, 3, 2))
			if want := (pic.Shape{Width: 24, Height: 16, Channels: 4}); err != nil || d.Shape != want {
				t.Errorf("%s: %+v, %v; want %+v", name, d.Shape, err, want)
			}
		}
	}
}

// broken is a source that ends with an error.
type broken struct{ pic.Bytes }

var errBroken = errors.New("the bytes broke off")

func (broken) First(context.Context, int) ([]byte, error) { return nil, errBroken }

func TestOpenBroken(t *testing.T) {
	if p, err := Open(t.Context(), broken{pic.Bytes("GIF89a")}); p != nil || err != errBroken {
		t.Errorf("%v, %v", p, err)
	}
}

// TestQuirks: both values or names that browsers accept are understood.
func TestQuirks(t *testing.T) {
	g := pictest.GIFs()["restored"]
	want := mustSmall(t, g.Bytes(t))
	for i, f := range g.Frames {
		if f.Disposal == 3 {
			g.Frames[i].Disposal = 4
		}
	}
	data := bytes.Replace(g.Bytes(t), []byte("NETSCAPE2.0"), []byte("ANIMEXTS1.0"), 1)
	if got := mustSmall(t, data); !bytes.Equal(got, want) {
		t.Error("another variant")
	}
}

// TestExtensions: comments, text and other applications' blocks are ignored, wherever
// they stand.
func TestExtensions(t *testing.T) {
	plain := pictest.GIFs()["kept"].Bytes(t)
	extensions := "!\xfe\x05hello\x00" + "!\xff\x0bXMP DataXMP\x03\x01\x02\x03\x00" + "!\xff\x0bNETSCAPE2.0\x01\x01\x00" + "!\x77\x00"
	at := bytes.Index(plain, []byte("!\xf9"))
	image := at + 8 // between the control extension and its image
	want := mustSmall(t, plain)
	for name, data := range map[string][]byte{
		"in front":   slices.Concat(plain[:at], []byte(extensions), plain[at:]),
		"between":    slices.Concat(plain[:image], []byte(extensions), plain[image:]),
		"at the end": slices.Concat(plain[:len(plain)-1], []byte(extensions), []byte{trailer}),
		"behind":     append(bytes.Clone(plain), extensions...),
	} {
		if got := mustSmall(t, data); !bytes.Equal(got, want) {
			t.Errorf("%s: another variant", name)
		}
	}
}

func TestInvalid(t *testing.T) {
	good := pictest.GIFs()["kept"]
	with := func(change func(*pictest.GIF)) []byte {
		g := good
		g.Frames = slices.Clone(good.Frames)
		change(&g)
		return g.Bytes(t)
	}
	packed := good.Bytes(t)
	at := bytes.Index(packed, []byte{0x2c})
	data := at + 10
	edited := func(at int, values ...byte) []byte {
		out := bytes.Clone(packed)
		copy(out[at:], values)
		return out
	}
	for name, data := range map[string][]byte{
		"another signature":   edited(4, '8'),
		"no width":            with(func(g *pictest.GIF) { g.Width = 0 }),
		"no height":           with(func(g *pictest.GIF) { g.Height = 0 }),
		"no frame":            with(func(g *pictest.GIF) { g.Frames = nil }),
		"no palette":          with(func(g *pictest.GIF) { g.Global = nil }),
		"beyond the canvas":   with(func(g *pictest.GIF) { g.Frames[1].Rect = image.Rect(20, 10, 30, 20) }),
		"beyond the palette":  with(func(g *pictest.GIF) { g.Frames[1].Colour, g.Frames[1].CodeSize = pictest.Flat(8), 4 }),
		"unknown block":       edited(at, 0x99),
		"code size 0":         edited(data, 0),
		"code size 13":        edited(data, 13),
		"no pixels":           edited(data+1, 0),
		"LZW code too large":  edited(data+2, 0xff, 0xff, 0xff),
		"image in the middle": packed[:at+5],
	} {
		if v, err := small(t.Context(), data); v != nil || !isInvalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTruncated(t *testing.T) {
	for _, name := range []string{"no global palette", "cleared, then restored", "interlaced"} {
		data := pictest.GIFs()[name].Bytes(t)
		for n := range data {
			if p, err := Open(t.Context(), pic.Bytes(data[:n])); p != nil || !isInvalid(err) {
				t.Fatalf("%s, %d of %d bytes: %v", name, n, len(data), err)
			}
		}
	}
}

// TestTooManyFrames: too many frames are refused even if they have almost no pixels.
func TestTooManyFrames(t *testing.T) {
	g := pictest.GIF{Width: 2, Height: 1, Global: pictest.Greys(2), Loops: -1}
	frame := pictest.GIFFrame{Rect: image.Rect(0, 0, 1, 1), Colour: pictest.Flat(1), Clear: -1, Bare: true}
	g.Frames = slices.Repeat([]pictest.GIFFrame{frame}, maxFrames)
	if p, err := Open(t.Context(), pic.Bytes(g.Bytes(t))); err != nil || p.Header().Frames != maxFrames {
		t.Errorf("%+v, %v", p, err)
	}
	g.Frames = append(g.Frames, frame)
	_, err := Open(t.Context(), pic.Bytes(g.Bytes(t)))
	if want := (pic.UnsupportedError{Format: pic.GIF, Name: "GIF with more than 5000 frames"}); err != want {
		t.Error(err)
	}
}
