package main

import (
	"fmt"
	"math"

	"github.com/edgeresize/edgeresize/resize/bench/plot"
)

// drawDollars returns a plot of the costs of resizing for a million views, by views a month,
// as SVG. Both axes are logarithmic.
func drawDollars(outcomes [][]outcome) ([]byte, error) {
	p := plot.Plot{Title: "US dollars of resizing per million views, by views a month"}
	views, costs := newAxis(), newAxis()
	for _, line := range outcomes {
		for _, o := range line {
			views.include(o.site.views)
			costs.include(perMillion(o))
		}
	}
	costs.first = math.Pow(10, math.Floor(math.Log10(costs.first)))
	costs.last = math.Pow(10, math.Ceil(math.Log10(costs.last)+0.1)) // room for labels
	for d := costs.first; d <= costs.last*1.0001; d *= 10 {
		p.Y = append(p.Y, plot.Tick{At: costs.share(d), Label: fmt.Sprintf("$%.4g", d)})
	}
	x := func(o outcome) float64 { return 0.04 + 0.92*views.share(o.site.views) }
	for i, line := range outcomes {
		c := plot.Curve{Name: settings[i].name, Colour: plot.Colours[i], Joined: true}
		for _, o := range line {
			cost := perMillion(o)
			if !(cost > 0) {
				continue
			}
			if i == 0 {
				p.X = append(p.X, plot.Tick{At: x(o), Label: count(o.site.views)})
			}
			c.Points = append(c.Points, plot.Point{X: x(o), Y: costs.share(cost), Label: fmt.Sprintf("%.2f", cost)})
		}
		p.Curves = append(p.Curves, c)
	}
	return p.SVG()
}

// perMillion returns the costs of resizing for a million views, 0 without views.
func perMillion(o outcome) float64 {
	if o.site.views <= 0 {
		return 0
	}
	return o.dollars.ofResizing() / o.site.views * 1e6
}

// axis is a logarithmic axis.
type axis struct{ first, last float64 }

// newAxis returns an axis without values.
func newAxis() *axis { return &axis{math.Inf(1), 0} }

// include extends the axis to v, unless v is 0.
func (a *axis) include(v float64) {
	if v > 0 {
		a.first, a.last = min(a.first, v), max(a.last, v)
	}
}

// share returns the share of the axis before v.
func (a *axis) share(v float64) float64 {
	if a.last <= a.first {
		return 0.5
	}
	return math.Log(v/a.first) / math.Log(a.last/a.first)
}
