package resize

import (
	"context"
	"math"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/subject"
)

// search looks for the subject of a picture in what is decoded of it, and moves the
// window there. The picture is therefore decoded all along the axis on which the window
// can move. If it arrives in rows, all that is also resampled.
type search struct {
	upright upright
	axis    subject.Axis // on which the window can move, of the upright picture
	whole   pic.View     // as stored: all along the axis, at the variant's scale
	centre  pic.View     // upright: the variant without a search
	found   pic.View     // upright: centre until the subject is found
	spare   int          // how much longer than centre whole is, in pixels of the variant
}

// search returns the search for the subject of u, of which box shows the centre. It
// returns nil if there is nothing to choose. whole is up to two pixels of the variant
// shorter than u, so that centre lies on its pixels.
func (r Request) search(box pic.View, u upright) *search {
	if !r.Smart || r.Focus != nil || r.Fit != Cover {
		return nil
	}
	s := &search{upright: u, centre: box, found: box}
	across, down := box.Ratios()
	x := spareHalf(box.Window.X0, across)
	y := spareHalf(box.Window.Y0, down)
	whole := box
	switch {
	case x > 0:
		s.spare = 2 * x
		whole.Width += s.spare
		whole.Window.X0 -= float64(x) * across
		whole.Window.X1 += float64(x) * across
	case y > 0:
		s.axis, s.spare = subject.Down, 2*y
		whole.Height += s.spare
		whole.Window.Y0 -= float64(y) * down
		whole.Window.Y1 += float64(y) * down
	default:
		return nil
	}
	s.whole = u.stored(whole)
	return s
}

// decoded returns the view for which the picture is decoded: v, the view of the variant,
// if s is nil.
func (s *search) decoded(v pic.View) pic.View {
	if s == nil {
		return v
	}
	return s.whole
}

// shown returns what the variant shows of the upright picture: box if s is nil.
func (s *search) shown(box pic.View) pic.View {
	if s == nil {
		return box
	}
	return s.found
}

// spareHalf returns how many whole pixels of the variant lie before its window. before is
// their length in pixels of the picture, of which scale become one.
func spareHalf(before, scale float64) int {
	return int(math.Floor(before/scale + 1e-6))
}

// move moves the window to the subject of p, the small upright copy of what whole shows.
// It returns how many pixels of the variant lie between the left or top end of whole and
// the window.
func (s *search) move(p subject.Picture) int {
	length := [2]int{s.centre.Width, s.centre.Height}[s.axis]
	place := subject.Place(p, s.axis, float64(length)/float64(length+s.spare))
	at := (2*place*s.spare + subject.Steps) / (2 * subject.Steps)
	across, down := s.centre.Ratios()
	s.found = s.centre
	w := &s.found.Window
	if away := float64(at - s.spare/2); s.axis == subject.Across {
		w.X0, w.X1 = w.X0+away*across, w.X1+away*across
	} else {
		w.Y0, w.Y1 = w.Y0+away*down, w.Y1+away*down
	}
	return at
}

// inPlanes returns the view, as stored, that shows the subject of decoded planes.
func (s *search) inPlanes(p *pic.Planar) pic.View {
	parts := make([]plane.Plane, len(p.Planes))
	for i := range parts {
		parts[i] = shownSamples(p, i, s.whole.Window)
	}
	small := subject.FromPlanes(parts, p.ToSRGB)
	ends := mirrored(plane.Window{X1: 1, Y1: 1}, s.upright.orientation)
	small = small.Mirrored(ends.X0 > ends.X1, ends.Y0 > ends.Y1)
	if pic.SwapsAxes(s.upright.orientation) {
		small = small.Transposed()
	}
	s.move(small)
	return s.upright.stored(s.found)
}

// shownSamples returns the samples of plane i that lie in a window of stored pixels.
func shownSamples(p *pic.Planar, i int, w plane.Window) plane.Plane {
	from, step := p.Planes[i], p.Steps[i]
	x0, x1 := samplesIn((w.X0-p.X)/step.X, (w.X1-p.X)/step.X, from.Width)
	y0, y1 := samplesIn((w.Y0-p.Y)/step.Y, (w.Y1-p.Y)/step.Y, from.Height)
	return plane.Plane{Pix: from.Pix[y0*from.Stride+x0:], Stride: from.Stride, Width: x1 - x0, Height: y1 - y0}
}

// samplesIn returns the range of n samples that lie between two positions: at least one.
func samplesIn(from, to float64, n int) (first, end int) {
	first = min(max(0, int(math.Round(from))), n-1)
	return first, min(max(first+1, int(math.Round(to))), n)
}

// cut returns the part of p that shows the subject, moved to the beginning of p's samples.
// p is what whole shows, resampled and mirrored but with the axes as stored, of channels
// samples a pixel.
func (s *search) cut(p plane.Plane, channels int) plane.Plane {
	small := subject.FromPixels(p, channels)
	out := plane.Plane{Width: s.centre.Width, Height: s.centre.Height}
	axis := s.axis
	if pic.SwapsAxes(s.upright.orientation) {
		small = small.Transposed()
		out.Width, out.Height = out.Height, out.Width
		axis = subject.Across + subject.Down - axis
	}
	first := s.move(small) * channels
	if axis == subject.Down {
		first *= p.Width
	}
	out.Stride = out.Width * channels
	for y := range out.Height {
		copy(p.Pix[y*out.Stride:][:out.Stride], p.Pix[first+y*p.Stride:])
	}
	out.Pix = p.Pix[:out.Height*out.Stride]
	return out
}

// searchFirstFrame moves the view of an animation to the subject of its first frame, if
// there is something to search.
func (j *job) searchFirstFrame(ctx context.Context, p *Picture) error {
	if j.search == nil || j.header.Frames == 1 {
		return nil
	}
	err := j.inFirstFrame(ctx, p)
	j.watch.lap(&j.times.Decode)
	if err != nil {
		return err
	}
	j.view = j.search.upright.stored(j.search.found)
	j.decoding, err = p.picture.Plan(j.view)
	return err
}

// small returns the view in which the subject of an animation is looked for.
func (s *search) small() pic.View {
	v := s.whole
	v.Width, v.Height = min(v.Width, subject.Longest), min(v.Height, subject.Longest)
	return v
}

// inFirstFrame moves the window to the subject of an animation's first frame, which is
// decoded for that.
func (j *job) inFirstFrame(ctx context.Context, p *Picture) error {
	s := j.search
	decoding, err := p.picture.Plan(s.small())
	if err != nil {
		return err
	}
	r := j.resampler()
	r.view, r.buffers = s.small(), new(pic.Buffers)
	for frame, err := range decoding.Frames(ctx, r.buffers) {
		if err != nil {
			return err
		}
		raster, err := r.raster(ctx, frame)
		if err != nil {
			return err
		}
		if raster.Planes != nil {
			s.move(subject.FromPlanes(raster.Planes, nil))
		} else {
			s.move(subject.FromPixels(pixelsOf(raster.Pixels), 4))
		}
		return nil
	}
	return nil
}
