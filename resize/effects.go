package resize

import (
	"context"
	"image"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// effects says what is done to each raster after resampling. A blur comes before
// sharpening, which would otherwise be lost.
type effects struct {
	blur    int // the standard deviation in pixels; 0 is none
	sharpen int // 0 to 10
}

// effects returns the effects that r asks for.
func (r Request) effects() effects { return effects{r.Blur, r.Sharpen} }

// header returns the header of what is resized of a picture with header h. A blurred
// animation becomes a still of its first frame: blurs are for placeholders, and an
// animation is too long for one.
func (e effects) header(h pic.Header) pic.Header {
	if e.blur > 0 {
		h.Frames = 1
	}
	return h
}

// like returns the formats of a variant for which no format is asked, best first: those
// nearest to the original's. A blurred picture has no use for a palette, nor for a
// coding without loss.
func (e effects) like(h pic.Header) []Format {
	if e.blur > 0 {
		return []Format{JPEG, PNG}
	}
	return likeOriginal(h)
}

// memory returns how many bytes apply allocates for a variant of v's size.
func (e effects) memory(v pic.View) int64 {
	var n int64
	if e.blur > 0 {
		n += plane.BlurMemory(v.Width, v.Height) + 4*int64(v.Width)*int64(v.Height) + icc.SimpleMemory
	}
	if e.sharpen > 0 {
		n += plane.UnsharpMemory(v.Width, v.Height)
	}
	return n
}

// apply changes r in place. The error is ctx's.
func (e effects) apply(ctx context.Context, r *pic.Raster) error {
	if e.blur > 0 {
		toSRGB(r)
		if err := blur(ctx, r, float64(e.blur)); err != nil {
			return err
		}
	}
	if e.sharpen == 0 {
		return nil
	}
	if r.Planes != nil {
		plane.Unsharp(r.Planes[0], e.sharpen)
	} else {
		plane.UnsharpPixels(pixelsOf(r.Pixels), e.sharpen)
	}
	return ctx.Err()
}

// blur blurs a raster with a Gaussian of the given standard deviation in pixels.
func blur(ctx context.Context, r *pic.Raster, deviation float64) error {
	if r.Planes == nil {
		return plane.BlurPixels(ctx, pixelsOf(r.Pixels), deviation)
	}
	for i, p := range r.Planes {
		if i == 1 && !r.Whole() {
			deviation /= 2 // a sample of chroma stands for 2 × 2 pixels
		}
		if err := plane.Blur(ctx, p, deviation); err != nil {
			return err
		}
	}
	return nil
}

// toSRGB removes r's ICC profile, which may be longer than a placeholder may be. It
// converts the colours if the profile is made of curves and a matrix. Other profiles
// are rare, and a blur forgives the difference. Colour chunks that only a PNG can carry
// stay if they say something else.
func toSRGB(r *pic.Raster) {
	profile := r.Colour.Profile
	r.Colour.Profile = nil
	if r.Colour.OnlyPNG { // the chunks take precedence over the profile
		return
	}
	r.Colour.PNGChunks = nil
	if r.Colour.Gray {
		if levels, ok := icc.GrayToSRGB(profile); ok {
			toLevels(r, &levels)
		}
	} else if simple := icc.NewSimple(profile); simple != nil {
		r.Planes, r.Pixels = nil, r.NRGBA()
		simple.ToSRGB(r.Pixels.Pix)
	}
}

// pixelsOf returns pixels as a plane of four samples each.
func pixelsOf(img *image.NRGBA) plane.Plane {
	return plane.Plane{Pix: img.Pix, Stride: img.Stride, Width: img.Rect.Dx(), Height: img.Rect.Dy()}
}
