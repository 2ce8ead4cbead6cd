package resize

import (
	"context"
	"errors"
	"image"
	"math"
	"time"

	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// margin is how many decoded samples a sample of the variant is made of at
// least, in each direction, where the original has as many: the more, the less
// the reduced inverse DCT shows beside the resampler's filter.
const margin = 2

// chromaStep TMP
const chromaStep = 2

// resizeJPEG makes the variant of a JPEG without leaving its planes: they are
// decoded at the smallest scale that leaves the margin, resampled, and encoded.
// The error is an [UnsupportedError] for colours other than gray and YCbCr, and
// for what this package's own decoder does not decode.
func resizeJPEG(ctx context.Context, original []byte, b box, req Request) (*Variant, error) {
	start := time.Now()
	h, err := parseJPEGHeader(original)
	if err != nil {
		return nil, jpegError(err)
	}
	header, err := jpeg.ReadHeader(original)
	if err != nil {
		return nil, planesError(err)
	}
	if header.Model != jpeg.Gray && header.Model != jpeg.YCbCr {
		return nil, UnsupportedError("JPEG planes of " + header.Model.String())
	}
	b = b.stored(h.orientation)
	options := jpegOptions(&header, b)
	memory, err := planesMemory(&header, options, b, req)
	if err != nil {
		return nil, err
	}
	if err := req.checkMemory(memory); err != nil {
		return nil, err
	}
	var decoder jpeg.Decoder
	img, err := decoder.Decode(ctx, original, options)
	if err != nil {
		return nil, planesError(err)
	}
	decoded := time.Now()
	planes, err := resamplePlanes(ctx, img, b, h.orientation)
	if err != nil {
		return nil, err
	}
	scaled := time.Now()
	v, err := encodePlanes(ctx, planes, keptProfile(h.profile(), len(planes) == 1), req)
	if err != nil {
		return nil, err
	}
	v.Width, v.Height = planes[0].Width, planes[0].Height
	v.Times = Times{
		Decode:   decoded.Sub(start),
		Resample: scaled.Sub(decoded),
		Encode:   time.Since(scaled),
	}
	return v, nil
}

// jpegOptions says what to decode of a JPEG for the box b of stored pixels.
func jpegOptions(h *jpeg.Header, b box) jpeg.Options {
	across := (b.window.X1 - b.window.X0) / float64(b.width)
	down := (b.window.Y1 - b.window.Y0) / float64(b.height)
	o := jpeg.Options{Luma: jpegScale(min(across, down)), Chroma: jpeg.Eighth}
	var maxH, maxV int
	for _, c := range h.Components {
		maxH, maxV = max(maxH, c.H), max(maxV, c.V)
	}
	for _, c := range h.Components[1:] {
		ratio := min(across*float64(c.H)/float64(maxH), down*float64(c.V)/float64(maxV))
		o.Chroma = min(o.Chroma, jpegScale(chromaStep*ratio))
	}

	// The filter reaches three pixels of the variant, or three samples, of
	// which one is up to four pixels.
	reachX, reachY := 4*max(across, 4), 4*max(down, 4)
	o.Region = image.Rect(
		int(math.Floor(b.window.X0-reachX)), int(math.Floor(b.window.Y0-reachY)),
		int(math.Ceil(b.window.X1+reachX)), int(math.Ceil(b.window.Y1+reachY)),
	).Intersect(image.Rect(0, 0, h.Width, h.Height))
	return o
}

// jpegScale returns the smallest scale at which the margin is left of samples
// of which ratio become one.
func jpegScale(ratio float64) jpeg.Scale {
	scale := jpeg.Eighth
	for scale > jpeg.Full && ratio/float64(scale) < margin {
		scale /= 2
	}
	return scale
}

// resamplePlanes makes the planes of a variant, upright, of decoded ones.
func resamplePlanes(ctx context.Context, img *jpeg.Image, b box, orientation int) ([]plane.Plane, error) {
	var resampler plane.Resampler
	planes := make([]plane.Plane, len(img.Planes))
	shown := mirrored(b.window, orientation)
	for i, p := range img.Planes {
		minX, minY := float64(img.Bounds.Min.X), float64(img.Bounds.Min.Y)
		stepX, stepY := img.Step(i)
		window := plane.Window{
			X0: (shown.X0 - minX) / stepX, Y0: (shown.Y0 - minY) / stepY,
			X1: (shown.X1 - minX) / stepX, Y1: (shown.Y1 - minY) / stepY,
		}
		var out plane.Plane
		var err error
		if i == 0 {
			out = newPlane(b.width, b.height)
			err = resampler.Resample(ctx, out, p, window)
		} else {
			out = newPlane((b.width+1)/2, (b.height+1)/2)
			err = resampler.ResampleHalved(ctx, out, p, image.Pt(b.width, b.height), window)
		}
		if err != nil {
			return nil, err
		}
		if swapsAxes(orientation) {
			out = plane.Transposed(out)
		}
		planes[i] = out
	}
	return planes, nil
}

// mirrored is a window of stored pixels as it has to be mirrored to be upright,
// before axes are swapped (Exif 2.32, tag 0x0112).
func mirrored(w plane.Window, orientation int) plane.Window {
	switch orientation {
	case 2, 3, 7, 8:
		w.X0, w.X1 = w.X1, w.X0
	}
	switch orientation {
	case 3, 4, 6, 7:
		w.Y0, w.Y1 = w.Y1, w.Y0
	}
	return w
}

func newPlane(w, h int) plane.Plane {
	return plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
}

// planesError gives an error of package jpeg its type here.
func planesError(err error) error {
	var unsupported jpeg.UnsupportedError
	var format jpeg.FormatError
	var limit *jpeg.LimitError
	switch {
	case errors.As(err, &unsupported):
		return UnsupportedError("JPEG with " + string(unsupported))
	case errors.As(err, &format):
		return &FormatError{Format: JPEG, Err: err}
	case errors.As(err, &limit):
		return &LimitError{What: "memory", Got: limit.Need, Max: limit.Max}
	}
	return err
}
