package jpeg

import (
	"image"
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// margins say of each scale how many decoded samples a sample of the variant
// has to be made of at least, in each direction. What is left of the inverse
// DCT's reduction then is 48 dB or better in luma and in chroma, measured on
// photographs and on drawings with hard edges, and always better than what
// libvips makes of the same picture.
var margins = map[scale]float64{half: 1.5, quarter: 1.75, eighth: 2}

// wholeChroma reports whether planes are resampled to 4:4:4: those of YCbCr that are
// stored so. Whether that is worth its bytes is for the encoder to say.
func (h *header) wholeChroma() bool { return h.Model == modelYCbCr && h.whole() }

// chromaStep returns how many pixels of the variant a sample of Cb and Cr covers
// each way. Planes that are not joined may become 4:2:0, whatever the original is: so
// the standard library and sharp write JPEGs. Where chroma may stay whole it has luma's
// margin, but that blocks' means do from one a pixel on: of less the eye sees next to
// nothing, and 4:4:4 takes a quarter more CPU to decode.
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
	// How many samples become one, in whichever component of each kind is stored
	// in the fewest.
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
			if h.wholeChroma() { // nothing is averaged, and what is kept at 4:2:0 is sharpened
				o.ChromaGain = gain{}
				if min(luma.x, luma.y) >= gainFrom {
					o.ChromaGain = luma.gain(lumaGain)
				}
			}
		}
	}

	// The filter reaches three pixels of the variant, or three samples, which
	// are up to 4/3 of such a pixel (chroma at its margin) or four stored ones.
	reachX, reachY := 5*max(across, 4), 5*max(down, 4)
	o.Region = image.Rect(
		int(math.Floor(v.Window.X0-reachX)), int(math.Floor(v.Window.Y0-reachY)),
		int(math.Ceil(v.Window.X1+reachX)), int(math.Ceil(v.Window.Y1+reachY)),
	).Intersect(image.Rect(0, 0, h.Width, h.Height))
	return o
}

// readsAll reports whether most of a JPEG has to arrive to be decoded so, whatever
// the order of its scans. Of a progressive one the decoder finds out later, where
// it does not need all coefficients.
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
	// chroma of 4:2:0 two samples are averaged after the filter.
	lumaGain, chromaGain = 4.5, 7.0

	// gainFrom is the ratio from which on that holds. Blocks are 8 samples wide:
	// up to there all samples may show the same part of each block.
	gainFrom = 8.5
)

// gain returns what of AC coefficients the filter lets through, from lumaGain or
// chromaGain; none where little is reduced, which keeps all bits.
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
