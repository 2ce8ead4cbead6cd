package resize

import (
	"context"
	"image"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// maxJPEGSize is the largest width or height in pixels that a JPEG can have.
const maxJPEGSize = 65535

// encodePlanes writes upright planes, one of gray or three of YCbCr, as a JPEG
// of the best quality that fits.
func encodePlanes(ctx context.Context, kept *pic.Buffers, planes []plane.Plane, profile []byte, req Request) (*Variant, error) {
	raster := &pic.Raster{Planes: planes, Colour: pic.Colour{Gray: len(planes) == 1, Profile: profile}}
	frames := func(yield func(*pic.Raster, error) bool) { yield(raster, nil) }
	encoded, err := jpeg.Encoder{}.Encode(ctx, kept, pic.Sequence{Frames: frames},
		pic.Budget{MaxBytes: req.MaxBytes, Quality: req.Quality, MinQuality: req.MinQuality})
	if err != nil {
		return nil, err
	}
	return &Variant{Data: encoded.Data, Format: JPEG, Quality: encoded.Quality}, nil
}

// planesOf are the planes of opaque pixels: one if they are gray, else three of
// 4:2:0.
func planesOf(s *still) []plane.Plane {
	if s.planes != nil {
		return s.planes
	}
	img, ok := s.pixels.(*image.NRGBA)
	if !ok {
		img = imaging.Clone(s.pixels)
	}
	if s.gray {
		return []plane.Plane{redOf(img)}
	}
	return ycbcrOf(img)
}

// redOf takes the red channel of pixels that are all gray.
func redOf(img *image.NRGBA) plane.Plane {
	p := newPlane(img.Rect.Dx(), img.Rect.Dy())
	for y := range p.Height {
		row := img.Pix[y*img.Stride:]
		for x := range p.Width {
			p.Pix[y*p.Stride+x] = row[4*x]
		}
	}
	return p
}

// ycbcrOf makes planes of 4:2:0 as JFIF defines the colours. A chroma sample is
// the mean of 2 × 2 pixels, of which some are repeated where there are none.
func ycbcrOf(img *image.NRGBA) []plane.Plane {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	luma := newPlane(w, h)
	cb, cr := newPlane((w+1)/2, (h+1)/2), newPlane((w+1)/2, (h+1)/2)
	for y := range h {
		row := img.Pix[y*img.Stride:][:4*w]
		for x := range w {
			r, g, b := int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2])
			luma.Pix[y*w+x] = uint8((19595*r + 38470*g + 7471*b + 1<<15) >> 16)
		}
	}
	for y := range cb.Height {
		above := img.Pix[2*y*img.Stride:][:4*w]
		below := img.Pix[min(2*y+1, h-1)*img.Stride:][:4*w]
		for x := range cb.Width {
			left, right := 8*x, min(8*x+4, 4*w-4)
			var sum [3]int32
			for c := range sum {
				sum[c] = int32(above[left+c]) + int32(above[right+c]) + int32(below[left+c]) + int32(below[right+c])
			}
			const middle = 128<<18 + 1<<17 - 1
			cb.Pix[y*cb.Stride+x] = uint8((-11059*sum[0] - 21709*sum[1] + 32768*sum[2] + middle) >> 18)
			cr.Pix[y*cr.Stride+x] = uint8((32768*sum[0] - 27439*sum[1] - 5329*sum[2] + middle) >> 18)
		}
	}
	return []plane.Plane{luma, cb, cr}
}
