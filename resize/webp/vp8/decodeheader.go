package vp8

import (
	"errors"
	"io"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// HeaderSize is the size of the uncompressed header of a key frame in bytes, RFC
// 6386 section 9.1.
const HeaderSize = 10

var errNotKeyFrame = errors.New("the VP8 frame is not a key frame")

// Size reads the width and height in pixels, 1 to 16383, from the first
// HeaderSize bytes of a key frame.
func Size(data []byte) (width, height int, err error) {
	if len(data) < HeaderSize {
		return 0, 0, io.ErrUnexpectedEOF
	}
	if data[0]&1 != 0 || string(data[3:6]) != "\x9d\x01\x2a" {
		return 0, 0, errNotKeyFrame
	}
	width = int(data[6]) | int(data[7]&0x3f)<<8
	height = int(data[8]) | int(data[9]&0x3f)<<8
	if width == 0 || height == 0 {
		return 0, 0, errors.New("the VP8 frame has width or height 0")
	}
	return width, height, nil
}

// segments is the number of segments, RFC 6386 section 9.3.
const segments = 4

// frame is what the header of a frame says, RFC 6386 sections 9.2 to 9.11.
type frame struct {
	segmentMap   bool // each macroblock has a segment
	segmentProbs [3]uint8
	simple       bool // the simple loop filter, for luma only
	filtered     bool
	skips        bool // each macroblock says whether it has no coefficients
	skipProb     uint8
	steps        [segments]tables.Steps
	// levels holds, by segment, the loop filter's level for macroblocks that are
	// predicted whole and for others, 0 to [loopfilter.MaxLevel]; strengths holds
	// the strength of each level.
	levels    [segments][2]uint8
	strengths [loopfilter.MaxLevel + 1]loopfilter.Strength
}

// segmentation holds the quantiser index and filter level of each segment.
type segmentation struct {
	on       bool
	absolute bool
	index    [segments]int // quantiser index
	level    [segments]int // loop filter level
}

// readHeader reads the header of a frame.
func (d *Decoder) readHeader(data []byte) error {
	width, height, err := Size(data)
	if err != nil {
		return err
	}
	first := int(data[0])>>5 | int(data[1])<<3 | int(data[2])<<11
	data = data[HeaderSize:]
	if first > len(data) {
		return io.ErrUnexpectedEOF
	}
	d.width, d.height = width, height
	d.columns, d.rows = (width+15)/16, (height+15)/16
	d.modes = newReader(data[:first])
	r, f := &d.modes, &d.frame
	*f = frame{segmentProbs: [3]uint8{255, 255, 255}}
	r.number(2) // the colour space, and whether samples need clipping: they always get it
	s := d.readSegmentation()
	d.readFilter(&s)
	if err := d.readPartitions(data[first:]); err != nil {
		return err
	}
	d.readQuantisers(&s)
	r.flag() // whether the next frame keeps the probabilities
	d.readProbabilities()
	if f.skips = r.flag(); f.skips {
		f.skipProb = uint8(r.number(8))
	}
	if r.ended {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// readSegmentation reads the segmentation, RFC 6386 section 9.3.
func (d *Decoder) readSegmentation() (s segmentation) {
	r := &d.modes
	s.absolute = true // libwebp's default
	if s.on = r.flag(); !s.on {
		return s
	}
	d.frame.segmentMap = r.flag()
	if r.flag() {
		s.absolute = r.flag()
		for i := range s.index {
			s.index[i] = r.signed(7)
		}
		for i := range s.level {
			s.level[i] = r.signed(6)
		}
	}
	if d.frame.segmentMap {
		for i := range d.frame.segmentProbs {
			if r.flag() {
				d.frame.segmentProbs[i] = uint8(r.number(8))
			}
		}
	}
	return s
}

// readFilter reads the loop filter's parameters, RFC 6386 section 9.4, and
// computes the levels.
func (d *Decoder) readFilter(s *segmentation) {
	r, f := &d.modes, &d.frame
	f.simple = r.flag()
	level, sharpness := r.number(6), r.number(3)
	// What is added for intra prediction, and for prediction of 4 × 4.
	var intra, sub int
	if adjusted := r.flag(); adjusted && r.flag() {
		for i := range 8 {
			if r.flag() {
				delta := r.number(6)
				if r.flag() {
					delta = -delta
				}
				switch i {
				case 0:
					intra = delta
				case 4:
					sub = delta
				}
			}
		}
	}
	f.filtered = level > 0
	clip := func(v int) int { return min(loopfilter.MaxLevel, max(0, v)) }
	for i := range f.levels {
		of := level
		if s.on {
			of = s.level[i]
			if !s.absolute {
				of += level
			}
		}
		f.levels[i] = [2]uint8{uint8(clip(of + intra)), uint8(clip(of + intra + sub))}
	}
	for level := 1; level <= loopfilter.MaxLevel; level++ {
		f.strengths[level] = loopfilter.StrengthOf(level, sharpness)
	}
}

// readPartitions reads the partitions' sizes, RFC 6386 section 9.5. data follows
// the first partition.
func (d *Decoder) readPartitions(data []byte) error {
	d.partitions = 1 << d.modes.number(2)
	sizes := data
	if len(data) < 3*(d.partitions-1) {
		return io.ErrUnexpectedEOF
	}
	data = data[3*(d.partitions-1):]
	for i := range d.partitions - 1 {
		size := int(sizes[3*i]) | int(sizes[3*i+1])<<8 | int(sizes[3*i+2])<<16
		if size > len(data) {
			return io.ErrUnexpectedEOF
		}
		d.tokens[i] = newReader(data[:size])
		data = data[size:]
	}
	d.tokens[d.partitions-1] = newReader(data)
	return nil
}

// readQuantisers reads the quantiser indices, RFC 6386 section 9.6, and computes
// the steps.
func (d *Decoder) readQuantisers(s *segmentation) {
	r := &d.modes
	index := r.number(7)
	deltas := tables.Deltas{
		LumaDC: r.signed(4), Y2DC: r.signed(4), Y2AC: r.signed(4),
		ChromaDC: r.signed(4), ChromaAC: r.signed(4),
	}
	for i := range d.frame.steps {
		of := index
		if s.on {
			of = s.index[i]
			if !s.absolute {
				of += index
			}
		}
		d.frame.steps[i] = tables.StepsOf(of, deltas)
	}
}

// readProbabilities reads the probabilities of coefficients, RFC 6386 section
// 13.4.
func (d *Decoder) readProbabilities() {
	probs := tables.DefaultCoefficients
	for i := range probs {
		for j := range probs[i] {
			for k := range probs[i][j] {
				for l := range probs[i][j][k] {
					if d.modes.bit(tables.UpdateCoefficients[i][j][k][l]) != 0 {
						probs[i][j][k][l] = uint8(d.modes.number(8))
					}
				}
			}
		}
		d.probs[i].set(&probs[i])
	}
}
