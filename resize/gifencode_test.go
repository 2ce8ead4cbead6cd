package resize

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// gifOf is a GIF of frames as they are to be seen.
func gifOf(t *testing.T, loops, colours int, frames ...*image.NRGBA) []byte {
	t.Helper()
	b := box{width: frames[0].Rect.Dx(), height: frames[0].Rect.Dy()}
	out := newGIFOutput(&gifWriter{loops: loops}, b, colours)
	for _, f := range frames {
		if err := out.add(copyNRGBA(f), 5); err != nil {
			t.Fatal(err)
		}
	}
	data, err := out.finish()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestGIFFramesShareAPalette: an animation of the same colours has one colour
// table, and of each frame only what changes is written.
func TestGIFFramesShareAPalette(t *testing.T) {
	var frames []*image.NRGBA
	for i := range 6 {
		frames = append(frames, drawn(60, 40, func(x, y int) color.NRGBA {
			if image.Pt(x, y).In(image.Rect(8*i, 10, 8*i+8, 20)) {
				return color.NRGBA{220, 30, 30, 255}
			}
			return color.NRGBA{byte(4 * (x & 7)), 90, byte(6 * y), 255}
		}))
	}
	seen, g := seenFrames(t, gifOf(t, 0, 255, frames...))
	for i, f := range g.Image {
		if want := image.Rect(8*i-8, 10, 8*i+8, 20); i > 0 && f.Rect != want {
			t.Errorf("frame %d is %v, want %v", i, f.Rect, want)
		}
		if !slices.EqualFunc(f.Palette, g.Config.ColorModel.(color.Palette), sameOpaque) {
			t.Errorf("frame %d has a palette of its own", i)
		}
		if err := sameFrame(seen[i], frames[i], 3); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

// sameOpaque says that two colours of palettes are the same, unless one is the
// transparent one.
func sameOpaque(a, b color.Color) bool {
	p, q := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	return p == q || p.A == 0 || q.A == 0
}

// TestGIFFewColours: pictures of few colours have small tables and come back
// as they were, whatever the number.
func TestGIFFewColours(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 127, 128, 254, 255} {
		picture := drawn(23, 17, func(x, y int) color.NRGBA {
			v := (x + 23*y) % n
			return color.NRGBA{byte(v), byte(7 * v), 100, 255}
		})
		data := gifOf(t, -1, 255, picture)
		seen, g := seenFrames(t, data)
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

// TestGIFSoftEdges: a pixel is transparent where more than half of it is.
func TestGIFSoftEdges(t *testing.T) {
	soft := drawn(256, 2, func(x, y int) color.NRGBA { return color.NRGBA{200, 100, 50, byte(x)} })
	g, err := gif.DecodeAll(bytes.NewReader(gifOf(t, 0, 255, soft)))
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

// TestGIFWriterLimit: what is too long is noticed at the first frame beyond.
func TestGIFWriterLimit(t *testing.T) {
	picture := pictest.Scene(40, 30)
	whole := len(gifOf(t, 0, 255, picture, picture))
	for limit, want := range map[int]error{whole: nil, whole - 1: errGIFTooLong, 10: errGIFTooLong} {
		out := newGIFOutput(&gifWriter{loops: 0, max: limit}, box{width: 40, height: 30}, 255)
		var err error
		for range 2 {
			if err == nil {
				err = out.add(copyNRGBA(picture), 5)
			}
		}
		if err == nil {
			_, err = out.finish()
		}
		if err != want {
			t.Errorf("limit %d of %d: %v", limit, whole, err)
		}
	}
}
