// Package resize turns the bytes of a picture into the bytes of the same
// picture at another size. It knows nothing of where the bytes come from.
//
// Formats are told by content, never by name, and by no more than the first 4096
// bytes:
//
//	JPEG                 to JPEG
//	PNG                  to PNG
//	GIF, animated too    to GIF
//	WebP, BMP, TIFF      to JPEG if opaque, else PNG; lossless WebP to PNG
//
// An opaque PNG that is longer than [Request].MaxBytes at its best compression
// becomes a JPEG. Of a TIFF the first page counts.
//
// Anything else (animated WebP, APNG, SVG, HEIC, AVIF, JPEG XL, HTML, ...) is an
// [UnsupportedError] that names it. Widths and heights are pixels of the upright picture,
// which is what a viewer sees once the Exif orientation is applied. A picture
// is never enlarged.
//
// An ICC profile is kept; CMYK is converted to sRGB, through its profile if it
// has one. A profile that is incomplete, or of another colour space than the
// pixels, says nothing about them and is passed over, as browsers do. All other
// metadata is dropped.
package resize

import (
	"context"
	"errors"
	"time"

	"github.com/edgeresize/edgeresize/resize/png"
)

// Fit says how a picture fills a box of another shape.
type Fit string

// The ways to fit.
const (
	Cover  Fit = "cover"  // fills the box, cropping around the centre
	Fill   Fit = "fill"   // fills the box, stretching
	Inside Fit = "inside" // the largest size of the same shape within the box
)

// Request says which variant is wanted.
type Request struct {
	// Width and Height are the box in pixels of the upright picture. At most
	// one may be 0: it follows from the picture's ratio.
	Width, Height int
	// Fit is how the picture fills the box.
	Fit Fit
	// Quality is the JPEG quality to use where the result fits MaxBytes,
	// MinQuality the lowest to step down to where it does not; 1 to 100.
	Quality, MinQuality int
	// MaxBytes is the largest result in bytes; 0 is no limit.
	MaxBytes int
	// Limits bound the work; they are checked from headers, before pixels
	// are decoded.
	Limits Limits
}

// Limits bound what one resize may cost. A zero field is no limit.
type Limits struct {
	// Pixels is the largest width × height × frames of an original.
	Pixels int64
	// Memory is the largest working memory in bytes, estimated from the
	// original's header, the original's own bytes not counted.
	Memory int64
}

// Info is what the header of an original says.
type Info struct {
	Format        Format
	Width, Height int // pixels, upright
	Frames        int // 1 unless animated
}

// Variant is a resized original.
type Variant struct {
	Data          []byte
	Format        Format
	Width, Height int // pixels
	Quality       int // JPEG quality used; 0 for other formats
	Times         Times
}

// Times says how long the stages of a resize took. Wait is what was spent
// waiting for the original's bytes, and is part of no other stage.
type Times struct {
	Wait, Decode, Resample, Encode time.Duration
}

// Inspect reads the header of an original and decodes no pixels. Of a JPEG it
// waits only for the header.
// Errors: [UnsupportedError], [*FormatError], or the original's as it gave it.
func Inspect(ctx context.Context, original Original) (Info, error) {
	a := &arrival{Original: original}
	info, err := inspect(ctx, a)
	if a.err != nil {
		return Info{}, a.err
	}
	return info, err
}

// inspect is Inspect with any error where the arrival ended.
func inspect(ctx context.Context, a *arrival) (Info, error) {
	format, err := formatOf(ctx, a)
	if err != nil {
		return Info{}, err
	}
	if format == JPEG {
		return inspectJPEG(ctx, a)
	}
	data, err := a.all(ctx)
	if err != nil {
		return Info{}, err
	}
	switch format {
	case PNG:
		return inspectPNG(data)
	case GIF:
		return inspectGIF(data)
	case WebP:
		return inspectWebP(data)
	case BMP:
		return inspectBMP(data)
	default:
		return inspectTIFF(data)
	}
}

// formatOf tells the format by the first bytes.
func formatOf(ctx context.Context, a *arrival) (Format, error) {
	start, err := a.First(ctx, sniffed)
	if err != nil {
		return "", err
	}
	return sniff(start[:min(len(start), sniffed)])
}

// Resize makes the variant that req asks for out of the bytes of an original.
// It returns soon after ctx is done, with ctx's error: ctx is looked at between
// the stages and, but for some formats' decoders, within them.
//
// A JPEG is decoded while it arrives, and a PNG unless it is interlaced. Once all
// of a JPEG is there that the variant is made of, no more is waited for or looked
// at: the end of a JPEG may be missing or corrupt, of a progressive one most of
// it where the variant is small. How the bytes arrive makes no other difference.
//
// A Width or Height larger than the original's is [ErrLarger] whatever the Fit.
// The variant is exactly as large as asked; with [Inside], or where one side
// follows from the ratio, sides are rounded to whole pixels of at least 1. What
// [Cover] crops is exact, not rounded to whole pixels.
//
// Errors: [UnsupportedError], [*FormatError] for a corrupt or truncated
// original, [*LimitError], [ErrLarger], [ErrSameSize], [ErrNoFit], the
// original's as it gave it, or ctx's. A Request that no original can satisfy is
// an error of no particular type.
func Resize(ctx context.Context, original Original, req Request) (*Variant, error) {
	return new(Resizer).Resize(ctx, original, req)
}

// resize is Resize with a valid request, and with any error where the arrival
// ended or ctx is done.
func (r *Resizer) resize(ctx context.Context, a *arrival, req Request) (*Variant, error) {
	format, err := formatOf(ctx, a)
	if err != nil {
		return nil, err
	}
	if format == PNG {
		r.tools = nil // for a PNG that is so much less memory
		v, err := resizePNG(ctx, a, req)
		if !errors.Is(err, png.ErrInterlaced) {
			return v, err
		}
	}
	info, err := inspect(ctx, a)
	if err != nil {
		return nil, err
	}
	b, err := req.box(info.Width, info.Height)
	if err != nil {
		return nil, err
	}
	if err := req.checkPixels(info); err != nil {
		return nil, err
	}
	if info.Format == JPEG {
		return r.resizeJPEG(ctx, a, b, req)
	}
	r.tools = nil // for other formats that is so much less memory
	data, err := a.all(ctx)
	if err != nil {
		return nil, err
	}
	if info.Format == GIF {
		return resizeGIF(ctx, data, info, req)
	}
	return resizeStill(ctx, data, info, b, req)
}

// resizeStill makes the variant of an original of one frame as pixels.
func resizeStill(ctx context.Context, original []byte, info Info, b box, req Request) (*Variant, error) {
	if err := req.checkMemory(req.stillMemory(original, info, b)); err != nil {
		return nil, err
	}
	start := time.Now()
	s, err := decode(ctx, original, info.Format)
	if err != nil {
		return nil, err
	}
	if err := s.checkSize(info); err != nil {
		return nil, err
	}
	decoding := time.Since(start)
	v, err := s.variant(ctx, info.Format, b, req)
	if err != nil {
		return nil, err
	}
	v.Times.Decode = decoding
	return v, nil
}

// variant makes the variant of a decoded picture that had the given format.
func (s *still) variant(ctx context.Context, format Format, b box, req Request) (*Variant, error) {
	start := time.Now()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.reduce(ctx, b); err != nil {
		return nil, err
	}
	scaled := time.Now()
	v, err := encode(ctx, s, format, req)
	if err != nil {
		return nil, err
	}
	v.Width, v.Height = b.width, b.height
	v.Times = Times{Resample: scaled.Sub(start), Encode: time.Since(scaled)}
	return v, nil
}

// decode decodes all pixels of a picture of one frame that is no JPEG.
func decode(ctx context.Context, original []byte, format Format) (*still, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch format {
	case PNG:
		return decodePNG(ctx, original)
	case WebP:
		return decodeWebP(ctx, original)
	case BMP:
		return decodeBMP(ctx, original)
	default:
		return decodeTIFF(ctx, original)
	}
}
