package jpeg

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// wholeSize converts all pixels of a picture of RGB, CMYK or YCCK and then
// resamples: the slow reference for planes that are resampled before. Chroma
// samples are repeated.
func wholeSize(t testing.TB, data []byte, v pic.View) *image.NRGBA {
	t.Helper()
	o := open(t, data)
	toSRGB, err := o.toSRGB()
	if err != nil {
		t.Fatal(err)
	}
	m, err := new(decoder).decode(&input{ctx: t.Context(), source: o.source}, &o.header, options{})
	if err != nil {
		t.Fatal(err)
	}
	w, h := o.header.Width, o.header.Height
	maxH, maxV := o.header.sampling()
	src := plane.Plane{Pix: make([]uint8, 4*w*h), Stride: 4 * w, Width: w, Height: h}
	for y := range h {
		row := src.Pix[y*src.Stride:][:src.Stride]
		for i, p := range m.Planes {
			c := o.header.Components[i]
			from := p.Pix[y*c.V/maxV*p.Stride:]
			for x := range w {
				row[4*x+i] = from[x*c.H/maxH]
			}
		}
		toSRGB(row)
	}
	out := image.NewNRGBA(image.Rect(0, 0, v.Width, v.Height))
	dst := plane.Plane{Pix: out.Pix, Stride: out.Stride, Width: v.Width, Height: v.Height}
	if err := new(plane.Resampler).ResampleInterleaved(t.Context(), dst, src, 4, v.Window); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAsWholeSize compares with wholeSize. Most colours are products of inks or
// come from a table, so it matters whether they are mixed before or after the
// conversion, and the more is mixed the more it matters. (Printers mix inks; the
// eye mixes light.)
func TestAsWholeSize(t *testing.T) {
	pictures := map[string][]byte{}
	for _, name := range []string{"jpeg-rgb-adobe", "jpeg-cmyk-adobe", "jpeg-cmyk-icc", "jpeg-ycck-adobe"} {
		pictures[name] = fixture(t, "../../testdata/originals/"+name+".jpg")
	}
	for _, p := range []picture{
		{components: components("11 11 11 11"), adobe: 0},
		{components: components("22 11 11 22"), adobe: 2},
		{components: components("11 11 11 11"), adobe: 2, progressive: true},
	} {
		p.width, p.height, p.quality = 320, 240, 85
		pictures[fmt.Sprintf("photo of %v, Adobe %d", p.components, p.adobe)] = encodeInks(p)
	}
	for name, data := range pictures {
		h := open(t, data).Header()
		for _, part := range []float64{1.2, 2, 3.3, 7, 20} {
			v := covered(h.Width, h.Height, int(float64(h.Width)/part), int(float64(h.Height)/part*0.9))
			mean, most := differences(rastered(t, data, v).Pixels, wholeSize(t, data, v))
			t.Logf("%s, 1/%.1f: %.2f levels on average, %d at most", name, part, mean, most)
			if mean > 1.5+0.15*part {
				t.Errorf("%s, 1/%.1f: off by %.2f levels on average", name, part, mean)
			}
		}
	}
}

// encodeInks makes a JPEG of a photo of the size of p in inks, CMYK or YCCK by
// p.adobe. Most of the black is taken out of the colours.
func encodeInks(p picture) []byte {
	photo := newPhoto(p.width, p.height)
	planes := [4][]uint8{photo.plane(0, 1, 1), photo.plane(1, 1, 1), photo.plane(2, 1, 1), make([]uint8, p.width*p.height)}
	for i := range planes[0] {
		r, g, b := color.YCbCrToRGB(planes[0][i], planes[1][i], planes[2][i])
		black := (255 - int(max(r, g, b))) * 85 / 100
		var inks [3]uint8
		for j, v := range []uint8{r, g, b} {
			inks[j] = uint8(255 - 255*int(v)/(255-black))
		}
		planes[3][i] = uint8(255 - black)
		if p.adobe == 2 {
			planes[0][i], planes[1][i], planes[2][i] = color.RGBToYCbCr(inks[0], inks[1], inks[2])
		} else {
			planes[0][i], planes[1][i], planes[2][i] = 255-inks[0], 255-inks[1], 255-inks[2]
		}
	}
	maxH, maxV := p.sampling()
	return p.encode(func(c, x, y int) uint8 {
		// A sample is the mean of the pixels that it stands for.
		sx, sy := maxH/p.components[c].H, maxV/p.components[c].V
		sum, n := 0, 0
		for j := y * sy; j < min((y+1)*sy, p.height); j++ {
			for i := x * sx; i < min((x+1)*sx, p.width); i++ {
				sum += int(planes[c][j*p.width+i])
				n++
			}
		}
		return uint8((sum + n/2) / n)
	})
}
