package resize

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// randomRaster returns a raster of noise: gray, planes of 4:2:0 or 4:4:4, pixels, or
// pixels with alpha.
func randomRaster(random *rand.Rand, kind, w, h int) *pic.Raster {
	noise := func(w, h int) plane.Plane {
		p := plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
		for i := range p.Pix {
			p.Pix[i] = uint8(random.IntN(256))
		}
		return p
	}
	switch kind {
	case 0:
		return &pic.Raster{Planes: []plane.Plane{noise(w, h)}, Colour: pic.Colour{Gray: true}}
	case 1:
		return &pic.Raster{Planes: []plane.Plane{noise(w, h), noise((w+1)/2, (h+1)/2), noise((w+1)/2, (h+1)/2)}}
	case 2:
		return &pic.Raster{Planes: []plane.Plane{noise(w, h), noise(w, h), noise(w, h)}}
	}
	img := &image.NRGBA{Pix: noise(4*w, h).Pix, Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
	if kind == 3 {
		for i := 3; i < len(img.Pix); i += 4 {
			img.Pix[i] = 255
		}
	}
	return &pic.Raster{Pixels: img}
}

// copied returns a copy of r.
func copied(r *pic.Raster) *pic.Raster {
	c := *r
	if r.Pixels != nil {
		c.Pixels = pictest.Copy(r.Pixels)
	}
	c.Planes = slices.Clone(r.Planes)
	for i := range c.Planes {
		c.Planes[i].Pix = slices.Clone(c.Planes[i].Pix)
	}
	return &c
}

// means returns the mean of each plane; or of each channel of pixels, colours times
// their alpha.
func means(r *pic.Raster) (means []float64) {
	for _, p := range r.Planes {
		sum := 0.0
		for _, v := range p.Pix {
			sum += float64(v)
		}
		means = append(means, sum/float64(len(p.Pix)))
	}
	if r.Planes != nil {
		return means
	}
	means = make([]float64, 4)
	n := float64(len(r.Pixels.Pix) / 4)
	for i := 0; i < len(r.Pixels.Pix); i += 4 {
		alpha := float64(r.Pixels.Pix[i+3])
		for c := range 3 {
			means[c] += alpha * float64(r.Pixels.Pix[i+c]) / 255 / n
		}
		means[3] += alpha / n
	}
	return means
}

// TestEffects: no effect changes a raster's size or kind, no effects change nothing,
// sharpening keeps alpha and chroma, and a blur keeps the mean colour.
func TestEffects(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for i := range 400 {
		r := randomRaster(random, i%5, 1+random.IntN(40), 1+random.IntN(40))
		if i < 5 {
			r = randomRaster(random, i, 1, 1)
		}
		e := effects{blur: max(0, random.IntN(8)-3), sharpen: max(0, random.IntN(14)-3)}
		if i%50 == 0 {
			e.blur = mostBlur
		}
		was := copied(r)
		if err := e.apply(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if r.Size() != was.Size() || r.Whole() != was.Whole() || len(r.Planes) != len(was.Planes) {
			t.Fatalf("%+v changes %v to %v", e, was.Size(), r.Size())
		}
		same := func(a, b plane.Plane) bool { return bytes.Equal(a.Pix, b.Pix) }
		switch {
		case e.blur > 0:
			before, after := means(was), means(r)
			for c := range before {
				limit := 1.5
				if e.sharpen > 0 {
					limit = 12
				}
				if math.Abs(before[c]-after[c]) > limit {
					t.Errorf("%+v of kind %d, %v: mean %.1f becomes %.1f", e, i%5, r.Size(), before, after)
				}
			}
		case r.Planes != nil:
			if !slices.EqualFunc(r.Planes[1:], was.Planes[1:], same) || e.sharpen == 0 && !same(r.Planes[0], was.Planes[0]) {
				t.Errorf("%+v changes planes that it should not", e)
			}
		default:
			if !same(r.Alpha(nil), was.Alpha(nil)) || e.sharpen == 0 && !bytes.Equal(r.Pixels.Pix, was.Pixels.Pix) {
				t.Errorf("%+v changes pixels or alpha that it should not", e)
			}
		}
	}
}

// TestEffectsEnd: effects end with their context.
func TestEffectsEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	random := rand.New(rand.NewPCG(1, 1))
	for kind := range 5 {
		for _, e := range []effects{{blur: 1}, {sharpen: 1}} {
			if err := e.apply(ctx, randomRaster(random, kind, 20, 20)); !errors.Is(err, context.Canceled) {
				t.Errorf("%+v of kind %d: %v", e, kind, err)
			}
		}
	}
}

// TestEffectsMemory compares the estimates with what is allocated.
func TestEffectsMemory(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for kind := range 5 {
		for _, e := range []effects{{blur: 1}, {blur: 100}, {sharpen: 4}, {2, 4}} {
			for _, size := range []image.Point{{1, 1}, {300, 200}, {2000, 3}, {3, 2000}} {
				r := randomRaster(random, kind, size.X, size.Y)
				got := pictest.Allocated(func() {
					if err := e.apply(t.Context(), r); err != nil {
						t.Error(err)
					}
				})
				name := fmt.Sprintf("%+v of kind %d, %v", e, kind, size)
				compareMemory(t, name, got, e.memory(pic.View{Width: size.X, Height: size.Y}), fixedOverhead)
			}
		}
	}
}

// TestEffectsRequest: strengths out of range are refused; blurs and sharpening of each
// kind of original change the variant.
func TestEffectsRequest(t *testing.T) {
	data := pictest.PNG(t, pictest.Scene(60, 40))
	for _, e := range []effects{{-1, 0}, {101, 0}, {0, -1}, {0, 11}} {
		req := request(30, 20)
		req.Blur, req.Sharpen = e.blur, e.sharpen
		if _, err := Resize(t.Context(), Bytes(data), req); err == nil {
			t.Errorf("%+v is not refused", e)
		}
	}
	originals, _ := smallOriginals(t)
	for _, name := range slices.Sorted(maps.Keys(originals)) {
		data := originals[name]
		req := requestFor(t, data)
		plain, err := Resize(t.Context(), Bytes(data), req)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, e := range []effects{{0, 5}, {3, 0}} {
			req.Blur, req.Sharpen = e.blur, e.sharpen
			v, err := Resize(t.Context(), Bytes(data), req)
			if err != nil || bytes.Equal(v.Data, plain.Data) || v.Width != plain.Width || v.Height != plain.Height {
				t.Errorf("%s, %+v: %v, or nothing has changed", name, e, err)
			}
		}
	}
}

// TestBlurredAnimation: a blurred animation is its first frame alone, a JPEG if no format
// is asked for, and a sharpened one keeps its frames.
func TestBlurredAnimation(t *testing.T) {
	red, blue := image.NewNRGBA(image.Rect(0, 0, 40, 30)), image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range red.Pix {
		red.Pix[i] = []uint8{220, 10, 10, 255}[i%4]
		blue.Pix[i] = []uint8{10, 10, 220, 255}[i%4]
	}
	data := gifOf(t, red, blue, red)
	req := request(20, 15)
	req.Sharpen = 3
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := Inspect(t.Context(), Bytes(v.Data)); err != nil || info.Frames != 3 {
		t.Errorf("sharpened: %+v, %v", info, err)
	}
	req.Blur = 2
	if v, err = Resize(t.Context(), Bytes(data), req); err != nil || v.Format != JPEG {
		t.Errorf("blurred: %+v, %v; want a JPEG", v, err)
	}
	req.Formats = []Format{PNG}
	if v, err = Resize(t.Context(), Bytes(data), req); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(10, 7).RGBA(); r>>8 < 210 || g>>8 > 20 || b>>8 > 20 {
		t.Errorf("blurred: %d, %d, %d", r>>8, g>>8, b>>8)
	}
}

// TestEffectsAnyOrder: a used Resizer makes the same as a fresh one, whatever effects
// came before, with broken originals between.
func TestEffectsAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	whole, lacking := smallOriginals(t)
	var all []*made
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		for range 3 {
			req := requestFor(t, whole[name])
			req.Blur, req.Sharpen = max(0, random.IntN(6)-2), random.IntN(11)
			if random.IntN(2) == 0 {
				req.Formats = []Format{WebP}
			}
			v, err := Resize(t.Context(), Bytes(whole[name]), req)
			all = append(all, &made{name, whole[name], req, v, err})
		}
	}
	for name, data := range lacking {
		req := requestFor(t, data)
		req.Sharpen = 4
		v, err := Resize(t.Context(), Bytes(data), req)
		all = append(all, &made{name, data, req, v, err})
	}
	var used Resizer
	for range 2 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, m := range all {
			m.check(t, &used)
		}
	}
}

// TestToSRGB: a profile goes, and its colours become sRGB, unless chunks of a PNG take
// precedence over it and are kept.
func TestToSRGB(t *testing.T) {
	chunks := pictest.NumbersChunk("gAMA", 100000)
	for _, space := range []string{icc.Gray, icc.RGB} {
		for _, onlyPNG := range []bool{false, true} {
			r := &pic.Raster{Pixels: pictest.Drawn(3, 3, func(int, int) color.NRGBA { return color.NRGBA{60, 60, 60, 255} })}
			r.Colour = pic.Colour{Gray: space == icc.Gray, Profile: pictest.PlainProfile(space), PNGChunks: chunks, OnlyPNG: onlyPNG}
			toSRGB(r)
			if changed := r.Pixels.Pix[0] != 60; changed == onlyPNG || r.Colour.Profile != nil || (r.Colour.PNGChunks != nil) != onlyPNG {
				t.Errorf("%s, only a PNG: %v; level %d, %+v", space, onlyPNG, r.Pixels.Pix[0], r.Colour)
			}
		}
	}
}

// TestBlurChroma: chroma is blurred as far as luma, whether it is whole or halved.
func TestBlurChroma(t *testing.T) {
	for _, halved := range []int{1, 2} {
		r := &pic.Raster{Planes: []plane.Plane{filled(80, 8, 0), filled(80/halved, 8/halved, 0), filled(80/halved, 8/halved, 0)}}
		for _, p := range r.Planes {
			for i := range p.Pix {
				if i%p.Width >= p.Width/2 {
					p.Pix[i] = 240
				}
			}
		}
		if err := blur(t.Context(), r, 8); err != nil {
			t.Fatal(err)
		}
		for x := 1; x < 79; x++ {
			for c := 1; c < 3; c++ {
				if luma, chroma := r.Planes[0].Pix[x], r.Planes[c].Pix[x/halved]; absDiff(luma, chroma) > 9 {
					t.Errorf("chroma in 1/%d: %d at %d, luma %d", halved, chroma, x, luma)
				}
			}
		}
	}
}

// TestEffectsAtTheOriginalsSize: what has an effect is made at the original's size too,
// so that nobody who asks for a blur gets the picture.
func TestEffectsAtTheOriginalsSize(t *testing.T) {
	data := pictest.JPEG(t, pictest.Scene(40, 30))
	for name, req := range map[string]Request{
		"blur": {Blur: 3}, "sharpen": {Sharpen: 2}, "background": {Background: &RGB{1, 2, 3}}, "nothing": {},
	} {
		req.Width, req.Height, req.Fit, req.Quality, req.MinQuality = 40, 30, Cover, 80, 40
		v, err := Resize(t.Context(), Bytes(data), req)
		if name == "nothing" {
			if !errors.Is(err, ErrSameSize) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || v.Width != 40 || v.Height != 30 {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
