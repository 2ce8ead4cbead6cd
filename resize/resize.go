// Package resize turns the bytes of a picture into the bytes of the same picture at
// another size. It knows nothing about where the bytes come from.
//
// Formats are recognised by content, never by name, from the first 4096 bytes at most:
//
//	JPEG                 to JPEG
//	PNG                  to PNG
//	GIF, animated too    to GIF
//	animated WebP        to WebP
//	WebP, BMP, TIFF      to JPEG if opaque, else PNG; lossless WebP to PNG
//
// An opaque PNG that is longer than [Request].MaxBytes at its best compression becomes
// a JPEG. Of a TIFF only the first page is used. If [Request].Formats asks for it, a
// still becomes an AVIF or a WebP and an animation a WebP, unless the format above is
// smaller at the same quality.
//
// A still JPEG or GIF should have no more bytes than an original of the same format. If
// it would have more, it gets the quality that the original is worth, or a lower one
// down to [Request].MinQuality.
//
// Anything else (APNG, SVG, HEIC, AVIF, JPEG XL, HTML, ...) is an [UnsupportedError]
// that names it. Widths and heights are pixels of the upright picture, which a viewer
// sees after the Exif orientation is applied. A picture is never enlarged; [Pad] may add
// a margin.
//
// An ICC profile is kept; CMYK is converted to sRGB, through its profile if it has one.
// A profile that is incomplete, or of another colour space than the pixels, is ignored,
// as browsers do; but a PNG whose iCCP chunk cannot be unpacked counts as corrupt. All
// other metadata is dropped.
//
// Each format is a package of its own and a row of the table in formats.go; package pic
// holds the types that these packages and this one exchange. This module decodes JPEG,
// PNG and WebP, and resamples and encodes everything. golang.org/x/image decodes BMP
// and TIFF, and image/gif the pixels of a GIF's frame; disintegration/imaging swaps the
// axes of pixels and converts their rarer types.
package resize

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Variant is a resized original.
type Variant struct {
	Data          []byte
	Format        Format
	Width, Height int // pixels
	// Focus is the centre of what is shown of the original: see [Cover].
	Focus   Focus
	Quality int // the quality used; 0 for formats that have none
	// Effort says how hard the encoder tried to save bytes; "" if it has no choice. An
	// encoder that is short of time tries less hard.
	Effort string
	// Outgrown is how many bytes the variant had at the Request's Quality, if that was
	// more than the original has; else 0. The variant is then shorter than that, if
	// possible.
	Outgrown int
	// Hurried says that the time was too short to find the best quality that fits, or
	// to make a shorter or better variant of that quality.
	Hurried bool
	// PassedOver lists the formats that were to be tried before, in that order.
	PassedOver []PassedOver
	Times      Times
}

// Resize makes the variant that req asks for from the bytes of an original. It returns
// soon after ctx is done, with ctx's error: it checks ctx between the stages and,
// except in some formats' decoders, within them. If ctx's deadline leaves no time to
// search for the best quality that fits, the quality may be lower. If it leaves too
// little time to write an AVIF, a WebP or a GIF well, the result has more bytes, or for
// AVIF and WebP may be of the next format.
//
// A JPEG or PNG is decoded while it arrives. Resize waits for and reads no more of a
// JPEG than the variant needs: the end of a JPEG may be missing or corrupt, and most of
// a progressive JPEG if the variant is small; Trim needs all of it. How the bytes arrive
// makes no other difference.
//
// If Width or Height is larger than the original's, the error is [ErrLarger], whatever
// the Fit, unless Largest is set. With Trim, what remains counts as the original, but
// [ErrSameSize] is returned only if there is no border. The variant is exactly as large
// as asked; with [Inside], or if one side follows from the ratio, sides are rounded to
// whole pixels of at least 1. What [Cover] crops is exact, not rounded to whole pixels.
// [Pad] lays the picture at even pixels, at most one from the middle.
//
// Errors: [UnsupportedError], [*FormatError] for a corrupt or truncated original,
// [*LimitError], [ErrLarger], [ErrSameSize], [ErrNoFit], the original's own error
// unchanged, or ctx's. A Request that no original can satisfy gives an error of no
// particular type.
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

// resize does what Resize does, for a valid request. If the original failed to arrive
// or ctx ended, the error is arbitrary. If an orientation after the pixels may change
// the result, it reads that and tries again.
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

// isFinal reports whether an attempt would fail with err under every orientation.
func isFinal(err error, p *Picture, req Request) bool {
	var invalid *FormatError
	var limit *LimitError
	info := p.Info()
	longest := max(info.Width, info.Height)
	return errors.As(err, &invalid) || errors.As(err, &limit) && limit.What == "pixels" ||
		errors.Is(err, ErrLarger) && max(req.Width, req.Height) > longest
}

// attempt makes a variant according to the header as known so far.
func (r *Resizer) attempt(ctx context.Context, p *Picture, req Request) (*Variant, error) {
	part, err := r.part(ctx, p, req)
	if err != nil {
		return nil, err
	}
	j, err := p.plan(part, req, r.keep())
	if err != nil {
		return nil, err
	}
	j.buffers, j.watch = r.buffersFor(p.room, max(j.memory, part.memory)), newStopwatch(p.arrival)
	return j.run(ctx, p)
}
