package resize

import (
	"context"
	"image"
	"math"
	"time"

	"github.com/edgeresize/edgeresize/resize/jpeg"
)

// margins say of each scale how many decoded samples a sample of the variant
// has to be made of at least, in each direction. What is left of the inverse
// DCT's reduction then is 48 dB or better in luma and in chroma, measured on
// photographs and on drawings with hard edges, and always better than what
// libvips makes of the same picture.
var margins = map[jpeg.Scale]float64{jpeg.Half: 1.5, jpeg.Quarter: 1.75, jpeg.Eighth: 2}

// chromaStep is how many pixels of the variant a chroma sample covers each way:
// JPEGs are written as 4:2:0, whatever the original is, as the standard library
// and sharp do.
const chromaStep = 2

// resizeJPEG makes the variant of a JPEG; that of gray or YCbCr without leaving
// its planes: they are decoded at the smallest scale that leaves the margin,
// resampled, and encoded.
func (r *Resizer) resizeJPEG(ctx context.Context, original *arrival, b box, req Request) (*Variant, error) {
	start, waited := time.Now(), original.waited
	h, err := readJPEGHeader(ctx, original)
	if err != nil {
		return nil, err
	}
	if !h.planar() {
		r.tools = nil // for pixels that is so much less memory
		return resizePixels(ctx, original, h, b, req)
	}
	header := h.Header
	b = b.stored(h.orientation)
	options := jpegOptions(&header, b)
	if err := skipRefinement(ctx, &options, &header, original, b); err != nil {
		return nil, err
	}
	memory, err := planesMemory(&header, options, b, req)
	if err != nil {
		return nil, err
	}
	if err := req.checkMemory(memory); err != nil {
		return nil, err
	}
	profile := keptProfile(h.Profile(), header.Model == jpeg.Gray)
	tools := r.toolsFor(memory + int64(len(profile)))
	if readsAll(&header, options) {
		original.Expect(original.Len())
	}
	img, err := tools.decoder.Decode(ctx, original, options)
	if err != nil {
		return nil, planesError(err)
	}
	decoded := time.Now()
	planes, err := planarJPEG(img).resample(ctx, &tools.resampler, b, h.orientation)
	if err != nil {
		return nil, err
	}
	scaled := time.Now()
	v, err := encodePlanes(ctx, &tools.encoder, planes, profile, req)
	if err != nil {
		return nil, err
	}
	v.Width, v.Height = planes[0].Width, planes[0].Height
	v.Times = Times{
		Decode:   decoded.Sub(start) - (original.waited - waited),
		Resample: scaled.Sub(decoded),
		Encode:   time.Since(scaled),
	}
	return v, nil
}

// jpegOptions says what to decode of a JPEG for the box b of stored pixels.
func jpegOptions(h *jpeg.Header, b box) jpeg.Options {
	across, down := b.ratios()
	o := jpeg.Options{Luma: jpeg.Eighth, Chroma: jpeg.Eighth}
	var maxH, maxV int
	for _, c := range h.Components {
		maxH, maxV = max(maxH, c.H), max(maxV, c.V)
	}
	for i, c := range h.Components {
		ratio := min(across*float64(c.H)/float64(maxH), down*float64(c.V)/float64(maxV))
		if i == 0 {
			o.Luma = jpegScale(ratio)
		} else {
			o.Chroma = min(o.Chroma, jpegScale(chromaStep*ratio))
		}
	}

	// The filter reaches three pixels of the variant, or three samples, which
	// are up to 4/3 of such a pixel (chroma at its margin) or four stored ones.
	reachX, reachY := 5*max(across, 4), 5*max(down, 4)
	o.Region = image.Rect(
		int(math.Floor(b.window.X0-reachX)), int(math.Floor(b.window.Y0-reachY)),
		int(math.Ceil(b.window.X1+reachX)), int(math.Ceil(b.window.Y1+reachY)),
	).Intersect(image.Rect(0, 0, h.Width, h.Height))
	return o
}

// readsAll says whether most of a JPEG has to arrive to be decoded so, whatever
// the order of its scans.
func readsAll(h *jpeg.Header, o jpeg.Options) bool {
	averages := o.Luma == jpeg.Eighth && o.Chroma == jpeg.Eighth
	return !h.Progressive || !averages && !o.SkipACRefinement
}

// jpegScale returns the smallest scale that leaves the margin where so many
// stored samples become one.
func jpegScale(ratio float64) jpeg.Scale {
	for _, scale := range []jpeg.Scale{jpeg.Eighth, jpeg.Quarter, jpeg.Half} {
		if ratio/float64(scale) >= margins[scale] {
			return scale
		}
	}
	return jpeg.Full
}

// refinementNoise is the mean square error, in levels of 0 to 255, at which the
// last bits of a progressive JPEG's coefficients may be left out: 53 dB. An
// original of quality 90 is below it where seven pixels become one, each way.
// The means of blocks alone are off by no more than half a level then.
const refinementNoise = 0.3

// skipRefinement leaves out the refinement scans of a progressive JPEG, most of
// its bytes and of the work of decoding it, where they would not show.
func skipRefinement(ctx context.Context, o *jpeg.Options, h *jpeg.Header, original Original, b box) error {
	if !h.Progressive {
		return nil
	}
	noise, err := jpeg.DCRefinementNoise(ctx, original)
	if err != nil {
		return planesError(err)
	}
	if o.Luma == jpeg.Eighth && o.Chroma == jpeg.Eighth { // of DC coefficients alone
		o.SkipDCRefinement = noise <= refinementNoise
		return nil
	}
	across, down := b.ratios()
	noiseAC, err := jpeg.ACRefinementNoise(ctx, original, min(across, down))
	if err != nil {
		return planesError(err)
	}
	o.SkipACRefinement = noiseAC <= refinementNoise
	o.SkipDCRefinement = noiseAC+noise <= refinementNoise
	return nil
}

// ratios returns how many pixels of the original become one, across and down.
func (b box) ratios() (across, down float64) {
	return (b.window.X1 - b.window.X0) / float64(b.width), (b.window.Y1 - b.window.Y0) / float64(b.height)
}
