package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"maps"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// asPNG returns the pixels of the variant for req as a PNG, or as a GIF's first frame.
func asPNG(t *testing.T, data []byte, req Request) *image.NRGBA {
	t.Helper()
	req.Formats, req.Quality, req.MinQuality = []Format{PNG}, 80, 80
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatalf("%+v: %v", req, err)
	}
	img := decoded(t, v.Data)
	if img.Bounds().Size() != image.Pt(v.Width, v.Height) {
		t.Fatalf("%v, not %dx%d", img.Bounds(), v.Width, v.Height)
	}
	out := image.NewNRGBA(img.Bounds())
	for y := range v.Height {
		for x := range v.Width {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

// behindPixel returns c drawn over a colour.
func behindPixel(c color.NRGBA, behind RGB) color.NRGBA {
	mix := func(v, b uint8) uint8 { return uint8((int(v)*int(c.A) + int(b)*(255-int(c.A)) + 127) / 255) }
	return color.NRGBA{mix(c.R, behind.R), mix(c.G, behind.G), mix(c.B, behind.B), 255}
}

// TestPad: a padded variant is the variant inside the box, in its middle, with the
// background around it and behind what is transparent.
func TestPad(t *testing.T) {
	originals, _ := smallOriginals(t)
	pngs := pictest.PNGs()
	for _, name := range []string{"type 4 of 8 bits", "type 6 of 8 bits", "type 0 of 8 bits"} {
		originals["png "+name] = pngs[name].Bytes()
	}
	for name, data := range originals {
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		if info.Format == GIF {
			continue // has a palette: see TestPadAnimation
		}
		w, h := info.Width, info.Height
		boxes := []image.Point{{w, h / 2}, {w / 3, h}, {w - 1, h}, {w, h - 2}, {w, 1}, {1, h}, {w/2 + 1, h / 2}}
		if w > 100 {
			boxes = []image.Point{{w / 3, h / 5}, {w / 6, h / 3}} // the others take too long
		}
		for _, box := range boxes {
			req := Request{Width: max(1, box.X), Height: max(1, box.Y), Fit: Inside}
			picture := asPNG(t, data, req)
			for _, background := range []*RGB{nil, {255, 255, 255}, {12, 200, 90}, {77, 77, 77}} {
				label := fmt.Sprintf("%s in %v on %v", name, box, background)
				req.Fit, req.Background = Pad, background
				got := asPNG(t, data, req)
				comparePadded(t, label, got, picture, background)
			}
		}
	}
}

// comparePadded compares got with a picture on its background. The last pixels of a
// picture of an odd size share their chroma with the background.
func comparePadded(t *testing.T, label string, got, picture *image.NRGBA, background *RGB) {
	t.Helper()
	size, part := got.Rect.Size(), picture.Rect.Size()
	at := image.Pt(evenHalf(size.X-part.X), evenHalf(size.Y-part.Y))
	for _, room := range []int{2*at.X + part.X - size.X, 2*at.Y + part.Y - size.Y} {
		if room < -2 || room > 2 {
			t.Fatalf("%s: at %v of %v", label, at, size)
		}
	}
	behind := RGB{255, 255, 255}
	if background != nil {
		behind = *background
	}
	tolerance := 2 // of YCbCr
	for y := range size.Y {
		for x := range size.X {
			pt := image.Pt(x, y).Sub(at)
			want := color.NRGBA{behind.R, behind.G, behind.B, 255}
			if background == nil && !picture.Opaque() {
				want = color.NRGBA{}
			}
			if pt.In(picture.Rect) {
				want = picture.NRGBAAt(pt.X, pt.Y)
				if background != nil {
					want = behindPixel(want, behind)
				}
			}
			edge := part.X%2 == 1 && (pt.X == part.X-1 || pt.X == part.X) || part.Y%2 == 1 && (pt.Y == part.Y-1 || pt.Y == part.Y)
			c := got.NRGBAAt(x, y)
			if d := max(absDiff(c.R, want.R), absDiff(c.G, want.G), absDiff(c.B, want.B), absDiff(c.A, want.A)); d > tolerance && want.A > 0 && !edge {
				t.Fatalf("%s: %v at %d, %d, want %v", label, c, x, y, want)
			}
			if c.A != want.A {
				t.Fatalf("%s: %v at %d, %d, want %v", label, c, x, y, want)
			}
		}
	}
}

// TestPadAnimation: every frame has the same padding: transparent if the first frame
// is in part, else white, or the background.
func TestPadAnimation(t *testing.T) {
	white, clear, red := color.NRGBA{255, 255, 255, 255}, color.NRGBA{}, color.NRGBA{200, 0, 0, 255}
	opaque, hole := pictest.Scene(40, 30), pictest.Scene(40, 30)
	for y := 5; y < 20; y++ {
		for x := 5; x < 20; x++ {
			hole.SetNRGBA(x, y, color.NRGBA{})
		}
	}
	for _, tt := range []struct {
		name       string
		data       []byte
		background *RGB
		want       color.NRGBA
	}{
		{"opaque", gifOf(t, opaque, opaque), nil, white},
		{"the second transparent", gifOf(t, opaque, hole), nil, white},
		{"the first transparent", gifOf(t, hole, opaque), nil, clear},
		{"opaque on red", gifOf(t, opaque, opaque), &RGB{200, 0, 0}, red},
		{"transparent on red", gifOf(t, hole, opaque, hole), &RGB{200, 0, 0}, red},
	} {
		for _, format := range []Format{GIF, WebP} {
			req := request(40, 12)
			req.Fit, req.Background, req.Formats = Pad, tt.background, []Format{format}
			v, err := Resize(t.Context(), Bytes(tt.data), req)
			if err != nil {
				t.Fatal(err)
			}
			frames := seenIn(t, v)
			if g, _ := Inspect(t.Context(), Bytes(tt.data)); g.Frames != len(frames) && format == GIF {
				t.Errorf("%s: %d frames", tt.name, len(frames))
			}
			for i, frame := range frames {
				if frame.Rect.Size() != image.Pt(40, 12) {
					t.Fatalf("%s: %v", tt.name, frame.Rect)
				}
				for _, at := range []image.Point{{0, 0}, {39, 11}, {0, 11}, {39, 0}} {
					c := frame.NRGBAAt(at.X, at.Y)
					if c.A != tt.want.A || c.A > 0 && max(absDiff(c.R, tt.want.R), absDiff(c.G, tt.want.G), absDiff(c.B, tt.want.B)) > 8 {
						t.Errorf("%s as %s, frame %d: %v at %v, want %v", tt.name, v.Format, i, c, at, tt.want)
					}
				}
				if tt.background != nil && !frame.Opaque() {
					t.Errorf("%s as %s, frame %d: transparent", tt.name, v.Format, i)
				}
			}
		}
	}
}

// seenIn returns the frames of an animated variant as a viewer sees them.
func seenIn(t *testing.T, v *Variant) (frames []*image.NRGBA) {
	t.Helper()
	if v.Format == GIF {
		if g, err := gif.DecodeAll(bytes.NewReader(v.Data)); err != nil || len(g.Image) == 0 {
			t.Fatal(err)
		}
		frames, _ = pictest.SeenFrames(t, v.Data)
		return frames
	}
	shown, _ := pictest.SeenWebP(t, v.Data)
	for _, s := range shown {
		frames = append(frames, s.Pixels)
	}
	return frames
}

// TestPadUpright: a picture stored turned is padded as the upright one is.
func TestPadUpright(t *testing.T) {
	picture := pictest.Scene(61, 41)
	for _, req := range []Request{
		{Width: 60, Height: 20, Fit: Pad, Background: &RGB{200, 30, 9}}, {Width: 15, Height: 40, Fit: Pad},
		{Width: 30, Height: 41, Fit: Pad, Largest: true}, {Width: 100, Height: 41, Fit: Pad, Largest: true},
	} {
		want := variantPixels(t, planesJPEG(t, picture, false, 1), req)
		for o := 2; o <= 8; o++ {
			got := variantPixels(t, planesJPEG(t, storedAs(picture, o), false, o), req)
			for i, pair := range [][2][]uint8{{got.Y, want.Y}, {got.Cb, want.Cb}, {got.Cr, want.Cr}} {
				if d := farthest(pair[0], pair[1]); d > 12 { // as in TestResizeJPEGUpright
					t.Errorf("%+v, orientation %d: plane %d is off by %d", req, o, i, d)
				}
			}
		}
	}
}

// TestPadMemory: the limit of memory counts the padding.
func TestPadMemory(t *testing.T) {
	data := pictest.PNG(t, pictest.Scene(800, 400))
	need := func(width, height int, fit Fit) int64 {
		req := request(width, height)
		req.Fit, req.Limits.Memory = fit, 1
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) {
			t.Fatal(err)
		}
		return limit.Got
	}
	if padded, plain := need(800, 20, Pad), need(40, 20, Fill); padded < plain+4*800*20 {
		t.Errorf("%d bytes for a padded picture, %d for it alone", padded, plain)
	}
}

// TestPadOnePixel: the smallest pictures and boxes are padded too.
func TestPadOnePixel(t *testing.T) {
	one := pictest.Scene(1, 1)
	for name, data := range map[string][]byte{
		"PNG": pictest.PNG(t, one), "JPEG": pictest.JPEG(t, one), "GIF": gifOf(t, one), "half chroma": planesJPEG(t, one, true, 1),
	} {
		req := request(7, 3)
		req.Fit, req.Largest, req.Background = Pad, true, &RGB{1, 2, 3}
		v, err := Resize(t.Context(), Bytes(data), req)
		if err != nil || v.Width != 1 || v.Height != 1 {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	for name, data := range map[string][]byte{
		"PNG": pictest.PNG(t, pictest.Scene(9, 9)), "JPEG": planesJPEG(t, pictest.Scene(9, 9), true, 1), "GIF": gifOf(t, pictest.Scene(9, 9)),
	} {
		for _, box := range []image.Point{{9, 1}, {1, 9}, {9, 2}, {2, 9}, {9, 8}, {8, 9}} {
			req := request(box.X, box.Y)
			req.Fit, req.Background = Pad, &RGB{200, 2, 3}
			v, err := Resize(t.Context(), Bytes(data), req)
			if err != nil || decoded(t, v.Data).Bounds().Size() != box {
				t.Errorf("%s in %v: %v", name, box, err)
			}
		}
	}
}

// TestEvenHalf: the even number nearest to the half leaves room on both sides.
func TestEvenHalf(t *testing.T) {
	for n := range 1000 {
		if v := evenHalf(n); v%2 != 0 || v > n || 2*v-n > 2 || n-2*v > 2 {
			t.Errorf("%d of %d", v, n)
		}
	}
}

// TestLateOrientationPadded: an orientation behind the pixels has the same effect as
// one before them on scaled, largest, padded and focused variants.
func TestLateOrientationPadded(t *testing.T) {
	plain := pictest.PNG(t, pictest.Scene(60, 40))
	const header, end = 33, 12 // IHDR and what is before it, IEND
	focus := &Focus{0.9, 0.2}
	for name, req := range map[string]Request{
		"scaled":               {Width: 25, Height: 20, Fit: Cover, Scale: 2},
		"scaled, larger first": {Width: 25, Height: 45, Fit: Cover, Scale: 2},
		"largest":              {Width: 100, Height: 50, Fit: Cover, Largest: true},
		"largest, same size":   {Width: 60, Height: 40, Fit: Cover, Largest: true},
		"padded":               {Width: 50, Height: 39, Fit: Pad},
		"padded, larger first": {Width: 30, Height: 59, Fit: Pad},
		"focused":              {Width: 10, Height: 39, Fit: Cover, Focus: focus},
	} {
		req.Quality, req.MinQuality = 80, 40
		for orientation := uint16(2); orientation <= 8; orientation++ {
			exif := pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.LittleEndian, orientation))
			early := slices.Concat(plain[:header], exif, plain[header:])
			late := slices.Concat(plain[:len(plain)-end], exif, plain[len(plain)-end:])
			want, wantErr := Resize(t.Context(), Bytes(early), req)
			got, err := Resize(t.Context(), Bytes(late), req)
			if message(err) != message(wantErr) {
				t.Fatalf("%s, orientation %d: %v, want %v", name, orientation, err, wantErr)
			}
			if err == nil && (!bytes.Equal(got.Data, want.Data) || got.Focus != want.Focus) {
				t.Errorf("%s, orientation %d: another variant", name, orientation)
			}
		}
	}
}

// TestResizerPadded: what is kept between pictures changes no padded variant.
func TestResizerPadded(t *testing.T) {
	originals, _ := smallOriginals(t)
	var used Resizer
	for range 2 {
		for _, name := range slices.Sorted(maps.Keys(originals)) {
			data := originals[name]
			info, err := Inspect(t.Context(), Bytes(data))
			if err != nil {
				t.Fatal(err)
			}
			for _, req := range []Request{
				{Width: info.Width, Height: (info.Height + 1) / 2, Fit: Pad},
				{Width: info.Width, Height: (info.Height + 1) / 2, Fit: Pad, Background: &RGB{10, 200, 90}},
				{Width: info.Width, Height: info.Height, Fit: Fill, Largest: true},
				{Width: (info.Width + 3) / 4, Height: (info.Height + 1) / 2, Fit: Cover, Focus: &Focus{1, 0.3}},
			} {
				req.Quality, req.MinQuality = 80, 40
				v, err := Resize(t.Context(), Bytes(data), req)
				(&made{name, data, req, v, err}).check(t, &used)
			}
		}
	}
}

// TestPadRaster: what comes from planes is not shared with the resampler.
func TestPadRaster(t *testing.T) {
	p := &padder{canvas: canvas{size: image.Pt(9, 7)}}
	planes := (&pic.Raster{Pixels: pictest.Scene(5, 7)}).YCbCr()
	out := p.raster(&pic.Raster{Planes: planes})
	if out.Size() != image.Pt(9, 7) || out.Whole() || len(out.Planes) != 3 || out.Planes[1].Width != 5 || out.Planes[1].Height != 4 {
		t.Fatalf("%+v", out)
	}
	before := bytes.Clone(out.Planes[0].Pix)
	clear(planes[0].Pix)
	if !bytes.Equal(out.Planes[0].Pix, before) {
		t.Error("samples are shared")
	}
}
