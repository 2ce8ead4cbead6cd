package main

import (
	"fmt"
	"math"

	"github.com/edgeresize/edgeresize/resize/bench/plot"
)

// drawDollars returns a plot of the costs of resizing for a million views, by views a month,
// as SVG. The axis of views is logarithmic.
func drawDollars(outcomes [][]outcome) ([]byte, error) {
	p := plot.Plot{Title: "US dollars of resizing per million views, by views a month"}
	first, last, most := math.Inf(1), 0.0, 1e-9
	for _, line := range outcomes {
		for _, o := range line {
			if o.site.views > 0 {
				first, last = min(first, o.site.views), max(last, o.site.views)
				most = max(most, perMillion(o))
			}
		}
	}
	x := func(views float64) float64 {
		if last <= first {
			return 0.5
		}
		return 0.04 + 0.92*math.Log(views/first)/math.Log(last/first)
	}
	step := plot.NiceStep(most * 1.1 / 4)
	top := step * math.Ceil(most*1.1/step)
	for n := 0.0; n*step <= top*1.0001; n++ {
		p.Y = append(p.Y, plot.Tick{At: n * step / top, Label: fmt.Sprintf("$%g", n*step)})
	}
	for i, line := range outcomes {
		c := plot.Curve{Name: settings[i].name, Colour: plot.Colours[i], Joined: true}
		for _, o := range line {
			if o.site.views <= 0 {
				continue
			}
			if i == 0 {
				p.X = append(p.X, plot.Tick{At: x(o.site.views), Label: count(o.site.views)})
			}
			c.Points = append(c.Points, plot.Point{X: x(o.site.views), Y: perMillion(o) / top, Label: fmt.Sprintf("%.2f", perMillion(o))})
		}
		p.Curves = append(p.Curves, c)
	}
	return p.SVG()
}

// perMillion returns the costs of resizing for a million views.
func perMillion(o outcome) float64 { return o.dollars.ofResizing() / o.site.views * 1e6 }
