package jpeg

import (
	"image"
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// margins holds, for each scale, how many decoded samples must become one sample
// of the variant at least, in each direction. What remains visible of the inverse
// DCT's reduction is then 48 dB or better in luma and chroma, measured on
// photographs and on drawings with hard edges, and always better than libvips's
// result for the same picture.
var margins = map[scale]float64{half: 1.5, quarter: 1.75, eighth: 2}

// wholeChroma reports whether planes are resampled to 4:4:4: those of YCbCr that
// are stored so. The encoder decides whether that is worth its bytes.
func (h *header) wholeChroma() bool { return h.Model == modelYCbCr && h.whole() }

// chromaStep returns how many pixels of the variant a sample of Cb and Cr covers
// each way. Planes that are not joined may become 4:2:0, whatever the original
// is: the standard library and sharp write JPEGs so. Chroma that may stay whole
// has luma's margin, except that blocks' means suffice from one a pixel on: the
// eye sees next to nothing of the difference, and 4:4:4 takes a quarter more CPU
// to decode.
func (m colorModel) chromaStep() float64 {
	if m.joined() {
		return 1
	}
	return 2
}

// optionsFor returns what to decode of a picture for v.
func optionsFor(h *header, v pic.View) options {
	across, down := v.Ratios()
	maxH, maxV := h.sampling()
	// How many samples become one, in the component of each kind that is stored
	// in the fewest samples.
	luma, chroma := ratio{math.Inf(1), math.Inf(1)}, ratio{math.Inf(1), math.Inf(1)}
	for i, c := range h.Components {
		r := ratio{across * float64(c.H) / float64(maxH), down * float64(c.V) / float64(maxV)}
		if h.Model.chroma(i) {
			step := h.Model.chromaStep()
			chroma = ratio{min(chroma.x, step*r.x), min(chroma.y, step*r.y)}
		} else {
			luma = ratio{min(luma.x, r.x), min(luma.y, r.y)}
		}
	}
	o := options{Luma: luma.scale(), Chroma: chroma.scale()}
	if h.wholeChroma() && o.Chroma != eighth {
		o.Chroma = o.Luma
	}
	if min(across, down) >= exactBelow && !h.Model.joined() {
		if o.Luma == eighth || min(v.Width, v.Height) >= exactSide {
			o.LumaGain = luma.gain(lumaGain)
		}
		if o.Chroma == eighth || min(v.Width, v.Height) >= exactSide {
			o.ChromaGain = chroma.gain(chromaGain)
			if h.wholeChroma() { // no chroma is averaged; what becomes 4:2:0 is sharpened
				o.ChromaGain = gain{}
				if min(luma.x, luma.y) >= gainFrom {
					o.ChromaGain = luma.gain(lumaGain)
				}
			}
		}
	}

	// The filter reaches three pixels of the variant, or three samples. A sample
	// is up to 4/3 of such a pixel (chroma at its margin) or four stored ones.
	reachX, reachY := 5*max(across, 4), 5*max(down, 4)
	o.Region = image.Rect(
		int(math.Floor(v.Window.X0-reachX)), int(math.Floor(v.Window.Y0-reachY)),
		int(math.Ceil(v.Window.X1+reachX)), int(math.Ceil(v.Window.Y1+reachY)),
	).Intersect(image.Rect(0, 0, h.Width, h.Height))
	return o
}

// readsAll reports whether most of a JPEG must arrive to be decoded with o,
// whatever the order of its scans. For a progressive one that does not need all
// coefficients, the decoder finds out later.
func readsAll(h *header, o options) bool {
	return !h.Progressive || o.Luma == full
}

// ratio is how many stored samples become one, across and down.
type ratio struct{ x, y float64 }

// scale returns the smallest scale that leaves the margin.
func (r ratio) scale() scale {
	for _, scale := range []scale{eighth, quarter, half} {
		if min(r.x, r.y)/float64(scale) >= margins[scale] {
			return scale
		}
	}
	return full
}

const (
	// exactBelow is how many pixels must become one, each way, for bits of a
	// progressive JPEG to be left out. A picture that is reduced less shows most
	// of its detail, so all bits are kept.
	exactBelow = 3

	// A variant with a side below exactSide pixels is made of all bits, unless it
	// is made of blocks' means: it could happen to show the worst part of each
	// block.
	exactSide = 16

	// lumaGain and chromaGain, divided by the ratio, are more than the filter
	// lets through of AC coefficients, in the mean square over its results, in
	// whatever pattern the coefficients vary from block to block. Two samples of
	// 4:2:0 chroma are averaged after the filter.
	lumaGain, chromaGain = 4.5, 7.0

	// gainFrom is the ratio from which on that holds. Blocks are 8 samples wide:
	// below it all results may show the same part of each block.
	gainFrom = 8.5
)

// gain returns how much of AC coefficients the filter lets through; factor is
// lumaGain or chromaGain. If little is reduced it returns the zero gain, which
// keeps all bits.
func (r ratio) gain(factor float64) gain {
	if min(r.x, r.y) < exactBelow {
		return gain{}
	}
	along := func(ratio float64) float64 {
		if ratio < gainFrom {
			return 1
		}
		return factor / ratio
	}
	return gain{X: along(r.x), Y: along(r.y)}
}
