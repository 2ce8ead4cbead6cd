package resize

import (
	"context"
	"image"
	"io"
	"math"
	"math/bits"
	"slices"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// trimTolerance is how far each sample of a border may be from its colour, in levels:
// enough for the noise that a JPEG adds.
const trimTolerance = 10

// part is the part of a stored picture that a variant is made of.
type part struct {
	image.Rectangle       // in stored pixels
	memory          int64 // the most bytes that finding it takes
	times           Times // of finding it
}

// upright returns p of a picture with header h as a viewer sees it.
func (p part) upright(h pic.Header) upright {
	h.Width, h.Height = p.Dx(), p.Dy()
	w, height := h.Upright()
	return upright{w, height, h.Orientation, p.Min}
}

// trims reports whether p is less than the whole picture with header h.
func (p part) trims(h pic.Header) bool { return p.Dx() < h.Width || p.Dy() < h.Height }

// trimmed returns the part, or none if it is the whole picture with header h.
func (p part) trimmed(h pic.Header) image.Rectangle {
	if p.trims(h) {
		return p.Rectangle
	}
	return image.Rectangle{}
}

// part returns the whole picture, or what remains without its border if req asks for
// that. To find the border it decodes the whole picture, once for all attempts.
//
// The border has the colour that most corners have, or is fully transparent. Each side
// loses the rows or columns that have it throughout; in an animation, in all frames. A
// picture of one colour, and one whose corners do not agree, remain whole.
func (r *Resizer) part(ctx context.Context, p *Picture, req Request) (part, error) {
	h := req.effects().header(p.picture.Header())
	whole := part{Rectangle: image.Rect(0, 0, h.Width, h.Height)}
	if !req.Trim {
		return whole, nil
	}
	if p.trimmed != nil {
		return *p.trimmed, nil
	}
	if _, err := req.sides(h.Upright()); err != nil { // a part is not larger
		return part{}, err
	}
	if err := req.checkPixels(p.Info()); err != nil {
		return part{}, err
	}
	decoding, err := p.picture.Plan(pic.View{Width: h.Width, Height: h.Height, Window: plane.Window{X1: float64(h.Width), Y1: float64(h.Height)}})
	if err != nil {
		return part{}, err
	}
	memory := decoding.Memory + surveyMemory(decoding.Shape)
	if err := req.checkMemory(memory); err != nil {
		return part{}, err
	}
	found := part{memory: memory}
	watch := newStopwatch(p.arrival)
	s := survey{size: whole.Size(), noise: noiseOf(h)}
	for frame, err := range decoding.Frames(ctx, r.buffersFor(p.room, memory)) {
		if err == nil {
			err = s.add(ctx, frame)
		}
		if err != nil {
			return part{}, err
		}
		if h.Frames == 1 {
			break
		}
	}
	watch.lap(&found.times.Decode)
	found.Rectangle = s.inner()
	p.trimmed = &found
	return found, nil
}

// noiseOf returns how many samples beside an edge a lossy coder disturbs: those of a
// block.
func noiseOf(h pic.Header) int {
	if h.Format == JPEG || h.Format == WebP && !h.Lossless {
		return 8
	}
	return 0
}

// surveyMemory returns how many bytes a survey takes.
func surveyMemory(s pic.Shape) int64 {
	return fixedOverhead + plane.ExtremesMemory(s.Width, s.Height, s.Channels+s.Planes)
}

// survey collects where a picture has which samples.
type survey struct {
	size   image.Point // of the picture, as stored
	noise  int         // how many samples of a plane an edge may disturb
	planes []*plane.Extremes
	steps  []pic.Step // of the planes
}

// add adds a frame.
func (s *survey) add(ctx context.Context, f *pic.Frame) error {
	if f.Rows != nil {
		return s.addRows(ctx, f.Rows)
	}
	for i, p := range f.Planes.Planes {
		if len(s.planes) == i {
			s.planes, s.steps = append(s.planes, plane.NewExtremes(p.Width, p.Height, 1)), append(s.steps, f.Planes.Steps[i])
		}
		for y := range p.Height {
			if y%checkRows == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			s.planes[i].AddRow(y, p.Pix[y*p.Stride:])
		}
	}
	return nil
}

// addRows adds a frame of rows.
func (s *survey) addRows(ctx context.Context, rows *pic.Rows) error {
	if s.planes == nil {
		s.planes = []*plane.Extremes{plane.NewExtremes(rows.Width, rows.Height, rows.Channels)}
		s.steps = []pic.Step{{X: 1, Y: 1}}
	}
	for y := 0; ; y++ {
		if y%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := rows.Next()
		if err == io.EOF && y == rows.Height {
			return nil
		}
		if err == io.EOF || err == nil && y == rows.Height {
			err = errRows
		}
		if err != nil {
			return err
		}
		s.planes[0].AddRow(y, row)
	}
}

// inner returns what remains of the picture without its border.
func (s *survey) inner() image.Rectangle {
	whole := image.Rectangle{Max: s.size}
	corner, ok := s.borderCorner()
	if !ok {
		return whole
	}
	columns, rows := make([]uint8, s.size.X), make([]uint8, s.size.Y)
	noise := 0
	for i, p := range s.planes {
		ofColumns, ofRows := p.Differences(p.Corner(corner))
		widen(columns, ofColumns, s.steps[i].X)
		widen(rows, ofRows, s.steps[i].Y)
		noise = max(noise, s.noise*int(max(s.steps[i].X, s.steps[i].Y)))
	}
	x0, x1 := differing(columns, noise)
	y0, y1 := differing(rows, noise)
	if inner := image.Rect(x0, y0, x1, y1); !inner.Empty() {
		return inner
	}
	return whole
}

// widen raises the differences of lines of pixels to those of lines of samples, each of
// which stands for step pixels (1.5 where a JPEG has two samples of chroma for three of
// luma). A pixel at the edge of a sample differs as little as the
// sample next to it, since luma says where in a sample an edge lies.
func widen(lines, samples []uint8, step float64) {
	sample := func(pixel int) uint8 { return samples[min(int(float64(max(0, pixel))/step), len(samples)-1)] }
	reach := int(math.Ceil(step)) - 1
	for i, v := range lines {
		lines[i] = max(v, min(sample(i), sample(i-reach), sample(i+reach)))
	}
}

// differing returns the first line that differs by more than trimTolerance, and the one
// after the last; 0, 0 if none does. Up to noise lines on each side are left out that
// differ by less than a quarter of what the lines next to them do: a lossy coder adds
// that at an edge.
func differing(lines []uint8, noise int) (first, end int) {
	for ; first < len(lines) && lines[first] <= trimTolerance; first++ {
	}
	if first == len(lines) {
		return 0, 0
	}
	for end = len(lines); lines[end-1] <= trimTolerance; end-- {
	}
	before := slices.Max(lines[first:min(first+noise+1, end)])
	behind := slices.Max(lines[max(end-noise-1, first):end])
	for stop := first + noise; first < stop && lines[first] < before/4; first++ {
	}
	for stop := end - noise; end > stop && lines[end-1] < behind/4; end-- {
	}
	return first, end
}

// borderCorner returns a corner with the colour that most corners have; false if no two
// agree, or two agree against the other two.
func (s *survey) borderCorner() (corner int, ok bool) {
	var alike [4]uint8 // for each corner, which ones are like it
	for i := range alike {
		for j := range alike {
			if s.agree(i, j) {
				alike[i] |= 1 << j
			}
		}
		if bits.OnesCount8(alike[i]) > bits.OnesCount8(alike[corner]) {
			corner = i
		}
	}
	n := bits.OnesCount8(alike[corner])
	for _, others := range alike {
		if n == 2 && others != alike[corner] && bits.OnesCount8(others) == 2 {
			return 0, false
		}
	}
	return corner, n > 1
}

// agree reports whether corners i and j have the same colour.
func (s *survey) agree(i, j int) bool {
	for _, p := range s.planes {
		other := p.Corner(j)
		for c, v := range p.Corner(i) {
			if d := int(v) - int(other[c]); d > trimTolerance || -d > trimTolerance {
				return false
			}
		}
	}
	return true
}
