package main

import (
	"fmt"
	"math"

	"github.com/edgeresize/edgeresize/resize/bench/plot"
)

// headroom is room for a label above the points, as a share of the ratio.
const headroom = 0.1

// plot draws bytes over CPU time for the last part, as SVG.
func (t table) plot() ([]byte, error) {
	part := t.parts[len(t.parts)-1]
	least, most, widest := math.Inf(1), 0.0, 0.0
	for _, r := range part.rows {
		least, most = min(least, r.cpu), max(most, r.cpu)
		if v := mean(r.at); !math.IsNaN(v) {
			widest = max(widest, v)
		}
	}
	first, last := math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	last = max(last, first+1)
	x := func(cpu float64) float64 { return (math.Log10(cpu) - first) / (last - first) }
	top := math.Ceil(5*(widest+headroom)) / 5

	p := plot.Plot{
		Title: fmt.Sprintf("Bytes at equal SSIMULACRA 2.1 scores, relative to %s", part.rows[0].encoder.short),
		Note:  "CPU milliseconds a megapixel, logarithmic",
		Grid:  true,
	}
	for decade := first; decade <= last; decade++ {
		v := math.Pow(10, decade)
		p.X = append(p.X, plot.Tick{At: x(v), Label: fmt.Sprintf("%g", v)})
	}
	for i := 0; float64(i)*0.2 <= top+1e-9; i++ {
		v := float64(i) * 0.2
		p.Y = append(p.Y, plot.Tick{At: v / top, Label: fmt.Sprintf("%.1f", v)})
	}
	for _, r := range part.rows {
		if v := mean(r.at); !math.IsNaN(v) {
			colour := plot.Colours[1]
			if r.encoder.own() {
				colour = plot.Colours[0]
			}
			at := plot.Point{X: x(r.cpu), Y: v / top, Label: fmt.Sprintf("%s %.2f", r.encoder.short, v)}
			p.Curves = append(p.Curves, plot.Curve{Colour: colour, Points: []plot.Point{at}})
		}
	}
	return p.SVG()
}
