package plot

import (
	"math"
	"slices"
)

// Sizes of labels, in SVG units.
const (
	labelAbove  = 10.0 // of its point
	labelHeight = 13.0
	letterWidth = 6.5
)

// place places the labels above their points, or below if another label is in the way. None
// leaves the frame to the left or right.
func place(labels []*label) {
	order := slices.Clone(labels)
	slices.SortStableFunc(order, func(a, b *label) int { return int(a.Y - b.Y) })
	for n, l := range order {
		l.Anchor = "middle"
		half := letterWidth * float64(len(l.Text)) / 2
		if l.X+half > right {
			l.Anchor = "end"
		} else if l.X-half < left {
			l.Anchor = "start"
		}
		l.LabelY = l.Y - labelAbove
		for _, other := range order[:n] {
			reach := half + letterWidth*float64(len(other.Text))/2
			if math.Abs(l.X-other.X) < reach && math.Abs(l.LabelY-other.LabelY) < labelHeight {
				l.LabelY = l.Y + labelAbove + labelHeight/2
			}
		}
	}
}
