// Package avif writes AVIFs: still pictures that package av1 codes, in the boxes of
// ISO/IEC 14496-12 and 23008-12 that AOM's "AV1 Image File Format (AVIF)" prescribes.
//
// Pictures are monochrome or YCbCr of BT.601 with full range. Chroma is 4:2:0, or 4:4:4
// where 4:2:0 would lose much. Colours are sRGB or those of an ICC profile. Alpha is a
// picture of its own.
package avif

import (
	"context"
	"errors"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// Encoder implements [pic.Encoder]. The zero value is ready.
type Encoder struct {
	// Effort is how hard to try if there is time: [Fast], [Medium] or [Best]; "" is
	// [Medium].
	Effort Effort
}

// Holds implements [pic.Encoder]. It reports whether decoders take a picture of r's size
// and all browsers can read r's colours: sRGB, or a profile that is [icc.Plain].
func (Encoder) Holds(r *pic.Raster) bool {
	size, profile := r.Size(), r.Colour.Profile
	return av1.Fits(size.X, size.Y) && !r.Colour.OnlyPNG && (profile == nil || icc.Plain(profile))
}

// Memory implements [pic.Encoder]. It counts the planes that are made of pixels, in bands
// and whole; alpha in formats that have it; what package av1 takes for each of the two;
// the streams and the file. If chroma may be 4:4:4, there are planes of both kinds, one
// after the other.
func (Encoder) Memory(h pic.Header, width, height int, b pic.Budget) int64 {
	area := width * height
	samples := area + 2*((width+1)/2)*((height+1)/2)
	n := 2 * int64(samples)
	if !h.Subsampled {
		samples = 3 * area
		n += 2*int64(samples) + int64(area) // and package av1's buffers for 4:2:0
	}
	n += av1.Memory(width, height, samples)
	if h.Format != pic.JPEG {
		n += 2*int64(area) + av1.Memory(width, height, area)
	}
	return n + 3*b.Bound(int64(samples))
}

// Encode implements [pic.Encoder]. It writes b.Quality if that fits b.MaxBytes. If not,
// it writes a quality from b.MinQuality up: the best that fits, or one whose file is less
// than 3% shorter than b.MaxBytes. It tries as hard as ctx's deadline allows, and returns
// [context.DeadlineExceeded] as soon as too little time is left.
func (e Encoder) Encode(ctx context.Context, kept *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	raster, err := s.First()
	if err != nil {
		return pic.Encoded{}, err
	}
	if !b.Fits(len(raster.Colour.Profile)) {
		return pic.Encoded{}, pic.ErrNoFit // before it is copied
	}
	c := pic.Reuse[coder](kept)
	defer c.unload()
	c.effort = e.Effort.level()
	if err := c.load(ctx, raster, s.Header.Subsampled); err != nil {
		return pic.Encoded{}, err
	}
	guess := newGuesser(b.MaxBytes)
	fitted, err := pic.FitGuessing(ctx, b.MinQuality, b.Quality, guess.next, func(quality int) ([]byte, error) {
		data, err := c.encode(ctx, quality, b.MaxBytes)
		if err == nil || errors.Is(err, pic.ErrTooLong) {
			guess.add(quality, c.file.length())
		}
		return data, err
	})
	if err != nil {
		return pic.Encoded{}, err
	}
	return pic.Encoded{Data: fitted.Data, Quality: fitted.Level, Effort: string(words[c.efforts[fitted.Level]]), Hurried: fitted.Hurried}, nil
}

// coder encodes one picture at several qualities. It keeps its buffers for the next
// picture. The zero value is ready. It is not for concurrent use.
type coder struct {
	picture, alpha av1.Encoder
	sharpener      plane.Sharpener
	file           file
	raster         *pic.Raster
	translucent    bool
	whole          bool            // whether the loaded chroma is 4:4:4
	wholeBelow     int             // quantiser step below which chroma is 4:4:4
	effort         av1.Effort      // if there is time
	efforts        [101]av1.Effort // by quality: the least that a superblock was searched with
}

// load loads r; subsampled says whether the original's chroma is subsampled.
func (c *coder) load(ctx context.Context, r *pic.Raster, subsampled bool) error {
	size := r.Size()
	c.file = file{width: size.X, height: size.Y, cicp: sRGB, profile: r.Colour.Profile}
	if c.file.profile != nil {
		c.file.cicp = unspecified
	}
	c.raster, c.translucent = r, false
	if r.Planes == nil {
		err := eachBand(ctx, r, func(band *pic.Raster, _ int) { c.translucent = c.translucent || !band.Opaque() })
		if err != nil {
			return err
		}
	}
	if c.translucent {
		if err := pic.Spread(ctx, r.Pixels); err != nil {
			return err
		}
		alpha, err := planesOf(ctx, r, alphaOf)
		if err != nil {
			return err
		}
		if err := c.alpha.Load(ctx, alpha); err != nil {
			return err
		}
	}
	c.whole, c.wholeBelow = false, 0
	planes, err := halfOf(ctx, r)
	if err != nil {
		return err
	}
	if err := c.picture.Load(ctx, planes); err != nil {
		return err
	}
	if r.Whole() && !subsampled {
		c.wholeBelow = wholeStep(c.sharpener.Loss(planes[1:]...), c.picture.Flat())
	}
	return nil
}

// halfOf returns the planes of r at 4:2:0, or its one plane of gray levels.
func halfOf(ctx context.Context, r *pic.Raster) ([]plane.Plane, error) {
	if r.Planes != nil && !r.Whole() {
		return r.Planes, nil
	}
	return planesOf(ctx, r, (*pic.Raster).YCbCr)
}

// unload drops the loaded picture and keeps the buffers.
func (c *coder) unload() { c.file, c.raster = file{}, nil }

// Code points of colours (H.273): primaries, transfer characteristics, and the matrix of
// YCbCr, which is JFIF's.
var (
	sRGB        = av1.Color{Primaries: 1, Transfer: 13, Matrix: 6}
	unspecified = av1.Color{Primaries: 2, Transfer: 2, Matrix: 6}
)

// encode returns the loaded picture as an AVIF of a quality from 1 to 100. It returns
// [pic.ErrTooLong] if that exceeds maxBytes; 0 is no limit.
func (c *coder) encode(ctx context.Context, quality, maxBytes int) ([]byte, error) {
	f := &c.file
	f.alpha = nil
	if c.translucent {
		alpha, err := c.alpha.Encode(ctx, av1.Params{Quantiser: alphaQuantiser(quality), Pace: newPacer(ctx, c.effort).next, Color: unspecified})
		if err != nil {
			return nil, err
		}
		f.alpha = &alpha
	}
	quantiser := Quantiser(quality)
	if err := c.chooseChroma(ctx, quantiser); err != nil {
		return nil, err
	}
	pace := newPacer(ctx, c.effort)
	picture, err := c.picture.Encode(ctx, av1.Params{Quantiser: quantiser, Pace: pace.next, Color: f.cicp})
	if err != nil {
		return nil, err
	}
	f.picture, c.efforts[quality] = picture, pace.effort
	size := f.length()
	if maxBytes > 0 && size > maxBytes {
		return nil, pic.ErrTooLong
	}
	return f.append(make([]byte, 0, size)), nil
}
