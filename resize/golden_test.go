package resize_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

var update = flag.Bool("update", false, "rewrite the files of testdata/golden, and testdata/variants.txt")

// tolerance is how far a variant may be from its golden: the mean and the maximum of
// the absolute differences of 8-bit samples with the alpha multiplied in. It permits
// another way of rounding, but no shift, wrong profile or wrong crop.
var tolerance = map[resize.Format]struct{ mean, max float64 }{
	resize.PNG:  {0.4, 6},
	resize.JPEG: {1.0, 24},
	resize.GIF:  {1.0, 40}, // another palette shows at single pixels
	resize.WebP: {1.0, 24},
}

// extension is the extension of golden files by format.
var extension = map[resize.Format]string{resize.JPEG: "jpg", resize.PNG: "png", resize.GIF: "gif", resize.WebP: "webp"}

func goldenName(o original, r request) string {
	return fmt.Sprintf("%s.%s.%s", o.name, r, extension[o.out])
}

func TestGolden(t *testing.T) {
	for _, o := range originals {
		t.Run(o.name, func(t *testing.T) {
			data := read(t, o.name)
			if info, err := resize.Inspect(context.Background(), resize.Bytes(data)); err != nil || info != o.info {
				t.Errorf("Inspect = %v, %v; want %v", info, err, o.info)
			}
			for _, r := range o.requests {
				v, err := resize.Resize(context.Background(), resize.Bytes(data), r.with(80))
				if err != nil {
					t.Fatalf("%s: %v", r, err)
				}
				compareGolden(t, o, r, v)
				checkShape(t, o, r, v)
				checkFrames(t, o, data, v)
				checkMetadata(t, o, data, v)
				checkColours(t, o, v)
			}
		})
	}
}

// compareGolden fails the test, and saves the variant, if that differs from its golden.
// With -update it writes the golden instead.
func compareGolden(t *testing.T, o original, r request, v *resize.Variant) {
	t.Helper()
	name := goldenName(o, r)
	path := filepath.Join(goldenDir, name)
	if *update {
		write(t, path, v.Data)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./resize -run Golden -update writes it)", err)
	}
	if err := differs(t, o.out, v.Data, want); err != nil {
		failed := filepath.Join(failedDir, name)
		write(t, failed, v.Data)
		t.Errorf("%s: %v; see %s beside %s", r, err, failed, path)
	}
}

// differs returns an error if a variant differs from its golden beyond the tolerance.
func differs(t *testing.T, f resize.Format, got, want []byte) error {
	t.Helper()
	gots, wants := seen(t, f, got), seen(t, f, want)
	if len(gots) != len(wants) {
		return fmt.Errorf("%d frames, want %d", len(gots), len(wants))
	}
	for i := range wants {
		mean, most, err := difference(gots[i], wants[i])
		if err != nil {
			return fmt.Errorf("frame %d: %w", i, err)
		}
		if tol := tolerance[f]; mean > tol.mean || most > tol.max {
			return fmt.Errorf("frame %d: off by %.2f in the mean and %.0f at most; allowed %v and %v", i, mean, most, tol.mean, tol.max)
		}
	}
	return nil
}

// difference returns the mean and the largest absolute difference of samples.
func difference(a, b image.Image) (mean, most float64, err error) {
	if a.Bounds() != b.Bounds() {
		return 0, 0, fmt.Errorf("%v; want %v", a.Bounds(), b.Bounds())
	}
	p, q := pixels(a), pixels(b)
	for i := range p {
		d := float64(p[i]) - float64(q[i])
		d = max(d, -d)
		mean += d / float64(len(p))
		most = max(most, d)
	}
	return mean, most, nil
}

// pixels returns a picture as 8-bit samples with the alpha multiplied in, so that the
// colours of transparent pixels do not count.
func pixels(img image.Image) []byte {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out.Pix
}

// seen returns what a viewer of a variant sees, frame by frame. Of WebPs it takes only
// animated ones.
func seen(t *testing.T, f resize.Format, data []byte) []image.Image {
	t.Helper()
	var images []image.Image
	switch f {
	case resize.GIF:
		return composed(decodeGIF(t, data))
	case resize.WebP:
		frames, _ := pictest.SeenWebP(t, data)
		for _, f := range frames {
			images = append(images, f.Pixels)
		}
	default:
		images = append(images, decode(t, data))
	}
	return images
}

// composed returns what a viewer of a GIF sees while each frame is shown (GIF89a,
// section 23; a frame restored to background leaves it clear, as in browsers).
func composed(g *gif.GIF) []image.Image {
	canvas := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	frames := []image.Image{}
	for i, frame := range g.Image {
		before := copyOf(canvas)
		draw.Draw(canvas, frame.Rect, frame, frame.Rect.Min, draw.Over)
		frames = append(frames, copyOf(canvas))
		switch g.Disposal[i] {
		case gif.DisposalBackground:
			draw.Draw(canvas, frame.Rect, image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			canvas = before
		}
	}
	return frames
}

func copyOf(img *image.RGBA) *image.RGBA {
	c := *img
	c.Pix = bytes.Clone(img.Pix)
	return &c
}

// checkShape checks the size and the format.
func checkShape(t *testing.T, o original, r request, v *resize.Variant) {
	t.Helper()
	size, format := seen(t, v.Format, v.Data)[0].Bounds().Size(), string(v.Format)
	if format != string(resize.WebP) {
		var err error
		if _, format, err = image.DecodeConfig(bytes.NewReader(v.Data)); err != nil {
			t.Fatalf("%s: %v", r, err)
		}
	}
	w, h := wantSize(o, r)
	if size != image.Pt(w, h) || v.Width != w || v.Height != h {
		t.Errorf("%s: %v that says %dx%d, want %dx%d", r, size, v.Width, v.Height, w, h)
	}
	if format != string(o.out) || v.Format != o.out {
		t.Errorf("%s: %s that says %s, want %s", r, format, v.Format, o.out)
	}
}

// checkFrames checks that an animation moves as its original does.
func checkFrames(t *testing.T, o original, data []byte, v *resize.Variant) {
	t.Helper()
	switch o.out {
	case resize.WebP:
		checkWebPFrames(t, data, v)
		return
	case resize.GIF:
	default:
		return
	}
	got, want := decodeGIF(t, v.Data), decodeGIF(t, data)
	if len(got.Image) != o.info.Frames || !slices.Equal(got.Delay, want.Delay) || got.LoopCount != want.LoopCount {
		t.Errorf("%d frames, delays %v, loop count %d; want %d, %v, %d",
			len(got.Image), got.Delay, got.LoopCount, o.info.Frames, want.Delay, want.LoopCount)
	}
}

// checkWebPFrames does what checkFrames does for an animated WebP made from an animated
// WebP. Frames that look the same may be merged.
func checkWebPFrames(t *testing.T, data []byte, v *resize.Variant) {
	t.Helper()
	length := func(frames []pictest.Shown) (sum int) {
		for _, f := range frames {
			sum += f.Delay
		}
		return sum
	}
	got, plays := pictest.SeenWebP(t, v.Data)
	want, wantPlays := pictest.SeenWebP(t, data)
	if len(got) < 2 || len(got) > len(want) || length(got) != length(want) || plays != wantPlays {
		t.Errorf("%d frames in %d ms, played %d times; want %d, %d ms, %d times", len(got), length(got), plays, len(want), length(want), wantPlays)
	}
}

// wantSize returns the size of a variant, from the definition of its fit.
func wantSize(o original, r request) (w, h int) {
	ratio := float64(o.info.Width) / float64(o.info.Height)
	w, h = r.width, r.height
	if r.fit != resize.Inside {
		return w, h
	}
	if w == 0 || h != 0 && float64(w) > float64(h)*ratio {
		return int(float64(h)*ratio + 0.5), h
	}
	return w, int(float64(w)/ratio + 0.5)
}

// checkColours checks that gray stays gray and opaque stays opaque, in the kind of file
// as well as in the pixels.
func checkColours(t *testing.T, o original, v *resize.Variant) {
	t.Helper()
	images := seen(t, o.out, v.Data)
	opaque := true
	for _, img := range images {
		opaque = opaque && img.(interface{ Opaque() bool }).Opaque()
	}
	if opaque == o.alpha {
		t.Errorf("opaque = %v, want %v", opaque, !o.alpha)
	}
	if o.gray && !isGray(images[0]) {
		t.Error("a gray picture has got colours")
	}
	switch o.out {
	case resize.JPEG:
		if _, ok := images[0].(*image.Gray); ok != o.gray {
			t.Errorf("a JPEG of one component: %v, want %v", ok, o.gray)
		}
	case resize.PNG:
		// PNG specification, 11.2.1: 0 gray, 2 RGB, 3 palette, 4 and 6 the
		// first two with alpha.
		switch kind := v.Data[25]; {
		case !o.alpha && kind >= 4, o.gray && (kind == 2 || kind == 6):
			t.Errorf("PNG of colour type %d for gray %v, alpha %v", kind, o.gray, o.alpha)
		}
	}
}

func isGray(img image.Image) bool {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if c.A > 0 && (c.R != c.G || c.G != c.B) {
				return false
			}
		}
	}
	return true
}

// TestRefused asks for variants large enough to need all of an original.
func TestRefused(t *testing.T) {
	for name, fits := range refused {
		t.Run(name, func(t *testing.T) {
			v, err := resize.Resize(context.Background(), resize.Bytes(read(t, name)), request{100, 75, resize.Cover}.with(80))
			if v != nil || !fits(err) {
				t.Errorf("Resize gives a variant: %v; error %T: %v", v != nil, err, err)
			}
		})
	}
}

// TestFixturesComplete checks that the tables name every original and that every golden
// belongs to one.
func TestFixturesComplete(t *testing.T) {
	var names, goldens []string
	for _, o := range originals {
		names = append(names, o.name)
		for _, r := range o.requests {
			goldens = append(goldens, goldenName(o, r))
		}
	}
	for name := range refused {
		names = append(names, name)
	}
	for dir, want := range map[string][]string{originalsDir: names, goldenDir: goldens} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s holds\n%q, the tests know\n%q", dir, got, want)
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
