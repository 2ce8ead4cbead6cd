package resize

import (
	"bytes"
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestPadFormats: a background makes what is transparent fit for a JPEG, and gray for
// colours; without one nothing changes its kind.
func TestPadFormats(t *testing.T) {
	pngs := pictest.PNGs()
	pngs["gray"] = pngs["type 0 of 8 bits"]
	clear := pngs["type 6 of 8 bits"].Bytes()
	grayAlpha := pngs["type 4 of 8 bits"].Bytes()
	gray := pictest.JPEG(t, image.NewGray(image.Rect(0, 0, 40, 30)))
	green, gray50 := &RGB{0, 255, 0}, &RGB{50, 50, 50}
	for _, tt := range []struct {
		name       string
		data       []byte
		background *RGB
		formats    []Format
		want       Format
		opaque     bool
		gray       bool
	}{
		{"clear", clear, nil, []Format{JPEG}, PNG, false, false},
		{"clear on green", clear, green, []Format{JPEG}, JPEG, true, false},
		{"clear on green, as it was", clear, green, nil, PNG, true, false},
		{"a WebP with alpha on green", fixture(t, "patches-alpha.webp"), green, nil, JPEG, true, false},
		{"a WebP with alpha", fixture(t, "patches-alpha.webp"), nil, nil, PNG, false, false},
		{"gray with alpha", grayAlpha, nil, nil, PNG, false, true},
		{"gray with alpha on gray", grayAlpha, gray50, nil, PNG, true, true},
		{"gray with alpha on green", grayAlpha, green, nil, PNG, true, false},
		{"gray", gray, nil, nil, JPEG, true, true},
		{"gray on gray", gray, gray50, nil, JPEG, true, true},
		{"gray on green", gray, green, nil, JPEG, true, false},
	} {
		info, err := Inspect(t.Context(), Bytes(tt.data))
		if err != nil {
			t.Fatal(err)
		}
		req := request(info.Width, info.Height/2)
		req.Fit, req.Background, req.Formats = Pad, tt.background, tt.formats
		v, err := Resize(t.Context(), Bytes(tt.data), req)
		if err != nil {
			t.Fatal(err)
		}
		img := decoded(t, v.Data)
		if v.Format != tt.want || img.(interface{ Opaque() bool }).Opaque() != tt.opaque || grayLevels(img) != tt.gray {
			t.Errorf("%s: %s of %T, gray %v", tt.name, v.Format, img, grayLevels(img))
		}
	}
}

// grayLevels reports whether all pixels are gray.
func grayLevels(img image.Image) bool {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); max(r, g, b)-min(r, g, b) > 0x300 {
				return false
			}
		}
	}
	return true
}

// TestBackgroundAnyFit: a background takes the place of what is transparent in every
// fit, and does nothing to opaque pictures.
func TestBackgroundAnyFit(t *testing.T) {
	clear := pictest.PNGs()["type 6 of 8 bits"]
	clear.Width, clear.Height = 40, 40
	behind := RGB{10, 200, 90}
	for _, fit := range []Fit{Cover, Fill, Inside} {
		req := Request{Width: 17, Height: 23, Fit: fit}
		want := asPNG(t, clear.Bytes(), req)
		for i := 0; i < len(want.Pix); i += 4 {
			c := behindPixel(color.NRGBA{want.Pix[i], want.Pix[i+1], want.Pix[i+2], want.Pix[i+3]}, behind)
			copy(want.Pix[i:], []uint8{c.R, c.G, c.B, c.A})
		}
		req.Background = &behind
		if d := pictest.MaxDiff(t, asPNG(t, clear.Bytes(), req), want); d > 0 {
			t.Errorf("%s: off by %d", fit, d)
		}
		opaque := pictest.JPEG(t, pictest.Scene(60, 40))
		req.Quality, req.MinQuality, req.Background = 80, 40, nil
		plain, err := Resize(t.Context(), Bytes(opaque), req)
		if err != nil {
			t.Fatal(err)
		}
		req.Background = &behind
		if v, err := Resize(t.Context(), Bytes(opaque), req); err != nil || !bytes.Equal(v.Data, plain.Data) {
			t.Errorf("%s: another variant of an opaque picture, %v", fit, err)
		}
	}
}

// TestPadProfiles: an RGB profile stays, and a gray one too unless the background is
// coloured; then levels become sRGB.
func TestPadProfiles(t *testing.T) {
	colour := pictest.JPEG(t, pictest.Scene(60, 40), pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1, 1}, pictest.PlainProfile(icc.RGB)))
	flat := image.NewGray(image.Rect(0, 0, 60, 40))
	for i := range flat.Pix {
		flat.Pix[i] = 60
	}
	profile := pictest.PlainProfile(icc.Gray)
	gray := pictest.JPEG(t, flat, pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1, 1}, profile))
	grayPNG := pictest.PNG(t, flat)
	withProfile := slices.Concat(grayPNG[:33], pictest.NumbersChunk("gAMA", 100000), pictest.ICCP(profile), grayPNG[33:])
	levels, ok := icc.GrayToSRGB(profile)
	if !ok || levels[60] == 60 {
		t.Fatal("the profile changes nothing")
	}
	for _, tt := range []struct {
		name       string
		data       []byte
		background *RGB
		kept       bool
		middle     uint8 // the level in the middle; 0 is any
	}{
		{"colours on red", colour, &RGB{255, 0, 0}, true, 0},
		{"gray on nothing", gray, nil, true, 60},
		{"gray on gray", gray, &RGB{9, 9, 9}, true, 60},
		{"gray on red", gray, &RGB{255, 0, 0}, false, levels[60]},
		{"a PNG on gray", withProfile, &RGB{9, 9, 9}, true, 60},
		{"a PNG on red", withProfile, &RGB{255, 0, 0}, false, levels[60]},
	} {
		req := request(60, 20)
		req.Fit, req.Background = Pad, tt.background
		v, err := Resize(t.Context(), Bytes(tt.data), req)
		if err != nil {
			t.Fatal(err)
		}
		kept := bytes.Contains(v.Data, []byte("ICC_PROFILE")) || bytes.Contains(v.Data, []byte("iCCP"))
		if kept != tt.kept || !tt.kept && bytes.Contains(v.Data, []byte("gAMA")) {
			t.Errorf("%s: a profile is kept: %v", tt.name, kept)
		}
		c := color.NRGBAModel.Convert(decoded(t, v.Data).At(30, 10)).(color.NRGBA)
		if tt.middle > 0 && max(absDiff(c.R, tt.middle), absDiff(c.G, tt.middle), absDiff(c.B, tt.middle)) > 2 {
			t.Errorf("%s: %v in the middle, want %d", tt.name, c, tt.middle)
		}
	}
}

// TestColoured: gray levels become sRGB through their profile, unless chunks of a PNG
// take precedence over it and are kept.
func TestColoured(t *testing.T) {
	profile := pictest.PlainProfile(icc.Gray)
	levels, _ := icc.GrayToSRGB(profile)
	chunks := pictest.NumbersChunk("gAMA", 100000)
	for i, tt := range []struct {
		colour pic.Colour
		level  uint8
		chunks []byte
	}{
		{pic.Colour{Gray: true}, 60, nil},
		{pic.Colour{Gray: true, Profile: profile}, levels[60], nil},
		{pic.Colour{Gray: true, Profile: profile, PNGChunks: chunks}, levels[60], nil},
		{pic.Colour{Gray: true, Profile: profile, PNGChunks: chunks, OnlyPNG: true}, 60, chunks},
		{pic.Colour{Gray: true, PNGChunks: chunks, OnlyPNG: true}, 60, chunks},
	} {
		for _, r := range []*pic.Raster{{Planes: []plane.Plane{filled(3, 3, 60)}}, {Pixels: pictest.Drawn(3, 3, func(int, int) color.NRGBA { return color.NRGBA{60, 60, 60, 9} })}} {
			r.Colour = tt.colour
			got := coloured(r)
			if c := got.NRGBA().NRGBAAt(2, 2); c.R != tt.level || c.G != tt.level || c.B != tt.level {
				t.Errorf("%d: %v, want %d", i, c, tt.level)
			}
			if got.Colour.Gray || got.Colour.Profile != nil || got.Colour.OnlyPNG != tt.colour.OnlyPNG || !bytes.Equal(got.Colour.PNGChunks, tt.chunks) {
				t.Errorf("%d: %+v", i, got.Colour)
			}
		}
	}
}

// TestPadEdges: a sample of chroma that lies half on the picture has half of its colour,
// and one that lies there with a quarter has a quarter.
func TestPadEdges(t *testing.T) {
	for _, size := range []image.Point{{4, 4}, {5, 4}, {4, 5}, {5, 5}} {
		half := image.Pt((size.X+1)/2, (size.Y+1)/2)
		r := &pic.Raster{Planes: []plane.Plane{filled(size.X, size.Y, 90), filled(half.X, half.Y, 228), filled(half.X, half.Y, 28)}}
		p := padder{canvas: canvas{size: image.Pt(12, 12)}}
		at := p.corner(size)
		got := p.raster(r).Planes
		for y := range 6 {
			for x := range 6 {
				within := image.Rect(2*x, 2*y, 2*x+2, 2*y+2).Intersect(image.Rectangle{at, at.Add(size)})
				share := within.Dx() * within.Dy() * 25
				if i := y*got[1].Stride + x; absDiff(got[1].Pix[i], uint8(128+share)) > 1 || absDiff(got[2].Pix[i], uint8(128-share)) > 1 {
					t.Errorf("%v: chroma %d, %d at %d, %d, of which %d%% is the picture's", size, got[1].Pix[i], got[2].Pix[i], x, y, share)
				}
			}
		}
	}
}

// TestPadPixels: the limit of an AVIF's pixels counts the padding.
func TestPadPixels(t *testing.T) {
	data := pictest.JPEG(t, pictest.Scene(60, 40))
	req := request(60, 20) // of which the picture takes 30
	req.Fit, req.Formats, req.Limits.AVIFPixels = Pad, []Format{AVIF}, 60*20-1
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil || len(v.PassedOver) != 1 || v.PassedOver[0].Format != AVIF || v.PassedOver[0].Why != TooManyPixels {
		t.Errorf("%v, %+v", err, v)
	}
}
