package edge

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// warmOriginals returns small pictures of every format and JPEGs of every kind.
// lacking has the JPEGs without tables that other pictures define.
func warmOriginals(t *testing.T) (good, lacking [][]byte) {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 70, 50))
	palette := color.Palette{color.Transparent, color.White, color.Black, color.NRGBA{200, 30, 60, 255}}
	indexed := image.NewPaletted(img.Rect, palette)
	gray := image.NewGray(img.Rect)
	for y := range 50 {
		for x := range 70 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(3 * x), uint8(5 * y), uint8(x * y), uint8(255 - y)})
			indexed.SetColorIndex(x, y, uint8(x*y/7%4))
			gray.SetGray(x, y, color.Gray{uint8(x*x + 9*y)})
		}
	}
	for _, encode := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return jpeg.Encode(b, img, nil) },
		func(b *bytes.Buffer) error { return jpeg.Encode(b, gray, &jpeg.Options{Quality: 97}) },
		func(b *bytes.Buffer) error { return png.Encode(b, img) },
		func(b *bytes.Buffer) error { return png.Encode(b, indexed) },
		func(b *bytes.Buffer) error { return bmp.Encode(b, img) },
		func(b *bytes.Buffer) error { return tiff.Encode(b, img, &tiff.Options{Compression: tiff.Deflate}) },
		func(b *bytes.Buffer) error {
			return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{indexed, indexed}, Delay: []int{5, 5}})
		},
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		good = append(good, b.Bytes())
	}
	for _, pattern := range []string{"../resize/testdata/*.webp", "../resize/testdata/*.jpg", "../testdata/originals/jpeg-restart-markers.jpg",
		"../testdata/originals/jpeg-progressive-gray.jpg", "../testdata/originals/jpeg-411.jpg"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			good = append(good, data)
		}
	}
	const quantisation, huffman = 0xdb, 0xc4 // tables
	for _, data := range good {
		for _, marker := range []byte{quantisation, huffman} {
			if bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
				lacking = append(lacking, withoutSegments(data, marker))
			}
		}
	}
	return good, lacking
}

// unreliable is a source of one original. It calls happen once, when more than
// after of its bytes are asked for.
type unreliable struct {
	data   []byte
	after  int // -1: when it is opened
	happen func(ctx context.Context) error
}

func (u *unreliable) Open(ctx context.Context, _ Location, _ int64) (Body, error) {
	return u, u.reach(ctx, 0)
}

func (u *unreliable) reach(ctx context.Context, n int) error {
	happen := u.happen
	if happen == nil || n <= u.after {
		return nil
	}
	u.happen = nil
	return happen(ctx)
}

func (u *unreliable) ETag() string { return `"e"` }

func (u *unreliable) Focus() string { return "" }

func (u *unreliable) Len() int { return len(u.data) }

func (u *unreliable) Expect(int) {}

func (u *unreliable) First(ctx context.Context, n int) ([]byte, error) {
	n = min(n, len(u.data))
	if err := u.reach(ctx, n); err != nil {
		return nil, err
	}
	return u.data[:n:n], nil
}

func (u *unreliable) Close() {}

// withoutSegments returns a JPEG without the segments that marker begins.
func withoutSegments(data []byte, marker byte) []byte {
	for {
		at := bytes.Index(data, []byte{0xff, marker})
		if at < 0 {
			return data
		}
		end := at + 2 + int(data[at+2])<<8 + int(data[at+3])
		data = slices.Concat(data[:at], data[min(end, len(data)):])
	}
}

// overrun is longer than a request may take, but shorter than two such times.
const overrun = 12 * time.Second

// answered is the answer to a request.
type answered struct {
	response []byte
	reason   Reason
	original Picture
}

// warmHandler is a handler that reads each request's original from a source of
// its own.
type warmHandler struct{ *Handler }

func newWarmHandler() *warmHandler {
	return &warmHandler{New(everything(), ownSource{}, 512<<20, quiet())}
}

// ownSource fetches from the source in the request's context, so that a fetch
// that outlasts its request does not use the next one's.
type ownSource struct{}

func (key ownSource) Open(ctx context.Context, l Location, maxBytes int64) (Body, error) {
	return ctx.Value(key).(Source).Open(ctx, l, maxBytes)
}

func (w *warmHandler) answer(t *testing.T, ctx context.Context, source Source, query string) answered {
	t.Helper()
	response, out, err := w.Handle(context.WithValue(ctx, ownSource{}, source), event(query, "200"))
	if err != nil {
		t.Fatal(err)
	}
	return answered{response, out.Reason, out.Original}
}

// disturb makes w answer a request for an original with a fault, and returns the
// fault.
func (w *warmHandler) disturb(t *testing.T, r *rand.Rand, data []byte, query string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	source := &unreliable{data: data, after: r.IntN(len(data)+1) - 1}
	deeds := map[string]func(ctx context.Context) error{
		"cancelled":  func(context.Context) error { cancel(); return nil },
		"panicking":  func(context.Context) error { panic("the network is on fire") },
		"broken off": func(context.Context) error { return Because(S3Failed, nil) },
		"timed out":  func(ctx context.Context) error { <-ctx.Done(); return Because(S3Timeout, ctx.Err()) },
		// It ignores ctx: it still runs when the answer is out and the next
		// request comes.
		"overrunning": func(context.Context) error { time.Sleep(overrun); return nil },
		"cut off":     nil,
		"corrupt":     nil,
	}
	names := append(slices.Sorted(maps.Keys(deeds)), "corrupt", "corrupt") // corrupt more often
	name := names[r.IntN(len(names))]
	source.happen = deeds[name]
	switch name {
	case "cut off":
		source.data = data[:max(0, source.after)]
	case "corrupt":
		source.data = bytes.Clone(data)
		from := 0
		if at := bytes.Index(data, []byte{0xff, 0xda}); at > 0 && r.IntN(4) > 0 {
			from = at // the first scan of a JPEG
		}
		for range 1 + r.IntN(4) {
			source.data[from+r.IntN(len(data)-from)] ^= 1 << r.IntN(8)
		}
	}
	w.answer(t, ctx, source, query)
	return name
}

// TestWarmHandler checks that thousands of requests in random order leave
// nothing behind, although many originals are corrupt, cut off, cancelled,
// timed out or make the code panic. A good original's answer equals, bit for
// bit, that of a new handler. An original that lacks tables fails as it does
// there.
func TestWarmHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(overrun) // until everything that overran has ended
		good, lacking := warmOriginals(t)
		all := slices.Concat(good, lacking)
		queries := []string{"width=25&height=17", "width=45&height=36", "width=6&height=3", "width=30&height=9&gravity=smart&sharpen=4", "width=20&height=20&fit=pad&dpr=2",
			"width=20&height=20&fit=pad,f00&gravity=top&trim=true", "width=25&height=17&blur=3&quality=50", "width=9&height=17&gravity=smart&trim=true&format=webp"}
		wants := map[string]answered{}
		r := rand.New(rand.NewPCG(9, 10))
		warm := newWarmHandler()
		var lately []string
		met := map[string]int{}
		for range 2000 {
			lately = lately[:0]
			for range r.IntN(3) {
				i := r.IntN(len(good))
				how := warm.disturb(t, r, good[i], queries[r.IntN(len(queries))])
				lately = append(lately, fmt.Sprintf("%d, %s", i, how))
				met[how]++
			}
			i, query := r.IntN(len(all)), queries[r.IntN(len(queries))]
			key := fmt.Sprint(i, query)
			want, ok := wants[key]
			if !ok {
				want = newWarmHandler().answer(t, t.Context(), &unreliable{data: all[i]}, query)
				wants[key] = want
				if resized := want.reason == "" || want.reason == LargerThan; resized != (i < len(good)) {
					t.Errorf("original %d, %s: %q", i, query, want.reason)
				}
			}
			got := warm.answer(t, t.Context(), &unreliable{data: all[i]}, query)
			if got.reason != want.reason || got.original != want.original || !bytes.Equal(got.response, want.response) {
				t.Fatalf("original %d, %s, after %v: another answer, reason %q instead of %q", i, query, lately, got.reason, want.reason)
			}
		}
		for how, n := range met {
			if n < 100 {
				t.Errorf("%s: only %d times", how, n)
			}
		}
		if len(met) != 7 {
			t.Errorf("met %v", met)
		}
	})
}
