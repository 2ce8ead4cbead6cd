package main

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"slices"
)

//go:embed plot.svg.tmpl
var plotFile embed.FS

var plotTemplate = template.Must(template.ParseFS(plotFile, "plot.svg.tmpl"))

// The plot's area, in SVG units.
const (
	plotLeft, plotRight = 60.0, 620.0
	plotTop, plotBottom = 40.0, 290.0
	headroom            = 0.1 // as a share of the ratio, for a label
	labelAbove          = 10.0
	labelHeight         = 13.0
	labelWidth          = 6.5 // for a letter
)

var plotColours = map[bool]string{true: "#00758f", false: "#c2571a"} // ours, theirs

type plotPoint struct {
	X, Y, LabelY          float64
	Label, Colour, Anchor string
}

type tick struct {
	At    float64
	Label string
}

// plot draws bytes over CPU time for the last part, as SVG.
func (t table) plot() ([]byte, error) {
	p := t.parts[len(t.parts)-1]
	least, most, widest := math.Inf(1), 0.0, 0.0
	for _, r := range p.rows {
		least, most = min(least, r.cpu), max(most, r.cpu)
		if v := mean(r.at); !math.IsNaN(v) {
			widest = max(widest, v)
		}
	}
	first, last := math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	last = max(last, first+1)
	x := func(cpu float64) float64 {
		return plotLeft + (plotRight-plotLeft)*(math.Log10(cpu)-first)/(last-first)
	}
	top := math.Ceil(5*(widest+headroom)) / 5
	y := func(ratio float64) float64 { return plotBottom - (plotBottom-plotTop)*ratio/top }

	var data struct {
		Title                    string
		Points                   []plotPoint
		CPU, Bytes               []tick
		Left, Right, Top, Bottom float64
	}
	data.Title = fmt.Sprintf("Bytes at equal SSIMULACRA 2.1 scores, relative to %s", p.rows[0].encoder.short)
	data.Left, data.Right, data.Top, data.Bottom = plotLeft, plotRight, plotTop, plotBottom
	for decade := first; decade <= last; decade++ {
		v := math.Pow(10, decade)
		data.CPU = append(data.CPU, tick{x(v), fmt.Sprintf("%g", v)})
	}
	for i := 0; float64(i)*0.2 <= top+1e-9; i++ {
		v := float64(i) * 0.2
		data.Bytes = append(data.Bytes, tick{y(v), fmt.Sprintf("%.1f", v)})
	}
	for _, r := range p.rows {
		if v := mean(r.at); !math.IsNaN(v) {
			at := plotPoint{X: x(r.cpu), Y: y(v), Label: fmt.Sprintf("%s %.2f", r.encoder.short, v), Colour: plotColours[r.encoder.own()]}
			data.Points = append(data.Points, at)
		}
	}
	label(data.Points)
	var svg bytes.Buffer
	err := plotTemplate.Execute(&svg, data)
	return svg.Bytes(), err
}

// label places the points' labels above them, or below if another label is in the way.
func label(points []plotPoint) {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(points[a].Y - points[b].Y) })
	for n, i := range order {
		p := &points[i]
		p.Anchor = "middle"
		half := labelWidth * float64(len(p.Label)) / 2
		if p.X+half > plotRight {
			p.Anchor = "end"
		} else if p.X-half < plotLeft {
			p.Anchor = "start"
		}
		p.LabelY = p.Y - labelAbove
		for _, k := range order[:n] {
			q := &points[k]
			reach := half + labelWidth*float64(len(q.Label))/2
			if math.Abs(p.X-q.X) < reach && math.Abs(p.LabelY-q.LabelY) < labelHeight {
				p.LabelY = p.Y + labelAbove + labelHeight/2
			}
		}
	}
}
