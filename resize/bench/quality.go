package main

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"os"

	_ "golang.org/x/image/webp"
)

// lumaPlane is the luma of a picture, 0 to 255, with its alpha multiplied in.
type lumaPlane struct {
	width, height int
	pix           []float64
}

func readLuma(path string) (*lumaPlane, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	img, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	b := img.Bounds()
	p := &lumaPlane{b.Dx(), b.Dy(), make([]float64, b.Dx()*b.Dy())}
	ycc, isYCC := img.(*image.YCbCr)
	for i := range p.pix {
		x, y := b.Min.X+i%p.width, b.Min.Y+i/p.width
		switch {
		case isYCC && format == "webp": // BT.601's limited range (RFC 9649, 2.5)
			p.pix[i] = (float64(ycc.Y[ycc.YOffset(x, y)]) - 16) * 255 / 219
		case isYCC:
			p.pix[i] = float64(ycc.Y[ycc.YOffset(x, y)])
		default:
			r, g, b, _ := img.At(x, y).RGBA()
			p.pix[i] = (0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b)) / 257
		}
	}
	return p, nil
}

// covered computes what a resize to cover w × h should give: cropped around the exact
// centre and resampled with a Lanczos filter, in float64.
func (p *lumaPlane) covered(w, h int) *lumaPlane {
	scale := min(float64(p.width)/float64(w), float64(p.height)/float64(h))
	return p.narrowed(scale, w).narrowed(scale, h)
}

// narrowed resamples rows to w samples, one from each scale samples around the centre,
// and transposes the plane.
func (p *lumaPlane) narrowed(scale float64, w int) *lumaPlane {
	out := &lumaPlane{p.height, w, make([]float64, p.height*w)}
	start := (float64(p.width) - scale*float64(w)) / 2
	for x := range w {
		centre := start + (float64(x)+0.5)*scale
		first, last := max(0, int(centre-3*scale)), min(p.width-1, int(centre+3*scale))
		weights := make([]float64, last-first+1)
		sum := 0.0
		for i := range weights {
			weights[i] = lanczos((float64(first+i) + 0.5 - centre) / scale)
			sum += weights[i]
		}
		for y := range p.height {
			v := 0.0
			for i, weight := range weights {
				v += weight * p.pix[y*p.width+first+i]
			}
			out.pix[x*p.height+y] = v / sum
		}
	}
	return out
}

func lanczos(x float64) float64 {
	switch x = math.Abs(x); {
	case x < 1e-9:
		return 1
	case x >= 3:
		return 0
	}
	px := math.Pi * x
	return 3 * math.Sin(px) * math.Sin(px/3) / (px * px)
}

// psnr returns the PSNR of p relative to want, in decibels.
func (p *lumaPlane) psnr(want *lumaPlane) (float64, error) {
	if p.width != want.width || p.height != want.height {
		return 0, fmt.Errorf("a picture of %dx%d, want %dx%d", p.width, p.height, want.width, want.height)
	}
	sum := 0.0
	for i, v := range p.pix {
		d := v - max(0, min(255, want.pix[i]))
		sum += d * d
	}
	return 10 * math.Log10(255*255*float64(len(p.pix))/sum), nil
}
