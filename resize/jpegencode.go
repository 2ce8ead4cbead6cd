package resize

import (
	"context"
	"errors"
	"image"
	"image/jpeg"
)

// maxJPEGSize is the largest width or height in pixels that a JPEG can have.
const maxJPEGSize = 65535

// errTooLong stops an encoder whose result grows beyond the limit.
var errTooLong = errors.New("longer than the limit")

// encodeJPEG writes an upright picture as a JPEG of at most maxBytes, 0 being
// no limit, or gives errTooLong. Gray pixels become a JPEG of one component.
func encodeJPEG(ctx context.Context, s *still, quality, maxBytes int) ([]byte, error) {
	out := &jpegWriter{ctx: ctx, max: maxBytes, skip: 2}
	out.buf = append(out.buf, 0xff, markerSOI)
	out.buf = appendICC(out.buf, s.profile)
	if err := jpeg.Encode(out, jpegPixels(s), &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return out.buf, nil
}

// jpegPixels is s in a type that image/jpeg encodes without going pixel by
// pixel through an interface.
func jpegPixels(s *still) image.Image {
	img, ok := s.pixels.(*image.NRGBA)
	switch {
	case !ok:
		return s.pixels
	case s.gray:
		return grayOf(img)
	}
	// The same bytes, since nothing is transparent.
	return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}

// grayOf takes the red channel of pixels that are all gray.
func grayOf(img *image.NRGBA) *image.Gray {
	g := image.NewGray(img.Bounds())
	for y := range g.Rect.Dy() {
		row := img.Pix[y*img.Stride:]
		for x := range g.Rect.Dx() {
			g.Pix[y*g.Stride+x] = row[4*x]
		}
	}
	return g
}

// appendICC adds an ICC profile in as many APP2 segments as it takes
// (ICC.1:2022, B.4). A profile that is too long for 255 of them is 16 MB long,
// more than any limit in bytes allows.
func appendICC(jpg, profile []byte) []byte {
	const maxPart = 65519 // 65,535 less the length, iccHeader and two numbers
	parts := (len(profile) + maxPart - 1) / maxPart
	for i := range parts {
		part := profile[i*maxPart:]
		part = part[:min(maxPart, len(part))]
		size := 2 + len(iccHeader) + 2 + len(part)
		jpg = append(jpg, 0xff, markerAPP2, byte(size>>8), byte(size))
		jpg = append(jpg, iccHeader...)
		jpg = append(jpg, byte(i+1), byte(parts))
		jpg = append(jpg, part...)
	}
	return jpg
}

// jpegWriter gathers what an encoder writes.
type jpegWriter struct {
	ctx  context.Context
	buf  []byte
	skip int // bytes of the encoder's yet to be dropped: its SOI marker
	max  int
}

// Write implements io.Writer.
func (w *jpegWriter) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	drop := min(w.skip, len(p))
	w.skip -= drop
	w.buf = append(w.buf, p[drop:]...)
	if w.max > 0 && len(w.buf) > w.max {
		return 0, errTooLong
	}
	return len(p), nil
}
