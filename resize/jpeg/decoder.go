// Package jpeg reads and writes JPEGs. It opens a picture, decodes it straight to
// the size that is needed, as planes of samples, while its bytes arrive, and
// encodes baseline or progressive JPEGs within a budget.
//
// Each component is decoded at 1/1, 1/2, 1/4 or 1/8: an inverse DCT of 8, 4, 2 or
// 1 points on the low-frequency corner of each block. Each sample then stands for
// the square of 1, 2, 4 or 8 samples that it covers. Coefficients that the scale
// does not need are skipped in the entropy-coded data, not decoded.
//
// The decoder reads the baseline, extended sequential and progressive processes
// of 8 bits a sample, Huffman-coded, with 1, 3 or 4 components and any sampling
// factors. Arithmetic coding, 12 bits, the lossless and hierarchical processes
// and a height given by DNL are unsupported. Gray and YCbCr stay planes up to the
// encoder; RGB, CMYK and YCCK become sRGB pixels once they are resampled, inks
// through their ICC profile.
//
// Decoding ends as soon as the coefficients that the scale needs have all of
// their bits, or all bits that matter (see [options]). It does not wait for the
// rest of the file, not even the EOI marker; of a progressive picture that can be
// most of it. Data that is truncated before that point is an error, never a part
// of a picture.
//
// The format is that of ITU-T Recommendation T.81, whose sections are cited where
// they apply.
package jpeg

import (
	"image"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// maxScans limits the scans of a picture.
const maxScans = 1000

// maxScanned returns how many blocks all scans together may decode, of a picture
// of the given number of blocks. A few bytes can make a scan that takes as long
// as any other; encoders write each block about six times.
func maxScanned(blocks int) int { return max(8<<20, 20*blocks) }

// scale is the denominator of a component's reduction.
type scale int

// The scales. 0 means full too.
const (
	full    scale = 1
	half    scale = 2
	quarter scale = 4
	eighth  scale = 8
)

// options say what to decode of a picture.
type options struct {
	// Luma is the scale of Gray, Y, R, G, B, C, M and K; Chroma is the scale of
	// Cb and Cr.
	Luma, Chroma scale

	// Region is the part to decode, in pixels of the stored picture; an empty one
	// means all of it. It should include the pixels around the shown part that a
	// resampling filter needs.
	Region image.Rectangle

	// LumaGain and ChromaGain decide which bits of a progressive picture may be
	// left out: the last bits of coefficients, if the samples after resampling come
	// to 42 dB or better without them, whatever the bits are. That is several times
	// as fast, and most of a file may not be needed. At 0, all
	// bits that the scale needs are decoded.
	LumaGain, ChromaGain gain
}

// decodedPart is the decoded part of a picture: options.Region and what surrounds
// it.
type decodedPart struct {
	Model colorModel

	// Bounds is the part that the planes show, in pixels of the stored picture:
	// the region, extended to whole MCUs.
	Bounds image.Rectangle

	// Planes are the components as stored. Sample (i, j) of plane p, with sx, sy
	// = Step(p), covers the pixels from Bounds.Min.X+i*sx up to
	// Bounds.Min.X+(i+1)*sx, and likewise in y. Its centre is at
	// Bounds.Min.X+(i+0.5)*sx, where pixel x has its centre at x+0.5. (That is
	// JFIF's centred siting of chroma, kept through the reduction.) A plane is
	// just large enough to cover Bounds: its last column and row may cover pixels
	// beyond the picture, filled by its encoder.
	Planes []plane.Plane

	steps []point
}

// point is a distance between samples, in pixels.
type point struct{ x, y float64 }

// Step returns the distance between samples of plane p, in pixels.
func (m *decodedPart) Step(p int) (x, y float64) { return m.steps[p].x, m.steps[p].y }

// A decoder decodes one picture after another and keeps its buffers for the next.
// Their contents never carry over: the result does not depend on earlier
// pictures, however they ended. The zero value is ready. It is not for concurrent
// use.
type decoder struct {
	state // of the current picture; begin replaces it

	// These buffers are kept. None is read before it is written again.
	huffman [2][4]huffTable // for DC, for AC; begin undefines them
	bits    bitReader
	pixels  []uint8
	saved   buffers
}

// state is what a decoder knows about one picture.
type state struct {
	quant   quantSlots
	restart int // restart interval, MCUs
	scanned int // blocks in the scans so far

	header     header
	components []component

	// block is all 0 between two blocks, except for its discard; only a block that
	// fails, and with it the picture, leaves more.
	block block
}

// decode decodes a JPEG whose header h has been read. The planes belong to d and
// are valid until its next use. They do not depend on how the bytes arrive. An
// error is a [formatError], an [unsupportedError], the source's or ctx's, or says
// what is wrong with o.
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
			return nil, formatError("a component has no scan")
		}
	}
	if h.Progressive {
		if err := d.reconstruct(in.ctx); err != nil {
			return nil, err
		}
	}
	return d.image(l), nil
}

// begin prepares d for a picture.
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

// decodeSegments reads segments until all that is needed is decoded, or up to the
// end of the picture.
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

// image returns the decoded part.
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
