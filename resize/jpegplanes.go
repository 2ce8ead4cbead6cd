package resize

import (
	"context"
	"image"
	"math"
	"time"

	"github.com/edgeresize/edgeresize/resize/icc"
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
	memory, err := planesMemory(&header, options, b, req)
	if err != nil {
		return nil, err
	}
	if err := req.checkMemory(memory); err != nil {
		return nil, err
	}
	profile := icc.Kept(h.Profile(), header.Model == jpeg.Gray)
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
	var maxH, maxV int
	for _, c := range h.Components {
		maxH, maxV = max(maxH, c.H), max(maxV, c.V)
	}
	// How many samples become one, in luma and in whichever of Cb and Cr is
	// stored in fewer.
	luma, chroma := ratio{math.Inf(1), math.Inf(1)}, ratio{math.Inf(1), math.Inf(1)}
	for i, c := range h.Components {
		r := ratio{across * float64(c.H) / float64(maxH), down * float64(c.V) / float64(maxV)}
		if i == 0 {
			luma = r
		} else {
			chroma = ratio{min(chroma.x, chromaStep*r.x), min(chroma.y, chromaStep*r.y)}
		}
	}
	o := jpeg.Options{Luma: luma.scale(), Chroma: chroma.scale()}
	if min(across, down) >= exactBelow {
		if o.Luma == jpeg.Eighth || min(b.width, b.height) >= exactSide {
			o.LumaGain = luma.gain(lumaGain)
		}
		if o.Chroma == jpeg.Eighth || min(b.width, b.height) >= exactSide {
			o.ChromaGain = chroma.gain(chromaGain)
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
// the order of its scans. Of a progressive one the decoder finds out later, where
// it does not need all coefficients.
func readsAll(h *jpeg.Header, o jpeg.Options) bool {
	return !h.Progressive || o.Luma == jpeg.Full
}

// ratio is how many stored samples become one, across and down.
type ratio struct{ x, y float64 }

// scale returns the smallest scale that leaves the margin.
func (r ratio) scale() jpeg.Scale {
	for _, scale := range []jpeg.Scale{jpeg.Eighth, jpeg.Quarter, jpeg.Half} {
		if min(r.x, r.y)/float64(scale) >= margins[scale] {
			return scale
		}
	}
	return jpeg.Full
}

const (
	// exactBelow is how many pixels have to become one, each way, for bits of a
	// progressive JPEG to be left out. Of pictures that are less reduced most of
	// the detail is seen, so all bits are kept.
	exactBelow = 3

	// exactSide is up to how many pixels on a side a variant is made of all bits
	// unless of blocks' means: it may happen to show the worst part of each block.
	exactSide = 16

	// lumaGain and chromaGain over the ratio are more than what the filter lets
	// through of AC coefficients, in the mean square over the samples that are
	// made, in whatever pattern the coefficients vary from block to block. Of
	// chroma two samples are averaged after the filter.
	lumaGain, chromaGain = 4.5, 7.0

	// gainFrom is the ratio from which on that holds. Blocks are 8 samples wide:
	// up to there all samples may show the same part of each block.
	gainFrom = 8.5
)

// gain returns what of AC coefficients the filter lets through, from lumaGain or
// chromaGain; none where little is reduced, which keeps all bits.
func (r ratio) gain(factor float64) jpeg.Gain {
	if min(r.x, r.y) < exactBelow {
		return jpeg.Gain{}
	}
	along := func(ratio float64) float64 {
		if ratio < gainFrom {
			return 1
		}
		return factor / ratio
	}
	return jpeg.Gain{X: along(r.x), Y: along(r.y)}
}

// ratios returns how many pixels of the original become one, across and down.
func (b box) ratios() (across, down float64) {
	return (b.window.X1 - b.window.X0) / float64(b.width), (b.window.Y1 - b.window.Y0) / float64(b.height)
}
