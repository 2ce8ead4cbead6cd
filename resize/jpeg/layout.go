package jpeg

import (
	"bytes"
	"fmt"
	"image"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// layout is what to decode of a picture.
type layout struct {
	bounds      image.Rectangle // pixels: whole MCUs, cut off at the picture's edges
	components  []component
	progressive bool
}

// component is a component of the frame, as it is decoded.
type component struct {
	frameComponent
	points int // of the inverse DCT: samples per block, each way
	last   int // last coefficient, in coded order, that the inverse DCT needs

	blocksX, blocksY int  // blocks of the component (A.1.1, A.2.2)
	kept             grid // the blocks that become samples
	plane            plane.Plane

	coded     bool // a scan of its DC coefficients was decoded
	openDC    uint // bits of them still missing after the last decoded scan
	quantised bool // the tables below are made
	dequant   dequantTable
	steps     dequantTable // by place in a block: the index in coded order, and the step

	// Sets of coefficients, in coded order: needed by the inverse DCT, and those
	// of them that still lack bits that matter.
	needed, left uint64
	gain         gain

	// For a progressive picture: low is the lowest bit so far of each
	// coefficient, in coded order; coefficients are those of the kept blocks,
	// points by points each; nonzero, if refinement scans may need it, is for
	// every block the set of coefficients, in coded order, that are not 0.
	low          [64]uint8
	coefficients []int16
	nonzero      []uint64
}

// dequantTable holds for each coefficient, in coded order, its place in a block
// (the lower 8 bits) and its quantisation step.
type dequantTable [64]uint32

// put dequantises v, the coefficient of index k, into b.
func (t *dequantTable) put(b *block, k int, v int32) {
	q := t[k&63]
	b[q&127] = int16(v * int32(q>>8))
}

// discard is the place in a block for coefficients that are not needed.
const discard = 64

// block is points by points coefficients, row by row, and discard. (Its size is
// what an index of 7 bits can reach.)
type block [128]int16

// Memory returns how many bytes decoding allocates, besides the decoder itself.
func (h *header) Memory(o options) (int64, error) {
	l, err := newLayout(h, o)
	if err != nil {
		return 0, err
	}
	return l.memory(), nil
}

// newLayout lays out what o asks for of the picture with header h.
func newLayout(h *header, o options) (*layout, error) {
	all := image.Rect(0, 0, h.Width, h.Height)
	region := all
	if !o.Region.Empty() {
		if region = all.Intersect(o.Region); region.Empty() {
			return nil, fmt.Errorf("jpeg: the region %v is outside the picture %v", o.Region, all)
		}
	}
	maxH, maxV := h.sampling()
	mcus := image.Rect(region.Min.X/(8*maxH), region.Min.Y/(8*maxV),
		ceilDiv(region.Max.X, 8*maxH), ceilDiv(region.Max.Y, 8*maxV))
	l := &layout{
		bounds:      scaleRect(mcus, 8*maxH, 8*maxV).Intersect(all),
		components:  make([]component, len(h.Components)),
		progressive: h.Progressive,
	}
	var err error
	for i, c := range h.Components {
		scale, gain := o.Luma, o.LumaGain
		if h.Model.chroma(i) {
			scale, gain = o.Chroma, o.ChromaGain
		}
		if l.components[i], err = h.newComponent(c, scale, mcus); err != nil {
			return nil, err
		}
		l.components[i].gain = gain
	}
	return l, nil
}

// newComponent lays out component c at a scale; mcus are the MCUs that are
// wanted.
func (h *header) newComponent(c frameComponent, scale scale, mcus image.Rectangle) (component, error) {
	points, last, err := scale.points()
	if err != nil {
		return component{}, err
	}
	maxH, maxV := h.sampling()
	width, height := ceilDiv(h.Width*c.H, maxH), ceilDiv(h.Height*c.V, maxV) // A.1.1
	blocks := image.Rect(0, 0, ceilDiv(width, 8), ceilDiv(height, 8))
	kept := scaleRect(mcus, c.H, c.V).Intersect(blocks)
	samples := scaleRect(kept, 8, 8).Intersect(image.Rect(0, 0, width, height))
	needed := neededBy(points)
	return component{
		frameComponent: c, points: points, last: last,
		needed: needed, left: needed, low: [64]uint8(bytes.Repeat([]byte{uncoded}, 64)),
		blocksX: blocks.Max.X, blocksY: blocks.Max.Y,
		kept: grid{kept.Min.X, kept.Min.Y, kept.Dx(), kept.Dy()},
		plane: plane.Plane{
			Stride: kept.Dx() * points,
			Width:  ceilDiv(samples.Dx()*points, 8),
			Height: ceilDiv(samples.Dy()*points, 8),
		},
	}, nil
}

// points returns how many points the inverse DCT has at a scale, and the index,
// in coded order, of the last coefficient that it takes.
func (s scale) points() (points, last int, err error) {
	switch s {
	case 0, full:
		return 8, 63, nil
	case half:
		return 4, 24, nil
	case quarter:
		return 2, 4, nil
	case eighth:
		return 1, 0, nil
	}
	return 0, 0, fmt.Errorf("jpeg: unknown scale 1/%d: want 1/1, 1/2, 1/4 or 1/8", s)
}

// neededBy returns the set of coefficients, in coded order, that the inverse DCT
// of the given number of points takes.
func neededBy(points int) (set uint64) {
	for k, place := range zigzag {
		if int(place%8) < points && int(place/8) < points {
			set |= 1 << k
		}
	}
	return set
}

// samples returns how many bytes the plane of whole blocks takes.
func (c *component) samples() int {
	return c.kept.width * c.kept.height * c.points * c.points
}

// memory returns how many bytes decoding allocates.
func (l *layout) memory() int64 {
	var n int64
	for i := range l.components {
		c := &l.components[i]
		n += int64(c.samples())
		if l.progressive {
			n += 2 * int64(c.samples())
			if c.points > 1 {
				n += 8 * int64(c.blocksX) * int64(c.blocksY)
			}
		}
	}
	return n
}

// buffers are what a decoder keeps from one progressive picture to the next.
type buffers struct {
	coefficients []int16
	nonzero      [4][]uint64 // of each component
}

// allocate gives the components their memory. Only coefficients are cleared.
func (d *decoder) allocate(l *layout) {
	samples := 0
	for i := range d.components {
		samples += d.components[i].samples()
	}
	d.pixels = atLeast(d.pixels, samples)
	pixels := d.pixels
	var coefficients []int16
	if l.progressive {
		d.saved.coefficients = atLeast(d.saved.coefficients, samples)
		coefficients = d.saved.coefficients
		clear(coefficients)
	}
	for i := range d.components {
		c := &d.components[i]
		n := c.samples()
		c.plane.Pix, pixels = pixels[:n:n], pixels[n:]
		if l.progressive {
			c.coefficients, coefficients = coefficients[:n], coefficients[n:]
		}
	}
}

// atLeast returns n elements: those of s if it has the capacity, else new ones.
func atLeast[T any](s []T, n int) []T {
	if cap(s) >= n {
		return s[:n]
	}
	return make([]T, n)
}

// grid is a rectangle of blocks, the first at (x, y).
type grid struct{ x, y, width, height int }

// holds reports whether block bx, by is in the grid.
func (g *grid) holds(bx, by int) bool {
	return uint(bx-g.x) < uint(g.width) && uint(by-g.y) < uint(g.height)
}

// index returns the number of block bx, by in the grid, row by row.
func (g *grid) index(bx, by int) int { return (by-g.y)*g.width + bx - g.x }

// samplesAt returns the part of the plane that begins with kept block bx, by.
func (c *component) samplesAt(bx, by int) []uint8 {
	return c.plane.Pix[((by-c.kept.y)*c.plane.Stride+bx-c.kept.x)*c.points:]
}

// setDequant makes the tables from q at a component's first scan, which fixes the
// quantisation table for all its scans (B.2.4.1).
func (c *component) setDequant(q *quantTable) {
	for k, step := range q.step {
		x, y := int(zigzag[k]%8), int(zigzag[k]/8)
		to := discard
		if x < c.points && y < c.points {
			to = y*c.points + x
			c.steps[to] = uint32(k) | uint32(step)<<8
		}
		c.dequant[k] = uint32(to) | uint32(step)<<8
	}
}

// scaleRect multiplies the coordinates of r by x and y.
func scaleRect(r image.Rectangle, x, y int) image.Rectangle {
	return image.Rect(r.Min.X*x, r.Min.Y*y, r.Max.X*x, r.Max.Y*y)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
