package resize_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// plane is a picture in float64: red, green, blue and alpha from 0 to 1, with the alpha
// multiplied into the colours.
type plane struct {
	width, height int
	pix           [][4]float64
}

func newPlane(w, h int) *plane { return &plane{w, h, make([][4]float64, w*h)} }

func (p *plane) at(x, y int) *[4]float64 { return &p.pix[y*p.width+x] }

// lanczos returns the value at x of the Lanczos kernel of three lobes.
func lanczos(x float64) float64 {
	switch x = math.Abs(x); {
	case x == 0:
		return 1
	case x >= 3:
		return 0
	}
	px := math.Pi * x
	return 3 * math.Sin(px) * math.Sin(px/3) / (px * px)
}

// resampled reduces a picture to w × h pixels, as the reference for the real resampler.
// The window from (x0, y0) to (x1, y1) need not lie on whole pixels.
func (p *plane) resampled(x0, y0, x1, y1 float64, w, h int) *plane {
	return p.narrowed(x0, x1, w).narrowed(y0, y1, h)
}

// narrowed resamples rows to w pixels for what lies from x0 to x1, and transposes the
// result, so that two calls restore the axes.
func (p *plane) narrowed(x0, x1 float64, w int) *plane {
	out := newPlane(p.height, w)
	scale := (x1 - x0) / float64(w)
	for x := range w {
		centre := x0 + (float64(x)+0.5)*scale
		first := max(0, int(centre-3*scale-1))
		last := min(p.width-1, int(centre+3*scale+1))
		var weights []float64
		var sum float64
		for i := first; i <= last; i++ {
			weight := lanczos((float64(i) + 0.5 - centre) / scale)
			weights = append(weights, weight)
			sum += weight
		}
		for y := range p.height {
			var mean [4]float64
			for i, v := range p.pix[y*p.width+first : y*p.width+last+1] {
				weight := weights[i] / sum
				for c := range mean {
					mean[c] += v[c] * weight
				}
			}
			*out.at(y, x) = mean
		}
	}
	return out
}

func (p *plane) transposed() *plane {
	out := newPlane(p.height, p.width)
	for y := range p.height {
		for x := range p.width {
			*out.at(y, x) = *p.at(x, y)
		}
	}
	return out
}

func (p *plane) mirrored() *plane {
	out := newPlane(p.width, p.height)
	for y := range p.height {
		for x := range p.width {
			*out.at(p.width-1-x, y) = *p.at(x, y)
		}
	}
	return out
}

// upright applies an Exif orientation (Exif 2.32, tag 0x0112), which says where the
// stored picture's first row and column are seen.
func (p *plane) upright(orientation int) *plane {
	turned := func(p *plane) *plane { return p.transposed().mirrored() } // clockwise
	switch orientation {
	case 2:
		return p.mirrored()
	case 3:
		return turned(turned(p))
	case 4:
		return turned(turned(p)).mirrored()
	case 5:
		return p.transposed()
	case 6:
		return turned(p)
	case 7:
		return turned(turned(p.transposed()))
	case 8:
		return turned(turned(turned(p)))
	}
	return p
}

// rounded rounds p to 8 bits, within 0 to 1 and with no colour stronger than its alpha.
func (p *plane) rounded() *plane {
	out := newPlane(p.width, p.height)
	for i, v := range p.pix {
		a := math.Round(255*clamp(v[3])) / 255
		for c := range 3 {
			if a > 0 {
				out.pix[i][c] = math.Round(255*clamp(v[c]/clamp(v[3]))) / 255 * a
			}
		}
		out.pix[i][3] = a
	}
	return out
}

func clamp(v float64) float64 { return min(1, max(0, v)) }

// variant computes the reference for Resize from p, which is upright.
func (p *plane) variant(r request, w, h int) *plane {
	pw, ph := float64(p.width), float64(p.height)
	cw, ch := pw, ph
	if r.fit == resize.Cover {
		scale := min(pw/float64(w), ph/float64(h))
		cw, ch = float64(w)*scale, float64(h)*scale
	}
	return p.resampled((pw-cw)/2, (ph-ch)/2, (pw+cw)/2, (ph+ch)/2, w, h).rounded()
}

// planeOf converts a decoded picture. golang.org/x/image/webp returns the planes of a
// lossy WebP as they are stored, in BT.601's limited range (RFC 9649, section 2.5;
// golang/go#40173), so planeOf converts those.
func planeOf(img image.Image, lossyWebP bool) *plane {
	b := img.Bounds()
	p := newPlane(b.Dx(), b.Dy())
	for y := range p.height {
		for x := range p.width {
			sx, sy := b.Min.X+x, b.Min.Y+y
			q := p.at(x, y)
			if lossyWebP {
				*q = limitedRange(img, sx, sy)
				continue
			}
			r, g, b, a := img.At(sx, sy).RGBA()
			*q = [4]float64{float64(r) / 65535, float64(g) / 65535, float64(b) / 65535, float64(a) / 65535}
		}
	}
	return p
}

func limitedRange(img image.Image, x, y int) [4]float64 {
	alpha := 1.0
	ycc, ok := img.(*image.YCbCr)
	if !ok {
		both := img.(*image.NYCbCrA)
		ycc = &both.YCbCr
		alpha = float64(both.A[both.AOffset(x, y)]) / 255
	}
	luma := (float64(ycc.Y[ycc.YOffset(x, y)]) - 16) / 219
	cb := (float64(ycc.Cb[ycc.COffset(x, y)]) - 128) / 224
	cr := (float64(ycc.Cr[ycc.COffset(x, y)]) - 128) / 224
	return [4]float64{
		clamp(luma+1.402*cr) * alpha,
		clamp(luma-0.344136*cb-0.714136*cr) * alpha,
		clamp(luma+1.772*cb) * alpha,
		alpha,
	}
}

// noise is the error of one picture relative to another in decibels (PSNR, peak 1).
type noise struct{ luma, chroma, alpha float64 }

func (n noise) String() string {
	return fmt.Sprintf("luma %5.1f dB, chroma %5.1f dB, alpha %5.1f dB", n.luma, n.chroma, n.alpha)
}

// compare measures p against want. Most JPEGs store one chroma sample for 2 × 2 pixels,
// sharpened; halved compares chroma that way.
func (p *plane) compare(want *plane, halved bool) noise {
	var luma, chroma, alpha float64
	for y := range p.height {
		for x := range p.width {
			a, b := p.at(x, y), want.at(x, y)
			l := lumaOf(a) - lumaOf(b)
			luma += l * l
			alpha += (a[3] - b[3]) * (a[3] - b[3])
		}
	}
	square := 1
	if halved {
		square = 2
	}
	for channel := range 2 {
		got, want := p.chroma(channel, square), want.chroma(channel, square)
		if halved {
			want = sharpened(want)
		}
		for y := range p.height {
			for x := range p.width {
				d := got[y/square][x/square] - want[y/square][x/square]
				chroma += d * d / 2
			}
		}
	}
	size := float64(p.width * p.height)
	return noise{decibels(luma / size), decibels(chroma / size), decibels(alpha / size)}
}

func lumaOf(c *[4]float64) float64 { return 0.299*c[0] + 0.587*c[1] + 0.114*c[2] }

// chroma returns the means of Cb (channel 0) or Cr over squares.
func (p *plane) chroma(channel, square int) [][]float64 {
	rows := make([][]float64, (p.height+square-1)/square)
	for i := range rows {
		rows[i] = make([]float64, (p.width+square-1)/square)
		for j := range rows[i] {
			sum, n := 0.0, 0.0
			for y := square * i; y < min(square*i+square, p.height); y++ {
				for x := square * j; x < min(square*j+square, p.width); x++ {
					c := p.at(x, y)
					sum += [2]float64{(c[2] - lumaOf(c)) / 1.772, (c[0] - lumaOf(c)) / 1.402}[channel]
					n++
				}
			}
			rows[i][j] = sum / n
		}
	}
	return rows
}

// sharpened returns twice the samples, less the effect of a decoder's interpolation and
// of means of 2 × 2 pixels on them: 3/4 of each and 1/8 of its neighbours, both ways.
func sharpened(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for y := range rows {
		out[y] = make([]float64, len(rows[y]))
		for x, v := range rows[y] {
			v *= 2
			for dy := -1; dy <= 1; dy++ {
				row := rows[max(0, min(len(rows)-1, y+dy))]
				for dx := -1; dx <= 1; dx++ {
					weight := [3]float64{0.125, 0.75, 0.125}
					v -= weight[dx+1] * weight[dy+1] * row[max(0, min(len(row)-1, x+dx))]
				}
			}
			out[y][x] = max(-0.5, min(0.5, v))
		}
	}
	return out
}

func decibels(meanSquare float64) float64 { return min(99, -10*math.Log10(meanSquare)) }

// reference is an original with what a viewer sees of it.
type reference struct {
	original
	data    []byte
	upright *plane
}

// eachReference runs a test for each still original of at most widest pixels a row for
// which the reference holds.
func eachReference(t *testing.T, widest int, test func(t *testing.T, o reference)) {
	for i := 0; i < len(originals); i++ {
		o := originals[i]
		switch {
		case o.out == resize.GIF, o.info.Frames > 1:
			continue // a palette of its own, or an animation
		case o.name == "jpeg-cmyk-icc.jpg":
			continue // colours from a lookup table
		case o.name == "jpeg-progressive-420-restart-markers.jpg":
			continue // image/jpeg, by which the reference decodes, miscounts its markers
		case o.info.Width > widest:
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			data := read(t, o.name)
			lossyWebP := o.info.Format == resize.WebP && !bytes.Contains(data[:64], []byte("VP8L"))
			test(t, reference{o, data, planeOf(decode(t, data), lossyWebP).upright(o.orientation)})
		})
	}
}

// compare makes the variant and compares it with what want returns for its size.
func (o reference) compare(t *testing.T, label string, req resize.Request, least noise, want func(w, h int) *plane) {
	t.Helper()
	v, err := resize.Resize(context.Background(), resize.Bytes(o.data), req)
	if err != nil {
		t.Fatalf("%s: %v", label, err)
	}
	img := decode(t, v.Data)
	ycbcr, _ := img.(*image.YCbCr)
	halved := ycbcr != nil && ycbcr.SubsampleRatio == image.YCbCrSubsampleRatio420
	n := planeOf(img, false).compare(want(v.Width, v.Height), halved)
	t.Logf("%-12s %s", label, n)
	if n.luma < least.luma || n.chroma < least.chroma || n.alpha < least.alpha {
		t.Errorf("%s: %s; want at least %s", label, n, least)
	}
}

// TestReference bounds the error of Resize for every still original against the float64
// reference above.
func TestReference(t *testing.T) {
	eachReference(t, math.MaxInt, func(t *testing.T, o reference) {
		for _, r := range referenceRequests(o.original) {
			o.compare(t, r.String(), r.with(100), bound(o.original, r), func(w, h int) *plane { return o.upright.variant(r, w, h) })
		}
	})
}

// referenceRequests returns sizes to compare with the reference: far smaller, barely
// smaller, and cropped at the sides and at top and bottom.
func referenceRequests(o original) []request {
	w, h := o.info.Width, o.info.Height
	if w > 1000 {
		return []request{{500, 300, resize.Cover}} // the others take too long
	}
	return []request{
		{w * 37 / 100, h * 37 / 100, resize.Fill},
		{w - 1, h - 1, resize.Fill},
		{w / 4, h / 2, resize.Cover},
		{w / 2, h / 5, resize.Cover},
	}
}

// bound returns the least PSNR permitted: what was measured, less a margin of about 1.5
// dB. Rounding to 8 bits alone gives 59 dB (an error of at most half a level, evenly
// spread), a JPEG coder at quality 100 some 53. Sharpening chroma enlarges its errors
// by 2 to 3 dB.
func bound(o original, r request) noise {
	switch {
	case o.hard:
		// Colours next to transparent pixels are divided by a rounded alpha.
		return noise{34, 56, 72}
	case o.planes() && r.width >= o.info.Width-1:
		// The standard library, which the reference uses, repeats samples of chroma
		// where there are fewer; resampled planes are smoother.
		return noise{49, 37, 99}
	case o.planes():
		return noise{50, 44, 99}
	case o.info.Format == resize.PNG:
		// Samples of 16 bits are rounded to 8 first.
		return noise{53, 55, 70}
	case o.name == "jpeg-cmyk-adobe.jpg" || o.name == "jpeg-ycck-adobe.jpg":
		// Inks are resampled before they are converted; the reference converts first. A
		// colour is a product of inks.
		return noise{44, 42, 99}
	case o.out == resize.JPEG:
		return noise{48, 42, 99}
	}
	return noise{48, 55, 70}
}

// planes reports whether an original is resized in its planes.
func (o original) planes() bool {
	if o.info.Format == resize.WebP {
		return o.out == resize.JPEG
	}
	return o.info.Format == resize.JPEG && !slices.Contains([]string{
		"jpeg-rgb-adobe.jpg", "jpeg-cmyk-adobe.jpg", "jpeg-ycck-adobe.jpg",
	}, o.name)
}
