package webp

import (
	"context"
	"iter"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8"
)

// lossy holds what is kept between lossy pictures.
type lossy struct {
	decoder vp8.Decoder
	pixels  [3][]uint8
}

// planPlanes plans a lossy picture without alpha: planes of the part that the
// resampling filter reaches, reduced while they are decoded.
func (p *picture) planPlanes(v pic.View) *pic.Decoding {
	part := partFor(p.width, p.height, v)
	return &pic.Decoding{
		Memory: fixed + vp8.Memory(p.width) + part.samples(),
		Shape:  pic.Shape{Width: part.region.Dx(), Height: part.region.Dy(), Planes: 3},
		Frames: func(ctx context.Context, kept *pic.Buffers) iter.Seq2[*pic.Frame, error] {
			return func(yield func(*pic.Frame, error) bool) {
				planes, err := pic.Reuse[lossy](kept).decode(ctx, p.image, part)
				if err != nil {
					yield(nil, typed(ctx, err))
					return
				}
				yield(&pic.Frame{Planes: planes, Colour: p.colour()}, nil)
			}
		},
	}
}

// colour returns what samples mean.
func (p *picture) colour() pic.Colour { return pic.Colour{Profile: icc.Kept(p.profile, false)} }

// decode decodes part p of a key frame.
func (l *lossy) decode(ctx context.Context, frame []byte, p part) (*pic.Planar, error) {
	if err := l.decoder.Start(frame); err != nil {
		return nil, err
	}
	if p.canSkipFilter(l.decoder.Level()) {
		l.decoder.LeaveUnfiltered()
	}
	out := &pic.Planar{X: float64(p.region.Min.X), Y: float64(p.region.Min.Y)}
	var planes [3]*reduction
	for i := range planes {
		r := &reduction{factor: p.factor, levels: &luma, x: p.region.Min.X, y: p.region.Min.Y, endX: p.region.Max.X, endY: p.region.Max.Y}
		step := p.factor
		if i > 0 {
			r.factor, r.levels = p.chroma(), &chroma
			r.x, r.y, r.endX, r.endY = r.x/2, r.y/2, (r.endX+1)/2, (r.endY+1)/2
			step = 2 * r.factor
		}
		w, h := p.size(step)
		l.pixels[i] = resized(l.pixels[i], w*h)
		r.to = plane.Plane{Pix: l.pixels[i], Stride: w, Width: w, Height: h}
		planes[i] = r
		out.Planes = append(out.Planes, r.to)
		out.Steps = append(out.Steps, pic.Step{X: float64(step), Y: float64(step)})
	}
	for end := 0; end < p.region.Max.Y; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rows, err := l.decoder.Next()
		if err != nil {
			return nil, err
		}
		end = rows.First + rows.Count
		planes[0].add(rows.Y, rows.LumaStride, rows.First, rows.Count)
		planes[1].add(rows.U, rows.ChromaStride, rows.First/2, (rows.Count+1)/2)
		planes[2].add(rows.V, rows.ChromaStride, rows.First/2, (rows.Count+1)/2)
	}
	return out, nil
}
