package webp

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// smooth returns a picture of soft colours, with alpha if alpha is set.
func smooth(w, h int, alpha bool) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{uint8(40 + 150*x/w), uint8(30 + 180*y/h), uint8(200 - 90*x/w), 255}
			if alpha && x > w/3 {
				c.A = uint8(255 * y / h)
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// drawn returns a picture of flat colours.
func drawn(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{250, 250, 250, 255}
			if x/50%3 == 0 && y/40%2 == 0 {
				c = color.NRGBA{200, 20, 40, 255}
			}
			if x < 4 {
				c.A = 0
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// dwebp decodes data with libwebp.
func dwebp(t *testing.T, data []byte) *image.NRGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(tool(t, data, "dwebp", "IN", "-o", "OUT")))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewNRGBA(img.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

// TestStills checks that libwebp and this package decode what was encoded.
func TestStills(t *testing.T) {
	profile := pictest.Profile(icc.RGB, 7, 7, 7)
	planes := func(img *image.NRGBA, whole bool) *pic.Raster {
		r := &pic.Raster{Pixels: img}
		if whole {
			return &pic.Raster{Planes: r.WholeYCbCr()}
		}
		return &pic.Raster{Planes: r.YCbCr()}
	}
	gray := smooth(50, 40, false)
	for i := 0; i < len(gray.Pix); i += 4 {
		gray.Pix[i], gray.Pix[i+2] = gray.Pix[i+1], gray.Pix[i+1]
	}
	lossless := pic.Header{Format: pic.PNG, Lossless: true}
	tests := []struct {
		name   string
		h      pic.Header
		raster *pic.Raster
		kinds  []string // expected chunks
	}{
		{"planes", pic.Header{}, planes(smooth(61, 33, false), false), []string{"VP8 "}},
		{"planes of 4:4:4", pic.Header{}, planes(smooth(61, 33, false), true), []string{"VP8 "}},
		{"gray plane", pic.Header{}, &pic.Raster{Planes: planes(gray, false).Planes[:1], Colour: pic.Colour{Gray: true}}, []string{"VP8 "}},
		{"gray pixels", lossless, &pic.Raster{Pixels: gray, Colour: pic.Colour{Gray: true}}, []string{"VP8 "}},
		{"pixels", pic.Header{}, &pic.Raster{Pixels: smooth(64, 48, false)}, []string{"VP8 "}},
		{"one pixel", pic.Header{}, &pic.Raster{Pixels: smooth(1, 1, false)}, []string{"VP8 "}},
		{"alpha", pic.Header{}, &pic.Raster{Pixels: smooth(64, 47, true)}, []string{"VP8X", "ALPH", "VP8 "}},
		{"alpha and profile", pic.Header{}, &pic.Raster{Pixels: smooth(64, 47, true), Colour: pic.Colour{Profile: profile}}, []string{"VP8X", "ICCP", "ALPH", "VP8 "}},
		{"profile", pic.Header{}, &pic.Raster{Planes: planes(smooth(61, 33, false), false).Planes, Colour: pic.Colour{Profile: profile}}, []string{"VP8X", "ICCP", "VP8 "}},
		{"drawn, but not lossless", pic.Header{Subsampled: true}, &pic.Raster{Pixels: drawn(210, 150)}, []string{"VP8X", "ALPH", "VP8 "}},
		{"drawn, and of chroma that is seen", pic.Header{}, &pic.Raster{Pixels: drawn(210, 150)}, []string{"VP8L"}},
		{"drawn", lossless, &pic.Raster{Pixels: drawn(210, 150)}, []string{"VP8L"}},
		{"drawn, and profile", lossless, &pic.Raster{Pixels: drawn(210, 150), Colour: pic.Colour{Profile: profile}}, []string{"VP8X", "ICCP", "VP8L"}},
	}
	kept := new(pic.Buffers)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := pictest.Copy(tt.raster.NRGBA())
			data := encoded(t, kept, still(tt.h, tt.raster), 90)
			for rest := chunks(data[12:]); len(rest) > 0; {
				id, body, err := rest.next()
				if err != nil || len(tt.kinds) == 0 || id != tt.kinds[0] || id == "ICCP" && !bytes.Equal(body, profile) {
					t.Fatalf("chunk %q, %v; want %q", id, err, tt.kinds)
				}
				tt.kinds = tt.kinds[1:]
			}
			if len(tt.kinds) > 0 {
				t.Errorf("no %q", tt.kinds)
			}
			sound(t, data)
			most := 6.
			if bytes.Contains(data, []byte("VP8L")) {
				most = 0
			}
			if err := similar(dwebp(t, data), want, most); err != nil {
				t.Errorf("by libwebp: %v", err)
			}
			ours, err := pictest.Decode(t.Context(), Open, data)
			if err != nil {
				t.Fatal(err)
			}
			if err := similar(ours.Pixels, want, most); err != nil {
				t.Errorf("by this package: %v", err)
			}
		})
	}
}

// TestFits checks that the best quality that fits is written, and exact data if
// that fits.
func TestFits(t *testing.T) {
	encode := func(ctx context.Context, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
		return Encoder{}.Encode(ctx, new(pic.Buffers), s, b)
	}
	photo := func() pic.Sequence { return still(pic.Header{}, &pic.Raster{Pixels: pictest.Scene(120, 90)}) }
	all, err := encode(t.Context(), photo(), pic.Budget{Quality: 95, MinQuality: 20})
	if err != nil || all.Quality != 95 {
		t.Fatal(all.Quality, err)
	}
	half, err := encode(t.Context(), photo(), pic.Budget{Quality: 95, MinQuality: 20, MaxBytes: len(all.Data) / 2})
	if err != nil || len(half.Data) > len(all.Data)/2 || half.Quality >= 95 || half.Quality < 20 {
		t.Errorf("%d bytes of quality %d: %v", len(half.Data), half.Quality, err)
	}
	if _, err := encode(t.Context(), photo(), pic.Budget{Quality: 95, MinQuality: 20, MaxBytes: 100}); !errors.Is(err, pic.ErrNoFit) {
		t.Error(err)
	}
	large := &pic.Raster{Pixels: smooth(9, 9, false), Colour: pic.Colour{Profile: make([]byte, 999)}}
	if _, err := encode(t.Context(), still(pic.Header{}, large), pic.Budget{Quality: 95, MinQuality: 20, MaxBytes: 998}); !errors.Is(err, pic.ErrNoFit) {
		t.Error(err)
	}

	lossless := pic.Header{Format: pic.PNG, Lossless: true}
	exact, err := encode(t.Context(), still(lossless, &pic.Raster{Pixels: drawn(210, 150)}), pic.Budget{Quality: 80, MinQuality: 20})
	if err != nil || exact.Quality != 0 {
		t.Error(exact.Quality, err)
	}
	lossy, err := encode(t.Context(), still(lossless, &pic.Raster{Pixels: drawn(210, 150)}), pic.Budget{Quality: 80, MinQuality: 1, MaxBytes: len(exact.Data) - 1})
	if err == nil && lossy.Quality == 0 || err != nil && !errors.Is(err, pic.ErrNoFit) {
		t.Error(lossy.Quality, err)
	}

	frames := []shown{{pictest.Scene(120, 90), 50}, {smooth(120, 90, false), 50}}
	movie, err := encode(t.Context(), of(pic.Header{}, frames...), pic.Budget{Quality: 90, MinQuality: 10})
	if err != nil || movie.Quality != 90 {
		t.Error(movie.Quality, err)
	}
	less, err := encode(t.Context(), of(pic.Header{}, frames...), pic.Budget{Quality: 90, MinQuality: 10, MaxBytes: len(movie.Data) * 3 / 4})
	if err != nil || less.Quality >= 90 || less.Quality < 10 || len(less.Data) > len(movie.Data)*3/4 {
		t.Errorf("%d bytes of quality %d: %v", len(less.Data), less.Quality, err)
	}
	if _, err := encode(t.Context(), of(pic.Header{}, frames...), pic.Budget{Quality: 90, MinQuality: 10, MaxBytes: 200}); !errors.Is(err, pic.ErrNoFit) {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range []pic.Sequence{photo(), of(pic.Header{}, frames...)} {
		if _, err := encode(cancelled, s, pic.Budget{Quality: 90, MinQuality: 10}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}

func TestHolds(t *testing.T) {
	long := func(w, h int) *pic.Raster {
		return &pic.Raster{Planes: []plane.Plane{{Width: w, Height: h}}}
	}
	only := long(1, 1)
	only.Colour.OnlyPNG = true
	for _, tt := range []struct {
		r    *pic.Raster
		want bool
	}{{long(16383, 1), true}, {long(1, 16383), true}, {long(16384, 1), false}, {long(1, 16384), false}, {only, false}} {
		if got := (Encoder{}).Holds(tt.r); got != tt.want {
			t.Errorf("%v: %v", tt.r.Size(), got)
		}
	}
}

// TestPace checks that less is tried in less time, and that too little time is
// noticed early.
func TestPace(t *testing.T) {
	at := func(left time.Duration, took time.Duration, frames int) *pace {
		now := time.Now()
		return &pace{start: now.Add(-left / 8), since: now.Add(-left / 8), end: now.Add(left), last: now.Add(-took), frames: frames, done: 1}
	}
	if p := at(time.Hour, time.Second, 10); p.next() != nil || p.haste != 0 {
		t.Errorf("haste %d with much time", p.haste)
	}
	p := at(15*time.Second, time.Second, 10)
	if err := p.next(); err != nil || p.haste != 1 {
		t.Errorf("haste %d with little time: %v", p.haste, err)
	}
	p.last, p.since = p.last.Add(-time.Minute), p.since.Add(-time.Minute)
	if err := p.next(); err != nil || p.haste != mostHasty || p.haste.effort() == haste(0).effort() {
		t.Errorf("haste %d with too little time: %v", p.haste, err)
	}
	p.last, p.since = p.last.Add(-time.Minute), p.since.Add(-time.Minute)
	if err := p.next(); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	p = at(15*time.Second, time.Second, 10)
	p.since = time.Now()
	if err := p.next(); err != nil || p.haste != 0 {
		t.Errorf("haste %d for a frame that may happen to take long: %v", p.haste, err)
	}
	for done, want := range map[int]error{2: nil, 8: context.DeadlineExceeded} { // time for two thirds of the other frames
		p := at(15*time.Second, 1500*time.Millisecond*10/time.Duration(10-done-1), 10)
		p.done, p.haste, p.took = done, mostHasty, 0
		p.end = time.Now().Add(10 * time.Second)
		final := *p
		if err := p.next(); !errors.Is(err, want) {
			t.Errorf("frame %d of 10: %v, want %v", done, err, want)
		}
		final.final = true
		if err := final.next(); err != nil {
			t.Errorf("frame %d of 10, and nothing else follows: %v", done, err)
		}
	}
	p = at(time.Second, 50*time.Millisecond, 5000) // the other frames take no time
	p.haste, p.done, p.timed = mostHasty, 1000, 999
	if err := p.next(); err != nil {
		t.Errorf("a pause: %v", err)
	}
	if p := at(-time.Second, time.Second, 2); p.next() != nil {
		t.Error("gave up behind the last frame")
	}
	p = newPace(t.Context(), 1000, false)
	for range 3 {
		if err := p.next(); err != nil || p.haste != 0 {
			t.Errorf("haste %d without a deadline: %v", p.haste, err)
		}
	}
}
