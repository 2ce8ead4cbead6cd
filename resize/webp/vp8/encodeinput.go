package vp8

import (
	"context"
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// MaxSize is the largest width and height of a picture (RFC 6386 section 9.1).
const MaxSize = 1<<14 - 1

// ErrTooLarge is the error for a picture that is wider or higher than [MaxSize].
var ErrTooLarge = errors.New("vp8: the picture is wider or higher than 16383 samples")

// errPlanes is the error for planes that are not a picture.
var errPlanes = errors.New("vp8: the planes are neither gray nor 4:2:0")

// surface is a plane padded to whole macroblocks.
type surface struct {
	pix    []uint8
	stride int
}

// reset sets the size of s; its samples are undefined.
func (s *surface) reset(width, height int) {
	s.stride = width
	s.pix = sized(s.pix, width*height)
}

// Load copies a picture of full range into e: one plane, which is gray, or three
// of 4:2:0. It converts them to the limited range of ITU-R BT.601, which VP8
// uses. The error is [ErrTooLarge], says that planes are not a picture, or is
// ctx's.
func (e *Encoder) Load(ctx context.Context, planes []plane.Plane) error {
	e.loaded = false
	if err := check(planes); err != nil {
		return err
	}
	e.width, e.height = planes[0].Width, planes[0].Height
	e.cols, e.rows = (e.width+15)>>4, (e.height+15)>>4
	e.gray = len(planes) == 1
	for i := range e.source {
		size := 16
		if i > 0 {
			size = 8
		}
		s := &e.source[i]
		s.reset(e.cols*size, e.rows*size)
		if i >= len(planes) {
			fill(s.pix, 128)
			continue
		}
		for y := range e.rows * size {
			if y&15 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			s.setRow(y, planes[i], i > 0)
		}
	}
	err := e.analyse(ctx)
	e.loaded = err == nil
	return err
}

// check returns an error unless planes are a picture.
func check(planes []plane.Plane) error {
	if len(planes) != 1 && len(planes) != 3 {
		return errPlanes
	}
	width, height := planes[0].Width, planes[0].Height
	if width > MaxSize || height > MaxSize {
		return fmt.Errorf("%w: %d x %d", ErrTooLarge, width, height)
	}
	if width < 1 || height < 1 {
		return errPlanes
	}
	for _, p := range planes[1:] {
		if p.Width != (width+1)/2 || p.Height != (height+1)/2 {
			return errPlanes
		}
	}
	return nil
}

// setRow sets row y to the plane's row y, or to its last one, in limited range.
// It repeats the last sample to fill the padding.
func (s *surface) setRow(y int, p plane.Plane, chroma bool) {
	row := s.pix[y*s.stride:][:s.stride]
	src := p.Pix[min(y, p.Height-1)*p.Stride:][:p.Width]
	levels := &limitedLuma
	if chroma {
		levels = &limitedChroma
	}
	for x, v := range src {
		row[x] = levels[v]
	}
	fill(row[len(src):], row[len(src)-1])
}

// fill sets all of s to v.
func fill(s []uint8, v uint8) {
	for i := range s {
		s[i] = v
	}
}

// limitedLuma and limitedChroma map samples of full range to limited range: 16 to
// 235, and 16 to 240 around 128.
var limitedLuma, limitedChroma = limited(219, 16*255), limited(224, 128*(255-224))

// limited returns (span*v+offset)/255 for each v, rounded to the nearest.
func limited(span, offset int) (levels [256]uint8) {
	for v := range levels {
		levels[v] = uint8((span*v + offset + 127) / 255)
	}
	return levels
}
