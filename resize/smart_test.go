package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// smartly returns req with Smart.
func smartly(req Request) Request {
	req.Smart = true
	return req
}

// dotted returns a picture of w × h pixels with a bright dot on plain ground around x, y.
func dotted(w, h, x, y int) *image.NRGBA {
	return pictest.Drawn(w, h, func(px, py int) color.NRGBA {
		if math.Hypot(float64(px-x), float64(py-y)) < float64(min(w, h))/8 {
			return color.NRGBA{240, 120, uint8(20 + (px*py)%80), 255}
		}
		return color.NRGBA{uint8(60 + px%3), 80, uint8(90 + py%3), 255}
	})
}

// dottedOriginals returns the dotted picture in every format that is read.
func dottedOriginals(t *testing.T, w, h, x, y int) map[string][]byte {
	t.Helper()
	img := dotted(w, h, x, y)
	var b, tiffs bytes.Buffer
	if err := bmp.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := tiff.Encode(&tiffs, img, nil); err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{
		"JPEG": pictest.JPEG(t, img), "JPEG 4:4:4": planesJPEG(t, img, false, 1),
		"PNG": pictest.PNG(t, img), "BMP": b.Bytes(), "TIFF": tiffs.Bytes(),
		"GIF": gifOf(t, img), "animated GIF": gifOf(t, img, dotted(w, h, w/2, h/2), dotted(w, h, 0, 0)),
	}
	for name, still := range map[string]*pic.Raster{"WebP": {Planes: (&pic.Raster{Pixels: img}).YCbCr()}, "lossless WebP": {Pixels: img}} {
		all[name] = webpOf(t, still)
	}
	return all
}

// webpOf encodes a raster as a WebP: a lossy one if it has planes.
func webpOf(t *testing.T, r *pic.Raster) []byte {
	t.Helper()
	room, _ := formats.writer(WebP, pic.Header{Frames: 1})
	s := pic.Sequence{Header: pic.Header{Frames: 1, Lossless: r.Planes == nil}, Width: r.Size().X, Height: r.Size().Y}
	s.Frames = func(yield func(*pic.Raster, error) bool) { yield(r, nil) }
	encoded, err := room.encoder.Encode(t.Context(), new(pic.Buffers), s, pic.Budget{Quality: 95, MinQuality: 95, Last: true})
	if err != nil {
		t.Fatal(err)
	}
	return encoded.Data
}

// TestSmartFindsSubject: the crop of a picture in any format is where its subject is,
// along either axis.
func TestSmartFindsSubject(t *testing.T) {
	for _, at := range []image.Point{{200, 40}, {35, 120}} {
		for name, data := range dottedOriginals(t, 240, 160, at.X, at.Y) {
			for _, size := range []image.Point{{50, 50}, {160, 20}, {20, 90}} {
				v, err := Resize(t.Context(), Bytes(data), smartly(request(size.X, size.Y)))
				if err != nil {
					t.Fatal(name, err)
				}
				x, y := 240*v.Focus.X, 160*v.Focus.Y
				scale := min(240/float64(size.X), 160/float64(size.Y))
				reachX, reachY := scale*float64(size.X)/2, scale*float64(size.Y)/2
				if math.Abs(x-float64(at.X)) > reachX || math.Abs(y-float64(at.Y)) > reachY {
					t.Errorf("%s to %v: the centre of the crop is %.0f, %.0f, the subject at %v", name, size, x, y, at)
				}
				if x < reachX-2*scale || x > 240-reachX+2*scale || y < reachY-2*scale || y > 160-reachY+2*scale {
					t.Errorf("%s to %v: the crop around %.0f, %.0f is not in the picture", name, size, x, y)
				}
			}
		}
	}
}

// TestSmartIsFocus: a smart crop of any original shows the same as one around the focus
// that the variant names. It fails only as the centre does.
func TestSmartIsFocus(t *testing.T) {
	moved := map[Format]int{}
	for name, data := range memoryOriginals(t) {
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil || info.Width < 8 || info.Height < 8 || info.Width > 2000 {
			continue
		}
		for _, req := range []Request{request(info.Width/3, info.Height*5/6), request(info.Width*2/3, info.Height/4), request(info.Width/8, info.Height/8)} {
			req.Quality, req.MinQuality = 100, 100
			label := fmt.Sprintf("%s to %dx%d", name, req.Width, req.Height)
			centre, centreErr := Resize(t.Context(), Bytes(data), req)
			v, err := Resize(t.Context(), Bytes(data), smartly(req))
			if message(err) != message(centreErr) {
				t.Errorf("%s: %v, %v of the centre", label, err, centreErr)
			}
			if err != nil || centreErr != nil {
				continue
			}
			if v.Focus != centre.Focus {
				moved[info.Format]++
			}
			req.Focus = &v.Focus
			around, err := Resize(t.Context(), Bytes(data), req)
			if err != nil {
				t.Fatal(label, err)
			}
			if math.Hypot(around.Focus.X-v.Focus.X, around.Focus.Y-v.Focus.Y) > 1e-6 {
				t.Errorf("%s: %v became %v", label, v.Focus, around.Focus)
			}
			if info.Frames > 1 {
				if !bytes.Equal(v.Data, around.Data) {
					t.Errorf("%s: an animation of other bytes", label)
				}
				continue
			}
			if v.Format != around.Format || info.Format == GIF {
				continue // palettes make too much of small differences
			}
			if d := pictest.MaxDiff(t, decoded(t, v.Data), decoded(t, around.Data)); d > 24 {
				t.Errorf("%s: off by %d", label, d)
			}
		}
	}
	for _, f := range []Format{JPEG, PNG, WebP, TIFF} {
		if moved[f] == 0 {
			t.Errorf("no %s is cropped elsewhere than in the centre", f)
		}
	}
}

// TestSmartUpright: a picture stored turned gives the same crop as the upright one, also
// if its orientation follows the pixels.
func TestSmartUpright(t *testing.T) {
	picture := dotted(180, 120, 150, 30)
	for _, req := range []Request{smartly(request(40, 60)), smartly(request(100, 21)), smartly(request(31, 30))} {
		want, err := Resize(t.Context(), Bytes(pictest.PNG(t, picture)), req)
		if err != nil {
			t.Fatal(err)
		}
		lossy, err := Resize(t.Context(), Bytes(planesJPEG(t, picture, true, 1)), req)
		if err != nil {
			t.Fatal(err)
		}
		for o := 2; o <= 8; o++ {
			plain := pictest.PNG(t, storedAs(picture, o))
			exif := pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.BigEndian, uint16(o)))
			const end = 12 // bytes of the last chunk
			late := slices.Concat(plain[:len(plain)-end], exif, plain[len(plain)-end:])
			v, err := Resize(t.Context(), Bytes(late), req)
			if err != nil || v.Focus != want.Focus {
				t.Fatalf("PNG of orientation %d: %v around %v, want %v", o, err, v.Focus, want.Focus)
			}
			if d := pictest.MaxDiff(t, decoded(t, v.Data), decoded(t, want.Data)); d > 2 {
				t.Errorf("PNG of orientation %d: off by %d", o, d)
			}
			v, err = Resize(t.Context(), Bytes(planesJPEG(t, storedAs(picture, o), true, o)), req)
			if err != nil || v.Focus != lossy.Focus {
				t.Errorf("JPEG of orientation %d: %v around %v, want %v", o, err, v.Focus, lossy.Focus)
			}
		}
	}
}

// TestSmartWithoutChoice: where a picture is not cropped, or shows nothing in particular,
// Smart changes nothing.
func TestSmartWithoutChoice(t *testing.T) {
	plain := pictest.Drawn(200, 100, func(int, int) color.NRGBA { return color.NRGBA{90, 120, 60, 255} })
	for name, tt := range map[string]struct {
		picture *image.NRGBA
		req     Request
	}{
		"same shape": {dotted(200, 100, 170, 50), request(100, 50)},
		"one side":   {dotted(200, 100, 170, 50), request(0, 50)},
		"stretched":  {dotted(200, 100, 170, 50), Request{Width: 50, Height: 50, Fit: Fill, Quality: 80, MinQuality: 40}},
		"inside":     {dotted(200, 100, 170, 50), Request{Width: 50, Height: 50, Fit: Inside, Quality: 80, MinQuality: 40}},
		"padded":     {dotted(200, 100, 170, 50), Request{Width: 50, Height: 50, Fit: Pad, Quality: 80, MinQuality: 40}},
		"plain":      {plain, request(50, 50)},
		"focus":      {dotted(200, 100, 170, 50), Request{Width: 50, Height: 50, Fit: Cover, Focus: &Focus{0.1, 0.5}, Quality: 80, MinQuality: 40}},
	} {
		for kind, data := range map[string][]byte{"JPEG": pictest.JPEG(t, tt.picture), "PNG": pictest.PNG(t, tt.picture), "GIF": gifOf(t, tt.picture, tt.picture)} {
			want, err := Resize(t.Context(), Bytes(data), tt.req)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Resize(t.Context(), Bytes(data), smartly(tt.req))
			if err != nil || !bytes.Equal(got.Data, want.Data) || got.Focus != want.Focus {
				t.Errorf("%s, %s: %v, or another variant", kind, name, err)
			}
		}
	}
}

// TestSmartTrimmed: without its border a picture is cropped as if it had none, in every
// orientation.
func TestSmartTrimmed(t *testing.T) {
	picture := dotted(180, 120, 150, 30)
	for y := range 120 {
		picture.SetNRGBA(0, y, color.NRGBA{200, 30, 90, 255}) // what the border must not be taken to be
		picture.SetNRGBA(179, y, color.NRGBA{30, 200, 90, 255})
	}
	framed := pictest.Drawn(240, 200, func(x, y int) color.NRGBA {
		if at := image.Pt(x-20, y-50); at.In(picture.Rect) {
			return picture.NRGBAAt(at.X, at.Y)
		}
		return color.NRGBA{255, 255, 255, 255}
	})
	for _, req := range []Request{smartly(request(40, 60)), smartly(request(100, 21))} {
		req.Formats = []Format{PNG}
		want, err := Resize(t.Context(), Bytes(pictest.PNG(t, picture)), req)
		if err != nil {
			t.Fatal(err)
		}
		req.Trim = true
		for o := 1; o <= 8; o++ {
			v, err := Resize(t.Context(), Bytes(planesJPEG(t, storedAs(framed, o), false, o)), req)
			if err != nil || math.Hypot(v.Focus.X-want.Focus.X, v.Focus.Y-want.Focus.Y) > 0.03 {
				t.Fatalf("JPEG of orientation %d: %v around %v, want %v", o, err, v.Focus, want.Focus)
			}
		}
		v, err := Resize(t.Context(), Bytes(pictest.PNG(t, framed)), req)
		if err != nil || v.Focus != want.Focus || pictest.MaxDiff(t, decoded(t, v.Data), decoded(t, want.Data)) > 1 {
			t.Errorf("PNG: %v around %v, want %v", err, v.Focus, want.Focus)
		}
	}
}

// TestSmartWithinMemory: if only the centre is within the limit of memory, it is shown.
func TestSmartWithinMemory(t *testing.T) {
	for kind, data := range map[string][]byte{"JPEG": pictest.JPEG(t, dotted(3000, 100, 2500, 50)), "PNG": pictest.PNG(t, dotted(3000, 100, 2500, 50))} {
		req := request(90, 90)
		req.Limits.Memory = 1
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) {
			t.Fatal(err)
		}
		req.Limits.Memory = limit.Got
		v, err := Resize(t.Context(), Bytes(data), smartly(req))
		if err != nil || v.Focus != (Focus{0.5, 0.5}) {
			t.Errorf("%s: %v, %+v", kind, err, v)
		}
		req.Limits.Memory = 0
		if v, err = Resize(t.Context(), Bytes(data), smartly(req)); err != nil || v.Focus.X < 0.8 {
			t.Errorf("%s: %v, %+v", kind, err, v)
		}
	}
}

// TestSmartAnyOrder: a smart variant depends neither on those made before nor on how the
// original arrives.
func TestSmartAnyOrder(t *testing.T) {
	whole, _ := smallOriginals(t)
	maps.Copy(whole, dottedOriginals(t, 60, 44, 50, 12))
	names := slices.Sorted(maps.Keys(whole))
	r := rand.New(rand.NewPCG(9, 10))
	var used Resizer
	for range 300 {
		data := whole[names[r.IntN(len(names))]]
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		req := smartly(request(1+r.IntN(info.Width), 1+r.IntN(info.Height)))
		req.Formats = [][]Format{nil, {WebP}, {PNG}}[r.IntN(3)]
		want, wantErr := Resize(t.Context(), Bytes(data), req)
		disturb(t, &used, data, req, r)
		got, err := resizeWith(&used, t.Context(), &pictest.Pieces{Data: data, Size: func() int { return 1 + r.IntN(500) }}, req)
		if message(err) != message(wantErr) {
			t.Fatalf("%+v: %v, want %v", req, err, wantErr)
		}
		if err != nil {
			continue
		}
		if !bytes.Equal(got.Data, want.Data) || got.Focus != want.Focus {
			t.Fatalf("%+v: another variant", req)
		}
		if !got.Focus.valid() || got.Width != req.Width || got.Height != req.Height {
			t.Fatalf("%+v", got)
		}
	}
}

// TestSmartNarrow: pictures of one pixel across are cropped along the other side.
func TestSmartNarrow(t *testing.T) {
	for _, size := range []image.Point{{1, 400}, {400, 1}, {2, 301}, {1, 2}, {3, 1}, {1, 1}} {
		img := dotted(size.X, size.Y, size.X*3/4, size.Y*3/4)
		for kind, data := range map[string][]byte{"JPEG": pictest.JPEG(t, img), "PNG": pictest.PNG(t, img), "GIF": gifOf(t, img, img)} {
			v, err := Resize(t.Context(), Bytes(data), smartly(Request{Width: 1, Height: 1, Fit: Cover, Largest: true, Quality: 80, MinQuality: 80}))
			if err != nil || v.Width != 1 || v.Height != 1 || !v.Focus.valid() {
				t.Errorf("%s of %v: %v, %+v", kind, size, err, v)
			}
		}
	}
}
