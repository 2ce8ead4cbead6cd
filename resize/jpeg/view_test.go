package jpeg

import (
	"image"
	"math"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// headerOf returns the header of a picture of a colour model and w × h pixels.
// factors are sampling factors, such as 22 or 11.
func headerOf(m colorModel, w, h int, factors ...int) *header {
	head := &header{Width: w, Height: h, Model: m}
	for _, f := range factors {
		head.Components = append(head.Components, frameComponent{H: f / 10, V: f % 10})
	}
	return head
}

// TestOptions checks that the scales leave the margin, and that what the filter
// reaches is decoded.
func TestOptions(t *testing.T) {
	cover := func(w, h int) pic.View { return covered(4000, 3000, w, h) }
	fill := func(w, h int) pic.View { return filled(4000, 3000, w, h) }
	all := image.Rect(0, 0, 4000, 3000)
	for _, tt := range []struct {
		model        colorModel
		factors      []int
		view         pic.View
		luma, chroma scale
		region       image.Rectangle
	}{
		{modelYCbCr, []int{22, 11, 11}, cover(500, 300), quarter, quarter, image.Rect(0, 260, 4000, 2740)},
		{modelYCbCr, []int{11, 11, 11}, cover(500, 300), quarter, eighth, image.Rect(0, 260, 4000, 2740)},
		{modelYCbCr, []int{11, 11, 11}, cover(501, 300), quarter, quarter, image.Rect(0, 262, 4000, 2738)},
		{modelYCbCr, []int{22, 22, 22}, cover(1200, 800), half, half, image.Rect(0, 146, 4000, 2854)},
		{modelGray, []int{11}, cover(500, 300), quarter, eighth, image.Rect(0, 260, 4000, 2740)},
		{modelYCbCr, []int{22, 11, 11}, cover(1200, 800), half, half, image.Rect(0, 146, 4000, 2854)},
		{modelYCbCr, []int{41, 11, 11}, fill(500, 300), quarter, half, all},
		{modelYCbCr, []int{12, 21, 11}, fill(500, 300), half, quarter, all},
		{modelYCbCr, []int{22, 11, 11}, cover(100, 2000), full, full, image.Rect(1905, 0, 2095, 3000)},
		{modelYCbCr, []int{22, 11, 11}, fill(25, 15), eighth, eighth, all},

		// These become pixels: all their planes get as large as the variant.
		{modelRGB, []int{11, 11, 11}, fill(500, 300), quarter, eighth, all},
		{modelRGB, []int{22, 11, 11}, fill(500, 300), half, eighth, all},
		{modelRGB, []int{11, 22, 11}, cover(500, 300), half, eighth, image.Rect(0, 260, 4000, 2740)},
		{modelRGB, []int{11, 11, 11}, fill(3000, 2000), full, eighth, all},
		{modelCMYK, []int{11, 11, 11, 11}, fill(500, 300), quarter, eighth, all},
		{modelCMYK, []int{11, 11, 11, 11}, fill(200, 150), eighth, eighth, all},
		{modelCMYK, []int{22, 22, 22, 11}, fill(200, 150), quarter, eighth, all},
		{modelYCCK, []int{11, 11, 11, 11}, fill(500, 300), quarter, quarter, all},
		{modelYCCK, []int{22, 11, 11, 22}, fill(500, 300), quarter, half, all},
		{modelYCCK, []int{22, 11, 11, 22}, fill(1300, 900), half, full, all},
	} {
		o := optionsFor(headerOf(tt.model, 4000, 3000, tt.factors...), tt.view)
		if o.Luma != tt.luma || o.Chroma != tt.chroma || o.Region != tt.region {
			t.Errorf("%v of %v to %dx%d: %+v", tt.model, tt.factors, tt.view.Width, tt.view.Height, o)
		}
		if tt.model.joined() && (o.LumaGain != gain{} || o.ChromaGain != gain{}) {
			t.Errorf("%v to %dx%d: bits may be left out: %+v", tt.model, tt.view.Width, tt.view.Height, o)
		}
	}
}

// TestGains checks that a picture that is hardly reduced keeps all bits, and
// others those that come through.
func TestGains(t *testing.T) {
	same := func(a, b gain) bool { return math.Abs(a.X-b.X) < 1e-9 && math.Abs(a.Y-b.Y) < 1e-9 }
	h := headerOf(modelYCbCr, 4000, 3000, 22, 11, 21)
	for _, tt := range []struct {
		width, height int
		luma, chroma  gain
	}{
		{3999, 2999, gain{}, gain{}},
		{1400, 900, gain{}, gain{}},
		{400, 1001, gain{}, gain{}},
		{1000, 750, gain{X: 1, Y: 1}, gain{X: 1, Y: 1}},
		{400, 600, gain{X: 0.45, Y: 1}, gain{X: 0.7, Y: 1}},
		{250, 200, gain{X: 4.5 / 16, Y: 4.5 / 15}, gain{X: 7.0 / 16, Y: 7.0 / 15}},
		{1000, 15, gain{}, gain{}},
		{15, 15, gain{X: 4.5 * 15 / 4000, Y: 4.5 * 15 / 3000}, gain{X: 7.0 * 15 / 4000, Y: 7.0 * 15 / 3000}},
	} {
		if o := optionsFor(h, filled(4000, 3000, tt.width, tt.height)); !same(o.LumaGain, tt.luma) || !same(o.ChromaGain, tt.chroma) {
			t.Errorf("%dx%d: %v, %v; want %v, %v", tt.width, tt.height, o.LumaGain, o.ChromaGain, tt.luma, tt.chroma)
		}
	}
	// Chroma that may stay whole is not averaged: it keeps all bits for longer.
	o := optionsFor(headerOf(modelYCbCr, 4000, 3000, 11, 11, 11), filled(4000, 3000, 400, 600))
	if !same(o.LumaGain, gain{X: 0.45, Y: 1}) || o.ChromaGain != (gain{}) {
		t.Errorf("4:4:4: %v, %v", o.LumaGain, o.ChromaGain)
	}
	// Chroma that is stored in a quarter of luma's columns has less to lose.
	o = optionsFor(headerOf(modelYCbCr, 4000, 3000, 41, 11, 11), filled(4000, 3000, 800, 600))
	if o.LumaGain != (gain{X: 1, Y: 1}) || o.ChromaGain != (gain{}) {
		t.Errorf("4:1:1: %v, %v", o.LumaGain, o.ChromaGain)
	}
}

// TestGainHolds measures how much of AC coefficients the filter lets through, in
// the patterns that it lets through most.
func TestGainHolds(t *testing.T) {
	const height = 4
	closest := 0.0
	for _, points := range []int{2, 4} {
		for _, ratio := range []float64{8.5, 8.75, 9, 9.4, 10, 11.1, 12, 13.5, 15, 16, 17} {
			for turn := range 33 {
				for offset := range 4 {
					src := lowestWave(points, 160, height, float64(turn)*math.Pi/32)
					step := 8 / float64(points) // stored samples
					width := int(float64(src.Width) * step / ratio * 0.8)
					x0 := ratio + float64(offset)*8/4/step
					window := plane.Window{X0: x0, X1: x0 + float64(width)*ratio/step, Y1: height}
					luma := blank(width, height)
					if err := new(plane.Resampler).Resample(t.Context(), luma, src, window); err != nil {
						t.Fatal(err)
					}
					chroma := blank((width+1)/2, height/2)
					window.X1 = x0 + float64(width)*ratio/2/step
					if err := new(plane.Resampler).ResampleHalved(t.Context(), chroma, src, image.Pt(width, height), window); err != nil {
						t.Fatal(err)
					}
					for what, part := range map[string]float64{
						"luma":   amplitude(luma) / amplitude(src) / (lumaGain / ratio),
						"chroma": amplitude(chroma) / amplitude(src) / (chromaGain / ratio),
					} {
						if closest = max(closest, part); part > 1.08 { // samples are rounded, and few
							t.Errorf("%d points, %v to 1, turned by %d/32: %s is %.3f of the gain", points, ratio, turn, what, part)
						}
					}
				}
			}
		}
	}
	if closest < 0.9 {
		t.Errorf("no more than %.2f of the gain", closest)
	}
}

// lowestWave returns rows of blocks in which only the lowest AC coefficient is
// not 0: half a wave of samples, whose amplitude turns from block to block.
func lowestWave(points, blocks, height int, turn float64) plane.Plane {
	p := blank(points*blocks, height)
	for i := range p.Pix {
		x := i % p.Width
		wave := math.Cos(float64(2*(x%points)+1) * math.Pi / float64(2*points))
		p.Pix[i] = uint8(math.Round(128 + 120*wave*math.Cos(turn*float64(x/points)+0.3)))
	}
	return p
}

// amplitude returns the root mean square of the samples' differences from 128.
func amplitude(p plane.Plane) float64 {
	var sum float64
	for _, v := range p.Pix {
		sum += (float64(v) - 128) * (float64(v) - 128)
	}
	return math.Sqrt(sum / float64(len(p.Pix)))
}

// TestRegionSuffices checks that what is left out of decoding does not show.
func TestRegionSuffices(t *testing.T) {
	const w, h = 400, 300
	for _, p := range []picture{
		{components: sampling420, adobe: -1},
		{components: sampling420, adobe: 0},
		{components: components("22 11 11 22"), adobe: 2},
		{components: components("11 11 11 11"), adobe: 0},
		{components: components("41 11 11"), adobe: -1, progressive: true},
	} {
		p.width, p.height = w, h
		o := open(t, p.encode(testSampler))
		for _, size := range []image.Point{{40, 90}, {301, 21}, {3, 100}, {20, 3}, {250, 40}, {60, 6}, {24, 2}} {
			v := covered(w, h, size.X, size.Y)
			options := optionsFor(&o.header, v)
			var want *pic.Raster
			for _, region := range []image.Rectangle{options.Region, {}} {
				options.Region = region
				f, err := o.frame(t.Context(), new(decoder), options)
				if err != nil {
					t.Fatal(err)
				}
				got := resampled(t, f, v)
				if want == nil {
					want = got
				} else if !sameRaster(got, want) {
					t.Errorf("%v, %v: other pixels", o.header.Model, size)
				}
			}
			if options = optionsFor(&o.header, v); options.Region == image.Rect(0, 0, w, h) {
				t.Errorf("%v, %v: all of the picture is decoded", o.header.Model, size)
			}
		}
	}
}

// sameRaster reports whether two rasters have the same samples.
func sameRaster(a, b *pic.Raster) bool {
	if a.Pixels != nil {
		return slices.Equal(a.Pixels.Pix, b.Pixels.Pix)
	}
	return slices.EqualFunc(a.Planes, b.Planes, func(p, q plane.Plane) bool { return slices.Equal(p.Pix, q.Pix) })
}
