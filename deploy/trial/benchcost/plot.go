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
	plotLeft, plotRight  = 60.0, 620.0
	plotTop, plotBottom  = 40.0, 290.0
	plotLines            = 4 // horizontal ones
	plotHeadroom         = 1.1
	plotLabelAbovePoints = 10.0
)

var plotColours = []string{"#00758f", "#c2571a"}

// curve is a function's costs in the plot.
type curve struct {
	Name, Colour string
	Points       []plotPoint
}

type plotPoint struct {
	X, Y, LabelY float64
	Label        string
}

type tick struct {
	At    float64
	Label string
}

// plot returns a plot of dollars per million pictures over memory, as SVG.
func plot(rows []row) ([]byte, error) {
	var memories []int
	var names []string
	most := 0.0
	for _, r := range rows {
		if !slices.Contains(memories, r.memory) {
			memories = append(memories, r.memory)
		}
		if !slices.Contains(names, r.function) {
			names = append(names, r.function)
		}
		most = max(most, r.dollars()*plotHeadroom)
	}
	x := func(mb int) float64 {
		return plotLeft + (plotRight-plotLeft)*(float64(slices.Index(memories, mb))+0.5)/float64(len(memories))
	}
	step := niceStep(most / plotLines)
	top := step * math.Ceil(most/step)
	y := func(dollars float64) float64 { return plotBottom - (plotBottom-plotTop)*dollars/top }

	var data struct {
		Curves                   []curve
		Memories, Dollars        []tick
		Left, Right, Top, Bottom float64
	}
	data.Left, data.Right, data.Top, data.Bottom = plotLeft, plotRight, plotTop, plotBottom
	for _, mb := range memories {
		data.Memories = append(data.Memories, tick{x(mb), fmt.Sprint(mb)})
	}
	for d := 0.0; d <= top; d += step {
		data.Dollars = append(data.Dollars, tick{y(d), fmt.Sprintf("$%g", d)})
	}
	for i, name := range names {
		c := curve{Name: name, Colour: plotColours[i%len(plotColours)]}
		for _, r := range rows {
			if r.function == name && r.killed == "" {
				at := y(r.dollars())
				c.Points = append(c.Points, plotPoint{x(r.memory), at, at - plotLabelAbovePoints, fmt.Sprintf("$%.2f", r.dollars())})
			}
		}
		data.Curves = append(data.Curves, c)
	}
	var svg bytes.Buffer
	err := plotTemplate.Execute(&svg, data)
	return svg.Bytes(), err
}

// niceStep returns the smallest of 1, 2 and 5 times a power of ten that is at least step.
func niceStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, times := range []float64{1, 2, 5} {
		if times*power >= step {
			return times * power
		}
	}
	return 10 * power
}
