package gif

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// allChanged returns a list that marks every pixel of a picture as changed.
func allChanged(img *image.NRGBA) []bool { return slices.Repeat([]bool{true}, len(img.Pix)/4) }

// psnr returns the PSNR, in dB, of a picture reduced to n colours.
func psnr(img *image.NRGBA, n int) float64 {
	var h histogram
	p := newPalette(h.count(img, allChanged(img)), n, haste(0).effort())
	indices := make([]uint8, len(img.Pix)/4)
	p.apply(indices, img, allChanged(img))
	sum := 0
	for i, index := range indices {
		for c, v := range p.colours[index] {
			d := int(img.Pix[4*i+c]) - int(v)
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255*3*float64(len(indices))/float64(sum))
}

func TestHistogram(t *testing.T) {
	var h histogram
	picture := pictest.Drawn(40, 30, func(x, y int) color.NRGBA { return color.NRGBA{byte(x % 3), byte(y % 2), 9, 255} })
	changed := allChanged(picture)
	changed[0] = false
	pixels := 0
	colours := h.count(picture, changed)
	for _, c := range colours {
		pixels += c.pixels
		if c.rgb[0] > 2 || c.rgb[1] > 1 || c.rgb[2] != 9 {
			t.Errorf("%v", c)
		}
	}
	if len(colours) != 6 || pixels != 40*30-1 {
		t.Errorf("%d colours of %d pixels", len(colours), pixels)
	}
	if n := len(h.count(picture, make([]bool, len(changed)))); n != 0 {
		t.Errorf("%d colours where nothing changed", n)
	}
}

// TestHistogramMany: too many colours are merged to means.
func TestHistogramMany(t *testing.T) {
	var h histogram
	all := pictest.Drawn(1024, 256, func(x, y int) color.NRGBA { // 64 levels of each sample
		return color.NRGBA{byte(x>>4)<<2 | 1, byte(x&15<<2|y>>6)<<2 | 2, byte(y<<2) | 3, 255}
	})
	colours := h.count(all, allChanged(all))
	if len(colours) != maxColours {
		t.Errorf("%d colours", len(colours))
	}
	pixels := 0
	for _, c := range colours {
		pixels += c.pixels
	}
	if pixels != len(all.Pix)/4 {
		t.Errorf("%d pixels of %d", pixels, len(all.Pix)/4)
	}
}

// TestQuantiseExact: colours that are few enough stay exact.
func TestQuantiseExact(t *testing.T) {
	for _, n := range []int{1, 2, 31, 255} {
		var colours []colour
		want := map[[3]uint8]bool{}
		for i := range n {
			c := [3]uint8{uint8(i), uint8(i * 7), uint8(255 - i*i)}
			want[c] = true
			colours = append(colours, colour{c, 1 + i*i*1000})
		}
		got := quantise(colours, n, sharedQuantiseRounds, nil)
		if len(got) != n {
			t.Errorf("%d colours of %d", len(got), n)
		}
		for _, c := range got {
			if !want[c] {
				t.Errorf("%d: %v is none of the colours", n, c)
			}
		}
	}
	if got := quantise(nil, 255, 1, nil); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}

// TestQuantiseQuality compares palettes with what other programs achieve.
func TestQuantiseQuality(t *testing.T) {
	gray := pictest.Drawn(256, 20, func(x, y int) color.NRGBA { return color.NRGBA{byte(x), byte(x), byte(x), 255} })
	photo := pictest.Scene(200, 150)
	for _, tt := range []struct {
		name    string
		img     *image.NRGBA
		colours int
		least   float64 // dB
	}{
		{"256 grays", gray, 255, 70},
		{"256 grays", gray, 127, 51},
		{"256 grays", gray, 31, 39},
		{"scene", photo, 255, 33.5}, // Pillow 13: 31.5, with k-means 33.6
		{"scene", photo, 63, 27.3},  // 24.9, with k-means 27.8
	} {
		if got := psnr(tt.img, tt.colours); got < tt.least {
			t.Errorf("%s in %d colours: %.1f dB, want at least %.1f", tt.name, tt.colours, got, tt.least)
		}
	}
}

// TestNearestColour: the result is the nearest colour, for any palette.
func TestNearestColour(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 17, 256} {
		for _, spread := range []int{8, 256} {
			var colours [][3]uint8
			for range n {
				colours = append(colours, [3]uint8{uint8(r.IntN(spread)), uint8(r.IntN(spread)), uint8(r.IntN(spread))})
			}
			nearest := newNearest(colours)
			for range 20_000 {
				v := [3]uint8{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256))}
				got := squaredError(colours[nearest.index(v[0], v[1], v[2])], v[0], v[1], v[2])
				for _, c := range colours {
					if d := squaredError(c, v[0], v[1], v[2]); d < got {
						t.Fatalf("%d colours: %v is %d away, but %d from %v", n, v, got, d, c)
					}
				}
			}
		}
	}
}

// TestNeighbours: neighbours are the nearest colours, in order.
func TestNeighbours(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 2, 12, 13, 14, 255} {
		var colours [][3]uint8
		for range n {
			colours = append(colours, [3]uint8{uint8(r.IntN(64)), uint8(r.IntN(64)), uint8(r.IntN(64))})
		}
		p := paletteOf(colours)
		for i, c := range colours {
			var want []int
			for j, d := range colours {
				if j != i {
					want = append(want, squaredError(c, d[0], d[1], d[2]))
				}
			}
			slices.Sort(want)
			want = want[:min(len(want), mostNear)]
			var got []int
			for range 2 { // computed, then cached
				got = got[:0]
				for _, near := range p.neighbours(uint8(i)) {
					d := colours[near.index]
					got = append(got, squaredError(c, d[0], d[1], d[2]))
					if int(near.index) == i || int(near.distance) != got[len(got)-1] {
						t.Fatalf("%d colours: %v is %d away from %v", n, d, near.distance, c)
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d colours: distances %v, want %v", n, got, want)
			}
		}
	}
}

// TestWorthwhile: a palette is kept as long as a new colour table of 6144 bits is not
// worth its bytes.
func TestWorthwhile(t *testing.T) {
	p := paletteOf(make([][3]uint8, 255))
	for _, tt := range []struct {
		name     string
		new, old squaredErrors
		want     bool
	}{
		{"nothing changes", squaredErrors{0, 0}, squaredErrors{0, 0}, false},
		{"as good", squaredErrors{40_000, 1000}, squaredErrors{40_000, 1000}, false},
		{"a little worse", squaredErrors{40_000, 1000}, squaredErrors{80_000, 1000}, false},
		{"worse", squaredErrors{40_000, 1000}, squaredErrors{200_000, 1000}, true},
		{"a little worse, many pixels", squaredErrors{400_000, 10_000}, squaredErrors{600_000, 10_000}, true},
		{"not seen", squaredErrors{0, 1000}, squaredErrors{30_000, 1000}, false},
		{"another colour in few pixels", squaredErrors{0, 10}, squaredErrors{30_000, 10}, true},
	} {
		if got := p.worthwhile(tt.new, tt.old); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestLocalPalette: noise in few pixels does not get all colours; colours that are
// easily distinguished each get their own.
func TestLocalPalette(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	last := 0
	for _, side := range []int{20, 200} {
		var h histogram
		noise := pictest.Drawn(side, side, func(x, y int) color.NRGBA {
			return color.NRGBA{byte(90 + r.IntN(30)), byte(90 + r.IntN(30)), byte(90 + r.IntN(30)), 255}
		})
		p := newLocalPalette(h.count(noise, allChanged(noise)), 255, haste(0).effort())
		n := len(p.colours)
		if n <= last || n&(n+1) != 0 {
			t.Errorf("%d colours of %d² pixels, %d of fewer", n, side, last)
		}
		last = n
		full := newPalette(h.count(noise, allChanged(noise)), 255, haste(0).effort())
		indices := make([]uint8, side*side)
		e, least := p.apply(indices, noise, allChanged(noise)), full.apply(indices, noise, allChanged(noise))
		if e.mean() > 2*least.mean()+seenError {
			t.Errorf("an error of %d, %d in all colours", e.mean(), least.mean())
		}
	}
	var h histogram
	flat := pictest.Drawn(60, 60, func(x, y int) color.NRGBA { return color.NRGBA{byte(x / 20 * 100), byte(y / 20 * 100), 9, 255} })
	if n := len(newLocalPalette(h.count(flat, allChanged(flat)), 255, haste(0).effort()).colours); n != 9 {
		t.Errorf("%d colours of 9", n)
	}
}
