package resize

import (
	"image"
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestJPEGGains: of a picture that is hardly reduced all bits are kept, of others
// those that come through.
func TestJPEGGains(t *testing.T) {
	header := &jpeg.Header{Width: 4000, Height: 3000, Components: []jpeg.Component{{H: 2, V: 2}, {H: 1, V: 1}, {H: 2, V: 1}}}
	for _, tt := range []struct {
		width, height int
		luma, chroma  jpeg.Gain
	}{
		{3999, 2999, jpeg.Gain{}, jpeg.Gain{}},
		{1400, 900, jpeg.Gain{}, jpeg.Gain{}},
		{400, 1001, jpeg.Gain{}, jpeg.Gain{}},
		{1000, 750, jpeg.Gain{X: 1, Y: 1}, jpeg.Gain{X: 1, Y: 1}},
		{400, 600, jpeg.Gain{X: 0.45, Y: 1}, jpeg.Gain{X: 0.7, Y: 1}},
		{250, 200, jpeg.Gain{X: 4.5 / 16, Y: 4.5 / 15}, jpeg.Gain{X: 7.0 / 16, Y: 7.0 / 15}},
		{1000, 15, jpeg.Gain{}, jpeg.Gain{}},
		{15, 15, jpeg.Gain{X: 4.5 * 15 / 4000, Y: 4.5 * 15 / 3000}, jpeg.Gain{X: 7.0 * 15 / 4000, Y: 7.0 * 15 / 3000}},
	} {
		b, err := Request{Width: tt.width, Height: tt.height, Fit: Fill}.box(header.Width, header.Height)
		if err != nil {
			t.Fatal(err)
		}
		if o := jpegOptions(header, b); !sameGain(o.LumaGain, tt.luma) || !sameGain(o.ChromaGain, tt.chroma) {
			t.Errorf("%dx%d: %v, %v; want %v, %v", tt.width, tt.height, o.LumaGain, o.ChromaGain, tt.luma, tt.chroma)
		}
	}
	// Chroma that is stored in a quarter of luma's columns has fewer to lose.
	header.Components = []jpeg.Component{{H: 4, V: 1}, {H: 1, V: 1}, {H: 1, V: 1}}
	b, err := Request{Width: 800, Height: 600, Fit: Fill}.box(header.Width, header.Height)
	if err != nil {
		t.Fatal(err)
	}
	if o := jpegOptions(header, b); o.LumaGain != (jpeg.Gain{X: 1, Y: 1}) || o.ChromaGain != (jpeg.Gain{}) {
		t.Errorf("4:1:1: %v, %v", o.LumaGain, o.ChromaGain)
	}
}

// TestGainHolds measures what the filter lets through of AC coefficients, in the
// patterns that it lets through most of.
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
					luma := newPlane(width, height)
					if err := new(plane.Resampler).Resample(t.Context(), luma, src, window); err != nil {
						t.Fatal(err)
					}
					chroma := newPlane((width+1)/2, height/2)
					window.X1 = x0 + float64(width)*ratio/2/step
					if err := new(plane.Resampler).ResampleHalved(t.Context(), chroma, src, image.Pt(width, height), window); err != nil {
						t.Fatal(err)
					}
					for what, part := range map[string]float64{
						"luma":   amplitude(luma) / amplitude(src) / (lumaGain / ratio),
						"chroma": amplitude(chroma) / amplitude(src) / (chromaGain / ratio),
					} {
						if closest = max(closest, part); part > 1.08 { // rounded, and of few samples
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

// lowestWave is rows of blocks of which only the lowest AC coefficient is not 0:
// half a wave of samples, whose amplitude turns from block to block.
func lowestWave(points, blocks, height int, turn float64) plane.Plane {
	p := newPlane(points*blocks, height)
	for i := range p.Pix {
		x := i % p.Width
		wave := math.Cos(float64(2*(x%points)+1) * math.Pi / float64(2*points))
		p.Pix[i] = uint8(math.Round(128 + 120*wave*math.Cos(turn*float64(x/points)+0.3)))
	}
	return p
}

// amplitude is the root of the mean square of what differs from 128.
func amplitude(p plane.Plane) float64 {
	var sum float64
	for _, v := range p.Pix {
		sum += (float64(v) - 128) * (float64(v) - 128)
	}
	return math.Sqrt(sum / float64(len(p.Pix)))
}

func sameGain(a, b jpeg.Gain) bool {
	return math.Abs(a.X-b.X) < 1e-9 && math.Abs(a.Y-b.Y) < 1e-9
}
