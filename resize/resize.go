// Package resize turns the bytes of a picture into the bytes of the same
// picture at another size. It knows nothing of where the bytes come from.
//
// Formats are told by content, never by name:
//
//	JPEG                 to JPEG
//	PNG                  to PNG
//	GIF, animated too    to GIF
//	WebP, BMP, TIFF      to JPEG if opaque, else PNG; lossless WebP to PNG
//
// Anything else (animated WebP, APNG, SVG, HEIC, AVIF, JPEG XL, ...) is an
// [UnsupportedError]. Widths and heights are pixels of the upright picture,
// which is what a viewer sees once the Exif orientation is applied. A picture
// is never enlarged. An ICC profile is kept or the pixels are converted to
// sRGB; all other metadata is dropped.
package resize

import (
	"context"
	"time"
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

// Times says how long the stages of a resize took.
type Times struct {
	Decode, Resample, Encode time.Duration
}

// Inspect reads the header of an original and decodes no pixels.
// Errors: [UnsupportedError], [*FormatError].
func Inspect(original []byte) (Info, error)

// Resize makes the variant that req asks for out of the bytes of an original.
// It returns soon after ctx is done, with ctx's error.
//
// Errors: [UnsupportedError], [*FormatError] for a corrupt or truncated
// original, [*LimitError], [ErrLarger], [ErrSameSize], [ErrNoFit], or ctx's.
func Resize(ctx context.Context, original []byte, req Request) (*Variant, error)
