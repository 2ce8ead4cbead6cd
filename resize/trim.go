package resize

import (
	"context"
	"image"
	"io"
	"math/bits"

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

// upright returns the size of p in an upright picture with header h.
func (p part) upright(h pic.Header) (width, height int) {
	h.Width, h.Height = p.Dx(), p.Dy()
	return h.Upright()
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
	s := survey{size: whole.Size()}
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

// surveyMemory returns how many bytes a survey takes.
func surveyMemory(s pic.Shape) int64 {
	return fixedOverhead + plane.ExtremesMemory(s.Width, s.Height, s.Channels+s.Planes)
}

// survey collects where a picture has which samples.
type survey struct {
	size   image.Point // of the picture, as stored
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
	var inner image.Rectangle
	for i, p := range s.planes {
		left, top, right, bottom := p.Differing(p.Corner(corner), trimTolerance)
		if left == right {
			continue
		}
		x, y := s.steps[i].X, s.steps[i].Y
		inner = inner.Union(image.Rect(int(float64(left)*x), int(float64(top)*y), int(float64(right)*x+0.999), int(float64(bottom)*y+0.999)))
	}
	if inner.Empty() {
		return whole
	}
	return inner.Intersect(whole)
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
