package jpeg

import (
	"context"
	"iter"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// fixedMemory is more bytes than a decoder's tables and window, or a coder's,
// take with headers and goroutines.
const fixedMemory = 256 << 10

// Plan implements [pic.Picture]. It decodes planes at the smallest scale that
// leaves the margin, and only as much of them as the resampling filter reaches.
func (o *original) Plan(v pic.View) (*pic.Decoding, error) {
	want := optionsFor(&o.header, v)
	planes, err := o.header.Memory(want)
	if err != nil {
		return nil, err
	}
	return &pic.Decoding{
		Memory: planes + o.profileMemory() + fixedMemory,
		Shape: pic.Shape{
			Width: want.Region.Dx(), Height: want.Region.Dy(),
			Planes: len(o.header.Components),
			Whole:  o.header.wholeChroma(),
			Joined: o.header.Model.joined(),
		},
		Frames: func(ctx context.Context, kept *pic.Buffers) iter.Seq2[*pic.Frame, error] {
			return func(yield func(*pic.Frame, error) bool) {
				yield(o.frame(ctx, pic.Reuse[decoder](kept), want))
			}
		},
	}, nil
}

// profileMemory returns how many bytes the ICC profile takes: its joined parts,
// and the transform of inks.
func (o *original) profileMemory() int64 {
	n := o.metadata.profileSize()
	if o.header.Model.inks() {
		return n + icc.Memory(n)
	}
	return n
}

// frame decodes the picture. An error of its profile comes first.
func (o *original) frame(ctx context.Context, d *decoder, want options) (*pic.Frame, error) {
	toSRGB, err := o.toSRGB()
	if err != nil {
		return nil, err
	}
	if readsAll(&o.header, want) {
		o.source.Expect(o.source.Len())
	}
	m, err := d.decode(&input{ctx: ctx, source: o.source}, &o.header, want)
	if err != nil {
		return nil, sharedError(err)
	}
	planar := m.planar()
	planar.Whole, planar.ToSRGB = o.header.wholeChroma(), toSRGB
	return &pic.Frame{Planes: planar, Colour: o.colour()}, nil
}

// planar returns m as the type that all rooms share.
func (m *decodedPart) planar() *pic.Planar {
	p := &pic.Planar{Planes: m.Planes, X: float64(m.Bounds.Min.X), Y: float64(m.Bounds.Min.Y)}
	for _, step := range m.steps {
		p.Steps = append(p.Steps, pic.Step{X: step.x, Y: step.y})
	}
	return p
}
