package gif

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

var _ pic.Encoder = Encoder{}

func TestHolds(t *testing.T) {
	pixels := func(w, h int) *image.NRGBA { return image.NewNRGBA(image.Rect(0, 0, w, h)) }
	for name, tt := range map[string]struct {
		r    pic.Raster
		want bool
	}{
		"transparent":      {pic.Raster{Pixels: pixels(3, 2)}, true},
		"planes":           {pic.Raster{Planes: make([]plane.Plane, 3)}, true},
		"widest":           {pic.Raster{Pixels: pixels(65535, 1)}, true},
		"too wide":         {pic.Raster{Pixels: pixels(65536, 1)}, false},
		"highest":          {pic.Raster{Pixels: pixels(1, 65535)}, true},
		"too high":         {pic.Raster{Pixels: pixels(1, 65536)}, false},
		"profile":          {pic.Raster{Pixels: pixels(3, 2), Colour: pic.Colour{Profile: []byte{1}}}, false},
		"chunks of a PNG":  {pic.Raster{Pixels: pixels(3, 2), Colour: pic.Colour{PNGChunks: []byte{1}, OnlyPNG: true}}, false},
		"dispensable ones": {pic.Raster{Pixels: pixels(3, 2), Colour: pic.Colour{PNGChunks: []byte{1}}}, true},
	} {
		if got := (Encoder{}).Holds(&tt.r); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestStepsColoursDown: the largest palette whose encoding fits is used.
func TestStepsColoursDown(t *testing.T) {
	photo := pictest.Scene(100, 60)
	s := sequenceOf(0, photo, photo)
	const sizes = 4
	limits := []int{0}
	fewest := 1 << 9
	for {
		b := pic.Budget{MaxBytes: limits[len(limits)-1]}
		e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, b)
		if errors.Is(err, pic.ErrNoFit) {
			break
		}
		if err != nil || e.Quality != 0 || !b.Fits(len(e.Data)) {
			t.Fatalf("%d bytes of at most %d, quality %d, %v", len(e.Data), b.MaxBytes, e.Quality, err)
		}
		seen, g := pictest.SeenFrames(t, e.Data)
		n := len(g.Image[0].Palette)
		if 2*n != fewest {
			t.Errorf("%d colours at %d bytes, %d at more", n, b.MaxBytes, fewest)
		}
		fewest = n
		for i, img := range seen {
			if err := pictest.SameFrame(img, photo, 16); err != nil {
				t.Errorf("frame %d in %d colours: %v", i, n, err)
			}
		}
		limits = append(limits, len(e.Data)-1)
	}
	if len(limits) != sizes+1 {
		t.Errorf("the variant was made in %d sizes, want %d", len(limits)-1, sizes)
	}
}

// TestEncodePlanes: a raster of planes is encoded as its pixels.
func TestEncodePlanes(t *testing.T) {
	gray := plane.Plane{Pix: make([]uint8, 20*9), Stride: 20, Width: 20, Height: 9}
	for i := range gray.Pix {
		gray.Pix[i] = byte(i)
	}
	r := &pic.Raster{Planes: []plane.Plane{gray}}
	s := sequenceOf(-1, r.NRGBA())
	s.Frames = func(yield func(*pic.Raster, error) bool) { yield(r, nil) }
	e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	seen, _ := pictest.SeenFrames(t, e.Data)
	if d := pictest.MaxDiff(t, seen[0], r.NRGBA()); d != 0 {
		t.Errorf("off by %d", d)
	}
}

// TestEncodeErrors: errors of the sequence and of ctx are returned unchanged.
func TestEncodeErrors(t *testing.T) {
	photo := pictest.Scene(20, 10)
	s := sequenceOf(0, photo, photo)
	ended, end := context.WithCancel(t.Context())
	end()
	if e, err := (Encoder{}).Encode(ended, new(pic.Buffers), s, pic.Budget{}); e.Data != nil || err != context.Canceled {
		t.Errorf("%d bytes, %v", len(e.Data), err)
	}
	all := s.Frames
	s.Frames = func(yield func(*pic.Raster, error) bool) {
		for r := range all {
			if !yield(r, nil) {
				return
			}
		}
		yield(nil, errBroken)
	}
	if e, err := (Encoder{}).Encode(t.Context(), new(pic.Buffers), s, pic.Budget{}); e.Data != nil || err != errBroken {
		t.Errorf("%d bytes, %v", len(e.Data), err)
	}
}

// TestDeterministic: the same original gives the same bytes, whatever was encoded
// before.
func TestDeterministic(t *testing.T) {
	noise := pictest.Drawn(40, 30, func(x, y int) color.NRGBA { return color.NRGBA{byte(x * y), byte(x*x + y), byte(7 * y), byte(9 * x)} })
	s := sequenceOf(0, noise, pictest.Scene(40, 30), noise)
	var made [][]byte
	for range 2 {
		e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{MaxBytes: 5000})
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, e.Data)
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Error("two variants of one original differ")
	}
}

// TestClock: delays that a GIF cannot hold are rounded, and their sum stays the same.
func TestClock(t *testing.T) {
	for _, tt := range []struct{ millis, want []int }{
		{[]int{0, 10, 70, 655350}, []int{0, 1, 7, 65535}},
		{[]int{33, 33, 33, 33, 33, 33}, []int{3, 4, 3, 3, 4, 3}},
		{[]int{1, 1, 1, 1, 1, 1}, []int{0, 0, 0, 0, 1, 0}},
	} {
		var c clock
		for i, millis := range tt.millis {
			if got := c.until(millis); got != tt.want[i] {
				t.Errorf("%v: delay %d is %d, want %d", tt.millis, i, got, tt.want[i])
			}
		}
	}
}

// TestShorter: a GIF that must be shorter than a rival is, or the error is ErrNoFit. If
// it is far longer, the encoder gives up at once.
func TestShorter(t *testing.T) {
	s := sequenceOf(0, moving(12)...)
	plain, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	frames := 0
	all := s.Frames
	s.Frames = func(yield func(*pic.Raster, error) bool) {
		for r := range all {
			if frames++; !yield(r, nil) {
				return
			}
		}
	}
	even := func(n, k int) int { return n * (k + 1) / 12 }
	for _, tt := range []struct {
		n, most int
		behind  func(n, k int) int // frame k of 12
	}{
		{len(plain.Data) + 1, 24, even}, {len(plain.Data), 24, even}, {len(plain.Data) / 4, 2, even},
		{len(plain.Data) / 4, 4, func(n, k int) int { return n * (k + 1) / 12 * (k / 11) }}, // all in the last frame
		{len(plain.Data) + 1, 24, func(n, k int) int { return n }},
	} {
		frames = 0
		var rival []int
		for k := range 12 {
			rival = append(rival, tt.behind(tt.n, k))
		}
		e, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Rival: rival})
		if shorter := tt.n > len(plain.Data); shorter && !bytes.Equal(e.Data, plain.Data) || !shorter && !errors.Is(err, pic.ErrNoFit) {
			t.Errorf("%d bytes, %v; to be shorter than %d, and it has %d", len(e.Data), err, tt.n, len(plain.Data))
		}
		if frames > tt.most {
			t.Errorf("%d frames were looked at for fewer than %d bytes, want at most %d", frames, tt.n, tt.most)
		}
	}
}
