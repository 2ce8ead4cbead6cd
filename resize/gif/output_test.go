package gif

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// sequenceOf returns the sequence of a variant with the given frames.
func sequenceOf(loops int, frames ...*image.NRGBA) pic.Sequence {
	size := frames[0].Rect.Size()
	return pic.Sequence{
		Header: pic.Header{Frames: len(frames), Loops: loops},
		Width:  size.X, Height: size.Y,
		Frames: func(yield func(*pic.Raster, error) bool) {
			for _, f := range frames {
				if !yield(&pic.Raster{Pixels: pictest.Copy(f), Delay: 50}, nil) {
					return
				}
			}
		},
	}
}

// tryEncode encodes with at most colours entries a palette and maxBytes in total.
func tryEncode(t *testing.T, s pic.Sequence, colours, maxBytes int) ([]byte, error) {
	t.Helper()
	out := newOutput(image.Pt(s.Width, s.Height))
	out.begin(&writer{loops: s.Header.Loops, max: maxBytes}, colours)
	return encode(t.Context(), out, s)
}

// encoded returns a GIF of frames that should look like those given.
func encoded(t *testing.T, loops int, frames ...*image.NRGBA) []byte {
	t.Helper()
	data, err := tryEncode(t, sequenceOf(loops, frames...), 255, 0)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestFramesShareAPalette: an animation of the same colours has one colour table, and
// each frame contains only what changes.
func TestFramesShareAPalette(t *testing.T) {
	var frames []*image.NRGBA
	for i := range 6 {
		frames = append(frames, pictest.Drawn(60, 40, func(x, y int) color.NRGBA {
			if image.Pt(x, y).In(image.Rect(8*i, 10, 8*i+8, 20)) {
				return color.NRGBA{220, 30, 30, 255}
			}
			return color.NRGBA{byte(4 * (x & 7)), 90, byte(6 * y), 255}
		}))
	}
	seen, g := pictest.SeenFrames(t, encoded(t, 0, frames...))
	for i, f := range g.Image {
		if want := image.Rect(8*i-8, 10, 8*i+8, 20); i > 0 && f.Rect != want {
			t.Errorf("frame %d is %v, want %v", i, f.Rect, want)
		}
		if !slices.EqualFunc(f.Palette, g.Config.ColorModel.(color.Palette), sameOpaque) {
			t.Errorf("frame %d has a palette of its own", i)
		}
		if err := pictest.SameFrame(seen[i], frames[i], 3); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

// sameOpaque reports whether two palettes' colours are the same, or one of them is
// transparent.
func sameOpaque(a, b color.Color) bool {
	p, q := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	return p == q || p.A == 0 || q.A == 0
}

// TestFewColours: pictures of few colours have small tables and are exact, whatever the
// number.
func TestFewColours(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 127, 128, 254, 255} {
		picture := pictest.Drawn(23, 17, func(x, y int) color.NRGBA {
			v := (x + 23*y) % n
			return color.NRGBA{byte(v), byte(7 * v), 100, 255}
		})
		data := encoded(t, -1, picture)
		seen, g := pictest.SeenFrames(t, data)
		if d := pictest.MaxDiff(t, seen[0], picture); d > 0 {
			t.Errorf("%d colours: off by %d", n, d)
		}
		if size := len(g.Image[0].Palette); size < n+1 || size > 2*n && n > 1 {
			t.Errorf("%d colours: a table of %d", n, size)
		}
		if !g.Image[0].Opaque() || bytes.Contains(data, []byte("NETSCAPE")) {
			t.Errorf("%d colours: transparent, or has loops", n)
		}
	}
}

// TestSoftEdges: a pixel that is more than half transparent becomes transparent.
func TestSoftEdges(t *testing.T) {
	soft := pictest.Drawn(256, 2, func(x, y int) color.NRGBA { return color.NRGBA{200, 100, 50, byte(x)} })
	g, err := gif.DecodeAll(bytes.NewReader(encoded(t, 0, soft)))
	if err != nil {
		t.Fatal(err)
	}
	for x := range 256 {
		want := color.NRGBA{}
		if x >= 128 {
			want = color.NRGBA{200, 100, 50, 255}
		}
		if got := color.NRGBAModel.Convert(g.Image[0].At(x, 1)); got != want {
			t.Errorf("alpha %d gives %v", x, got)
		}
	}
}

// TestTooLong: the encoder stops at the first frame beyond the limit.
func TestTooLong(t *testing.T) {
	picture := pictest.Scene(40, 30)
	whole := len(encoded(t, 0, picture, picture))
	for limit, want := range map[int]error{whole: nil, whole - 1: pic.ErrTooLong, 10: pic.ErrTooLong} {
		if _, err := tryEncode(t, sequenceOf(0, picture, picture), 255, limit); err != want {
			t.Errorf("limit %d of %d: %v", limit, whole, err)
		}
	}
	frames := 0
	s := sequenceOf(0, slices.Repeat([]*image.NRGBA{picture}, 5)...)
	all := s.Frames
	s.Frames = func(yield func(*pic.Raster, error) bool) {
		for r, err := range all {
			frames++
			if !yield(r, err) {
				return
			}
		}
	}
	if _, err := tryEncode(t, s, 255, 10); err != pic.ErrTooLong || frames != 2 { // one is pending
		t.Errorf("%v at frame %d", err, frames)
	}
}

// TestBegin: frames of an earlier try leave nothing behind, however it ended.
func TestBegin(t *testing.T) {
	hole := pictest.Scene(40, 30)
	clearRect(hole, image.Rect(5, 5, 20, 25))
	s := sequenceOf(0, hole, pictest.Scene(40, 30), hole)
	want, err := tryEncode(t, s, 63, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := newOutput(image.Pt(40, 30))
	for _, limit := range []int{0, 3 * len(want), len(want) / 2, 10, 0} {
		out.begin(&writer{max: limit}, 255)
		if _, err := encode(t.Context(), out, s); err != nil && err != pic.ErrTooLong {
			t.Fatal(err)
		}
		out.begin(&writer{}, 63)
		if got, err := encode(t.Context(), out, s); err != nil || !bytes.Equal(got, want) {
			t.Errorf("another encoding after a limit of %d, %v", limit, err)
		}
	}
}

// TestUnseen: changes too small to see are not drawn.
func TestUnseen(t *testing.T) {
	photo := pictest.Scene(60, 40)
	other := pictest.Copy(photo)
	for i := 0; i < len(other.Pix); i += 4 {
		other.Pix[i+2] ^= 1
	}
	seen, g := pictest.SeenFrames(t, encoded(t, 0, photo, other, photo))
	for i, f := range g.Image[1:] {
		if f.Rect.Dx()*f.Rect.Dy() > 60*40/4 {
			t.Errorf("frame %d: %v is drawn", i+1, f.Rect)
		}
		if err := pictest.SameFrame(seen[i+1], photo, 4); err != nil {
			t.Errorf("frame %d: %v", i+1, err)
		}
	}
}

// TestDrift: changes too small to see from frame to frame do not add up.
func TestDrift(t *testing.T) {
	var frames []*image.NRGBA
	for i := range 60 {
		frames = append(frames, pictest.Drawn(30, 20, func(x, y int) color.NRGBA {
			return color.NRGBA{byte(2*x + i), byte(3*y + 2*i), byte(200 - i - x), 255}
		}))
	}
	seen, _ := pictest.SeenFrames(t, encoded(t, 0, frames...))
	for i := range frames {
		if err := pictest.SameFrame(seen[i], frames[i], 3); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
		if d := pictest.MaxDiff(t, seen[i], frames[i]); d > 16 {
			t.Errorf("frame %d: off by %d", i, d)
		}
	}
}

// TestClearedIsTransparent: a frame that is cleared declares its transparent colour
// even if no pixel has it, since some viewers clear with that colour.
func TestClearedIsTransparent(t *testing.T) {
	full := pictest.Drawn(8, 6, func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(y), 9, 255} })
	hole := pictest.Copy(full)
	hole.SetNRGBA(3, 2, color.NRGBA{})
	e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), sequenceOf(0, full, hole), pic.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	_, g := pictest.SeenFrames(t, e.Data)
	clear := slices.ContainsFunc(g.Image[0].Palette, func(c color.Color) bool { _, _, _, a := c.RGBA(); return a == 0 })
	if g.Disposal[0] != gif.DisposalBackground || !clear {
		t.Errorf("disposal %d, a transparent colour: %v", g.Disposal[0], clear)
	}
}
