package jpeg

import (
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// BenchmarkInks makes 500x300 sRGB pixels of 12 megapixels of CMYK and YCCK, with
// and without a profile: it converts planes once they are resampled, or all
// pixels first.
func BenchmarkInks(b *testing.B) {
	profile := fixture(b, "../icc/testdata/lut16.icc")
	if icc.Whole(profile, icc.CMYK) == nil {
		b.Fatal("no profile of inks")
	}
	segment := pictest.JPEGSegment(markerAPP2, pictest.ICCHeader, []byte{1, 1}, profile)
	for _, p := range []struct {
		name string
		picture
	}{
		{"CMYK", picture{width: 4000, height: 3000, components: components("11 11 11 11"), adobe: 0}},
		{"YCCK", picture{width: 4000, height: 3000, components: components("22 11 11 22"), adobe: 2}},
	} {
		var plain []byte
		for _, managed := range []bool{false, true} {
			name := p.name + "/plain"
			if managed {
				name = p.name + "/profile"
			}
			b.Run(name, func(b *testing.B) {
				if plain == nil {
					plain = keptFile(b, p.name, func() []byte { return encodeInks(p.picture) })
				}
				data := plain
				if managed {
					data = slices.Concat(plain[:2], segment, plain[2:])
				}
				v := covered(p.width, p.height, 500, 300)
				var kept pic.Buffers
				b.Run("planes", func(b *testing.B) {
					for b.Loop() {
						f, err := framed(b.Context(), &kept, open(b, data), v)
						if err != nil {
							b.Fatal(err)
						}
						resampled(b, f, v)
					}
				})
				b.Run("pixels", func(b *testing.B) {
					for b.Loop() {
						wholeSize(b, data, v)
					}
				})
			})
		}
	}
}
