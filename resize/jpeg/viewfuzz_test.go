package jpeg

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// FuzzView opens, plans and decodes any view of a picture. Errors must have the
// types that the rooms share, the frame must be as planned, and what is left out
// of decoding must not show.
func FuzzView(f *testing.F) {
	for i, p := range []picture{
		{components: samplingGray, adobe: -1},
		{components: sampling420, adobe: -1},
		{components: sampling420, adobe: -1, progressive: true, restart: 3},
		{components: components("31 12 11"), adobe: 0},
		{components: components("11 11 11 11"), adobe: 0},
		{components: components("22 11 11 22"), adobe: 2, progressive: true},
		{components: components("14 21 11 12"), adobe: 2},
	} {
		p.width, p.height = 90+i, 70-i
		f.Add(p.encode(testSampler), uint64(i))
	}
	for _, file := range []string{"testdata/cmyk.jpg", "testdata/cmyk-icc.jpg", "../../testdata/originals/jpeg-ycck-adobe.jpg"} {
		if data, err := os.ReadFile(filepath.FromSlash(file)); err == nil {
			f.Add(data, uint64(len(data)))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		opened, err := Open(t.Context(), pic.Bytes(data))
		if err != nil {
			checkShared(t, err)
			return
		}
		h := opened.Header()
		if h.Width*h.Height > 1<<16 {
			return
		}
		checkView(t, opened.(*original), randomView(seed, h.Width, h.Height))
	})
}

// checkShared fails unless err says what is wrong with a file.
func checkShared(t *testing.T, err error) {
	t.Helper()
	var unsupported pic.UnsupportedError
	var format *pic.FormatError
	if !errors.As(err, &unsupported) && !errors.As(err, &format) {
		t.Fatalf("error %v of type %T", err, err)
	}
}

// randomView returns a part of w × h pixels and a size that is not larger.
func randomView(seed uint64, w, h int) pic.View {
	r := random(seed)
	side := func(n int) (from, to float64, size int) {
		a, b := r.float()*float64(n), r.float()*float64(n)
		if r.intn(3) == 0 {
			a, b = 0, float64(n)
		}
		from, to = min(a, b), max(a, b)
		if to-from < 1 {
			from, to = 0, float64(n)
		}
		return from, to, 1 + r.intn(int(to-from))
	}
	var v pic.View
	v.Window.X0, v.Window.X1, v.Width = side(w)
	v.Window.Y0, v.Window.Y1, v.Height = side(h)
	return v
}

// checkView runs the check of FuzzView.
func checkView(t *testing.T, o *original, v pic.View) {
	t.Helper()
	decoding, err := o.Plan(v)
	if err != nil {
		t.Fatal(err)
	}
	var got *pic.Raster
	frames := 0
	for frame, err := range decoding.Frames(context.Background(), new(pic.Buffers)) {
		if err != nil {
			checkShared(t, err)
			return
		}
		frames++
		checkShape(t, "planned", decoding.Shape, frame.Planes)
		got = resampled(t, frame, v)
	}
	if frames != 1 {
		t.Fatalf("%d frames", frames)
	}
	if !got.Opaque() || got.Size() != image.Pt(v.Width, v.Height) {
		t.Fatalf("%v pixels, want %dx%d; opaque %v", got.Size(), v.Width, v.Height, got.Opaque())
	}
	options := optionsFor(&o.header, v)
	options.Region = image.Rectangle{}
	whole, err := o.frame(context.Background(), new(decoder), options)
	if err != nil {
		checkShared(t, err)
		return
	}
	if want := resampled(t, whole, v); !sameRaster(got, want) {
		t.Fatalf("%+v: other pixels than of the whole picture", v)
	}
}

// TestRandomViews runs FuzzView's check on random pictures and views.
func TestRandomViews(t *testing.T) {
	for seed := range uint64(60) {
		s := randomScripted(seed, 30+int(seed*37%150), 30+int(seed*53%120), false)
		for i, data := range [][]byte{s.baseline, s.progressive} {
			o := open(t, data)
			for n := range uint64(6) {
				checkView(t, o, randomView(seed<<8|n<<1|uint64(i), s.width, s.height))
			}
		}
	}
}
