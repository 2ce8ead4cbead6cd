// Package jpeg is the room of JPEG: it opens pictures, decodes them straight to the
// size that is needed, as planes of samples, while their bytes arrive, and writes
// baseline JPEGs within a budget.
//
// Each component is decoded at 1/1, 1/2, 1/4 or 1/8: an inverse DCT of 8, 4, 2
// or 1 points on the low-frequency corner of each block gives samples of which
// each stands for the square of 1, 2, 4 or 8 samples that it covers. What the
// scale does not need is passed over in the entropy-coded data, not decoded.
//
// The baseline, extended sequential and progressive processes of 8 bits a
// sample, Huffman-coded, of 1, 3 or 4 components are decoded, with any sampling
// factors. Arithmetic coding, 12 bits, the lossless and hierarchical processes
// and a height given by DNL are unsupported. Gray and YCbCr stay planes up to the
// encoder; RGB, CMYK and YCCK become sRGB pixels once they are resampled, inks
// through their ICC profile.
//
// Decoding ends as soon as the coefficients that the scale needs have all of
// their bits, or all that matter (see [options]): what follows in the file, the
// EOI marker too, is neither waited for nor looked at. Of a progressive picture
// that can be most of it. Data that is truncated before is an error, never part
// of a picture.
//
// The format is that of ITU-T Recommendation T.81, whose sections are cited
// where they apply.
package jpeg

import (
	"image"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// maxScans bounds the scans of a picture.
const maxScans = 1000

// maxScanned is how many blocks the scans of a picture of so many blocks may
// have together. A few bytes can make a scan that takes as long as any other;
// encoders write each block six times or so.
func maxScanned(blocks int) int { return max(8<<20, 20*blocks) }

// scale is by how much a component is reduced: its denominator.
type scale int

// The scales. 0 stands for full too.
const (
	full    scale = 1
	half    scale = 2
	quarter scale = 4
	eighth  scale = 8
)

// options say what to decode of a picture.
type options struct {
	// Luma is the scale of Gray, Y, R, G, B, C, M and K; Chroma that of Cb and
	// Cr.
	Luma, Chroma scale

	// Region is what is wanted, in pixels of the stored picture; an empty one
	// stands for all of it. It should include what a resampling filter needs
	// around the pixels that are finally shown.
	Region image.Rectangle

	// LumaGain and ChromaGain say what of a progressive picture may be left
	// out: the last bits of coefficients where, after resampling, the samples
	// cannot be off by more than 42 dB for want of them, whatever they are.
	// That is several times as fast, and most of a file may not be needed.
	// Where they are 0 nothing is left out that the scale needs.
	LumaGain, ChromaGain gain
}

// decodedPart is a decoded picture, or the part of one that options.Region leads to.
type decodedPart struct {
	Model colorModel

	// Bounds is what the planes show, in pixels of the stored picture: the
	// region, made larger to whole MCUs.
	Bounds image.Rectangle

	// Planes are the components as stored. Sample (i, j) of plane p, of step
	// sx, sy = Step(p), stands for the pixels from Bounds.Min.X+i*sx up to
	// Bounds.Min.X+(i+1)*sx, and likewise in y: its centre is at
	// Bounds.Min.X+(i+0.5)*sx, where pixel x has its centre at x+0.5. (That is
	// JFIF's centred siting of chroma, kept through the reduction.) A plane is
	// just large enough to cover Bounds: its last column and row may stand for
	// pixels beyond, filled by the encoder.
	Planes []plane.Plane

	steps []point
}

type point struct{ x, y float64 }

// Step returns the distance between samples of plane p, in pixels.
func (m *decodedPart) Step(p int) (x, y float64) { return m.steps[p].x, m.steps[p].y }

// A decoder decodes one picture after another, and keeps its buffers for the
// next, but nothing of what they hold: what it makes of a picture does not depend
// on the pictures before, however they ended. The zero value is ready. It is not
// for concurrent use.
type decoder struct {
	state // of the picture that is being decoded; begin replaces it

	// What follows is kept. Nothing of it is read before it is written again.
	huffman [2][4]huffTable // of DC, of AC; begin undefines them
	bits    bitReader
	pixels  []uint8
	saved   buffers
}

// state is what a decoder knows of one picture.
type state struct {
	quant   quantSlots
	restart int // restart interval, MCUs
	scanned int // blocks of the scans so far

	header     header
	components []component

	// block is all 0 between two blocks, but for its discard, unless the first
	// of them broke off and with it the picture.
	block block
}

// decode decodes a JPEG of which h has been read. The planes belong to d: they are
// valid until its next use. They do not depend on how the bytes arrive. Errors are
// a [formatError], an [unsupportedError], that of the source or of ctx, or one that
// says what is wrong with o.
func (d *decoder) decode(in *input, h *header, o options) (*decodedPart, error) {
	l, err := newLayout(h, o)
	if err != nil {
		return nil, err
	}
	d.begin(*h, l)
	defer func() { d.bits.in = nil }()
	if err := d.decodeSegments(in); err != nil {
		return nil, err
	}
	for i := range d.components {
		if !d.components[i].coded {
			return nil, formatError("a component without a scan")
		}
	}
	if h.Progressive {
		if err := d.reconstruct(in.ctx); err != nil {
			return nil, err
		}
	}
	return d.image(l), nil
}

// begin makes d ready for a picture.
func (d *decoder) begin(h header, l *layout) {
	d.state = state{
		header:     h,
		components: l.components,
	}
	for class := range d.huffman {
		for i := range d.huffman[class] {
			d.huffman[class][i].defined = false
		}
	}
	d.allocate(l)
}

// decodeSegments reads until all is decoded that is needed, or up to the end of
// the picture.
func (d *decoder) decodeSegments(in *input) error {
	scans := 0
	for pos := d.header.tables; !d.complete(); {
		seg, err := in.nextSegment(pos)
		if err != nil {
			return err
		}
		pos = seg.end
		switch seg.marker {
		case markerEOI:
			return nil
		case markerDQT:
			err = d.quant.define(seg.params)
		case markerDHT:
			err = d.defineHuffman(seg.params)
		case markerDRI:
			d.restart, err = parseRestartInterval(seg.params)
		case markerSOS:
			if scans++; scans > maxScans {
				return unsupportedError("more than 1000 scans")
			}
			pos, err = d.nextScan(in, seg)
		case markerSOF0, markerSOF1, markerSOF2:
			if seg.start > d.header.SOS {
				err = formatError("more than one frame header")
			}
		default:
			err = seg.checkSkippable()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// image returns the decoded picture.
func (d *decoder) image(l *layout) *decodedPart {
	m := &decodedPart{Model: d.header.Model, Bounds: l.bounds}
	maxH, maxV := d.header.sampling()
	for i := range d.components {
		c := &d.components[i]
		m.Planes = append(m.Planes, c.plane)
		reduced := float64(8 / c.points)
		m.steps = append(m.steps, point{
			x: reduced * float64(maxH) / float64(c.H),
			y: reduced * float64(maxV) / float64(c.V),
		})
	}
	return m
}
