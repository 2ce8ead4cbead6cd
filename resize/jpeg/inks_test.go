package jpeg

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// cmykPatches holds the colours of testdata/cmyk*.jpg, squares of 32 pixels, made
// with Pillow, and what littleCMS makes of them with the profile of cmyk-icc.jpg,
// which is ../icc/testdata/lut16.icc.
var cmykPatches = []struct {
	ink  [4]byte
	want color.NRGBA
}{
	{[4]byte{0, 0, 0, 0}, color.NRGBA{250, 251, 249, 255}},
	{[4]byte{255, 0, 0, 0}, color.NRGBA{54, 203, 233, 255}},
	{[4]byte{0, 255, 0, 0}, color.NRGBA{230, 81, 192, 255}},
	{[4]byte{0, 0, 255, 0}, color.NRGBA{247, 241, 93, 255}},
	{[4]byte{0, 0, 0, 255}, color.NRGBA{44, 44, 51, 255}},
	{[4]byte{255, 255, 0, 0}, color.NRGBA{50, 66, 183, 255}},
	{[4]byte{40, 128, 200, 20}, color.NRGBA{198, 153, 108, 255}},
	{[4]byte{200, 30, 60, 120}, color.NRGBA{79, 133, 137, 255}},
}

// TestInks checks that inks are inverted with and without Adobe's marker, at
// every scale.
func TestInks(t *testing.T) {
	plain, managed := fixture(t, "testdata/cmyk.jpg"), fixture(t, "testdata/cmyk-icc.jpg")
	unmarked := withoutSegments(plain, markerAPP14)
	size := open(t, plain).Header()
	for _, part := range []int{1, 2, 4} {
		v := filled(size.Width, size.Height, size.Width/part, size.Height/part)
		for i, p := range cmykPatches {
			light := func(ink byte) byte { return byte((255*255 - int(ink)*255 - int(255-ink)*int(p.ink[3])) / 255) }
			for name, data := range map[string][]byte{"plain": plain, "unmarked": unmarked, "managed": managed} {
				want := color.NRGBA{light(p.ink[0]), light(p.ink[1]), light(p.ink[2]), 255}
				if name == "managed" {
					want = p.want
				}
				r := rastered(t, data, v)
				side := 32 / part
				across := size.Width / 32
				got := r.Pixels.NRGBAAt(i%across*side+side/2, i/across*side+side/2)
				if d := colourDistance(got, want); d > 3 {
					t.Errorf("%s, 1/%d, patch %d: %v, want %v", name, part, i, got, want)
				}
				if r.Colour.Profile != nil || r.Colour.Gray || !r.Opaque() {
					t.Errorf("%s: profile of %d bytes, gray %v, opaque %v", name, len(r.Colour.Profile), r.Colour.Gray, r.Opaque())
				}
			}
		}
	}
}

// colourDistance returns the largest difference of a channel, in levels.
func colourDistance(a, b color.NRGBA) int {
	most := 0
	for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B), int(a.A) - int(b.A)} {
		most = max(most, d, -d)
	}
	return most
}

// TestInksWithoutProfile checks that inks without an ink profile are converted by
// the plain formula, and that a profile that cannot be read is an error before
// anything is decoded.
func TestInksWithoutProfile(t *testing.T) {
	p := picture{width: 16, height: 16, components: components("11 11 11 11"), adobe: 0}
	plain := p.encode(testSampler)
	with := func(profile []byte) []byte {
		segment := pictest.JPEGSegment(markerAPP2, pictest.ICCHeader, []byte{1, 1}, profile)
		return slices.Concat(plain[:2], segment, plain[2:])
	}
	want := rastered(t, plain, filled(16, 16, 8, 8))
	for name, profile := range map[string][]byte{"broken": []byte("broken"), "of RGB": pictest.Profile(icc.RGB)} {
		if got := rastered(t, with(profile), filled(16, 16, 8, 8)); !sameRaster(got, want) || got.Colour.Profile != nil {
			t.Errorf("profile %s: other pixels", name)
		}
	}
	source := &pictest.Pieces{Data: with(pictest.Profile(icc.CMYK)), Size: pictest.Always(1)}
	opened, err := Open(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	asked := source.Asked
	_, err = framed(t.Context(), new(pic.Buffers), opened, filled(16, 16, 8, 8))
	var unsupported pic.UnsupportedError
	if !errors.As(err, &unsupported) || !strings.HasPrefix(unsupported.Name, "CMYK JPEG with an ICC profile that cannot be read (") || unsupported.Format != pic.JPEG {
		t.Errorf("CMYK profile without a table: %v", err)
	}
	if source.Asked != asked || source.Expected > 0 {
		t.Errorf("%d bytes asked for, %d expected of %d", source.Asked, source.Expected, asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := framed(ctx, new(pic.Buffers), open(t, plain), filled(16, 16, 8, 8)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestToSRGB(t *testing.T) {
	for _, tt := range []struct {
		model      colorModel
		from, want []byte
	}{
		{modelRGB, []byte{1, 2, 3, 4, 255, 0, 7, 0}, []byte{1, 2, 3, 255, 255, 0, 7, 255}},
		{modelCMYK, []byte{255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 204}, []byte{255, 255, 255, 255, 0, 255, 255, 255, 204, 204, 204, 255}},
		{modelCMYK, []byte{128, 64, 255, 128}, []byte{64, 32, 128, 255}},
		{modelYCCK, []byte{0, 128, 128, 255, 255, 128, 128, 255, 0, 128, 128, 51}, []byte{255, 255, 255, 255, 0, 0, 0, 255, 51, 51, 51, 255}},
		{modelCMYK, nil, nil},
		{modelYCCK, []byte{}, []byte{}},
	} {
		o := &original{header: header{Model: tt.model}}
		convert, err := o.toSRGB()
		if err != nil {
			t.Fatal(err)
		}
		got := bytes.Clone(tt.from)
		if convert(got); !bytes.Equal(got, tt.want) {
			t.Errorf("%v: %v become %v, want %v", tt.model, tt.from, got, tt.want)
		}
	}
	for _, m := range []colorModel{modelGray, modelYCbCr} {
		o := &original{header: header{Model: m}}
		if convert, err := o.toSRGB(); convert != nil || err != nil {
			t.Errorf("%v is converted; %v", m, err)
		}
	}
}

// TestAsImageMagick compares resized originals with ImageMagick's:
// testdata/imagemagick.sh. Both resample the stored samples with three lobes and
// then convert. YCCK differs: libjpeg has interpolated its chroma and converted
// its colours to inks before. The rest comes from decoding hard edges at half
// scale and from littleCMS's rounding.
func TestAsImageMagick(t *testing.T) {
	for name, most := range map[string]struct {
		mean float64 // levels
		one  int
	}{
		"jpeg-rgb-adobe":  {0.25, 12},
		"jpeg-cmyk-adobe": {0.6, 18},
		"jpeg-cmyk-icc":   {0.65, 12},
		"jpeg-ycck-adobe": {0.9, 24},
	} {
		golden, err := png.Decode(bytes.NewReader(fixture(t, "testdata/"+name+".png")))
		if err != nil {
			t.Fatal(err)
		}
		data := fixture(t, "../../testdata/originals/"+name+".jpg")
		h := open(t, data).Header()
		got := rastered(t, data, filled(h.Width, h.Height, 60, 45)).Pixels
		mean, one := differences(got, golden)
		a, b := meanColour(got), meanColour(golden)
		t.Logf("%s: %.2f levels on average, %d at most; mean colour %.1f, %.1f", name, mean, one, a, b)
		if mean > most.mean || one > most.one {
			t.Errorf("%s: off by %.2f levels on average, %d at most", name, mean, one)
		}
		for i := range a {
			if math.Abs(a[i]-b[i]) > 0.7 {
				t.Errorf("%s: mean colour %.2f, want %.2f", name, a, b)
				break
			}
		}
	}
}

// meanColour returns the mean of an opaque picture's channels.
func meanColour(img image.Image) (mean [3]float64) {
	size := img.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			for i, v := range []uint8{c.R, c.G, c.B} {
				mean[i] += float64(v) / float64(size.X*size.Y)
			}
		}
	}
	return mean
}

// differences returns the mean and the largest difference between two pictures'
// colours, in levels.
func differences(a, b image.Image) (mean float64, most int) {
	size := a.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			p := color.NRGBAModel.Convert(a.At(x, y)).(color.NRGBA)
			q := color.NRGBAModel.Convert(b.At(x, y)).(color.NRGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				mean += math.Abs(float64(d)) / float64(3*size.X*size.Y)
				most = max(most, d, -d)
			}
		}
	}
	return mean, most
}
