// Package resize turns the bytes of a picture into the bytes of the same
// picture at another size. It knows nothing of where the bytes come from.
//
// Formats are told by content, never by name, and by no more than the first 4096
// bytes:
//
//	JPEG                 to JPEG
//	PNG                  to PNG
//	GIF, animated too    to GIF
//	animated WebP        to WebP
//	WebP, BMP, TIFF      to JPEG if opaque, else PNG; lossless WebP to PNG
//
// An opaque PNG that is longer than [Request].MaxBytes at its best compression
// becomes a JPEG. Of a TIFF the first page counts. Where [Request].Formats asks for it,
// a still becomes an AVIF or a WebP and an animation a WebP, unless what it would be
// otherwise is smaller at the same quality.
//
// A still JPEG or GIF is to have no more bytes than an original of the same format.
// Where it would have, it gets the quality that the original is worth, or lower ones
// down to [Request].MinQuality.
//
// Anything else (APNG, SVG, HEIC, AVIF, JPEG XL, HTML, ...) is an
// [UnsupportedError] that names it. Widths and heights are pixels of the upright
// picture, which is what a viewer sees once the Exif orientation is applied. A
// picture is never enlarged.
//
// An ICC profile is kept; CMYK is converted to sRGB, through its profile if it
// has one. A profile that is incomplete, or of another colour space than the
// pixels, says nothing about them and is passed over, as browsers do; but a PNG whose
// iCCP chunk cannot be unpacked counts as corrupt. All other metadata is dropped.
//
// Each format is a package of its own, a row of the table in formats.go; package
// pic has what these packages and this one hand to one another. JPEG, PNG and WebP are
// decoded, and everything is resampled and encoded, by this module.
// golang.org/x/image decodes BMP and TIFF, image/gif the pixels of a GIF's frame;
// disintegration/imaging swaps the axes of pixels and converts the rarer types of them.
package resize

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
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
	// Quality is that of lossy formats where the result fits MaxBytes, MinQuality
	// the lowest to step down to where it does not; 1 to 100.
	Quality, MinQuality int
	// MaxBytes is the largest result in bytes; 0 is no limit.
	MaxBytes int
	// Formats are tried in this order before those that come nearest to the
	// original's. One that is not written, cannot hold the picture or does not fit
	// is passed over.
	Formats []Format
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
	// AVIFPixels is the largest width × height of a variant that is written as AVIF.
	AVIFPixels int64
}

// Variant is a resized original.
type Variant struct {
	Data          []byte
	Format        Format
	Width, Height int // pixels
	Quality       int // that was used; 0 for formats that have none
	// Effort says how hard the encoder tried to write few bytes; "" for formats
	// whose encoder has no choice. Where time is short it tries less hard.
	Effort string
	// Outgrown is how many bytes it had at the Request's Quality, where that was
	// more than the original has; else 0. It is shorter then, if it can be.
	Outgrown int
	// Hurried says that there was no time to find the best quality that fits, or to
	// make a shorter or better variant of that.
	Hurried bool
	// PassedOver are the formats that were to be tried before, in that order.
	PassedOver []PassedOver
	Times      Times
}

// Resize makes the variant that req asks for out of the bytes of an original.
// It returns soon after ctx is done, with ctx's error: ctx is looked at between
// the stages and, but for some formats' decoders, within them. Where its deadline
// leaves no time to search for the best quality that fits, a lower one may come
// out; where it leaves too little to write an AVIF, a WebP or a GIF well, one of more
// bytes, or of the first two the next format.
//
// A JPEG is decoded while it arrives, and so is a PNG. Once all of a JPEG is there
// that the variant is made of, no more is waited for or looked at: the end of a JPEG
// may be missing or corrupt, of a progressive one most of it where the variant is
// small. How the bytes arrive makes no other difference.
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
	if err := req.validate(); err != nil {
		return nil, err
	}
	p, err := Open(ctx, original)
	if err != nil {
		return nil, err
	}
	return new(Resizer).Resize(ctx, p, req)
}

// resize is Resize with a valid request; if the original failed to arrive or ctx
// ended, the error is arbitrary.
func (r *Resizer) resize(ctx context.Context, p *Picture, req Request) (*Variant, error) {
	v, err := r.attempt(ctx, p, req)
	late, ok := p.picture.(pic.Completer)
	if !ok || p.arrival.err != nil || ctx.Err() != nil || isFinal(err, p, req) {
		return v, err
	}
	if changed, lateErr := late.Complete(ctx); lateErr != nil || !changed {
		return v, err
	}
	return r.attempt(ctx, p, req)
}

// isFinal reports whether another orientation could not change that an attempt failed
// with err.
func isFinal(err error, p *Picture, req Request) bool {
	var invalid *FormatError
	var limit *LimitError
	info := p.Info()
	longest := max(info.Width, info.Height)
	return errors.As(err, &invalid) || errors.As(err, &limit) && limit.What == "pixels" ||
		errors.Is(err, ErrLarger) && max(req.Width, req.Height) > longest
}

// attempt makes a variant of what the header says as far as it is known.
func (r *Resizer) attempt(ctx context.Context, p *Picture, req Request) (*Variant, error) {
	header := p.picture.Header()
	box, err := req.box(header.Upright())
	if err != nil {
		return nil, err
	}
	if err := req.checkPixels(p.Info()); err != nil {
		return nil, err
	}
	view := stored(box, header.Orientation)
	decoding, err := p.picture.Plan(view)
	if err != nil {
		return nil, err
	}
	budget := pic.Budget{MaxBytes: req.MaxBytes, Quality: req.Quality, MinQuality: req.MinQuality}
	j := &job{view: view, header: header, bytes: p.arrival.Len(), decoding: decoding}
	rooms, memory, err := j.affordable(req, j.written(p.formats, req), budget, r.keep())
	if err != nil {
		return nil, err
	}
	j.buffers, j.watch = r.buffersFor(p.room, memory), newStopwatch(p.arrival)
	v, err := j.encode(ctx, rooms, pic.Sequence{Header: header, Width: box.Width, Height: box.Height, Frames: j.rasters(ctx)}, budget)
	if err != nil {
		return nil, err
	}
	j.watch.lap(&j.times.Encode)
	v.Width, v.Height, v.PassedOver, v.Times = box.Width, box.Height, j.passed, j.times
	return v, nil
}
