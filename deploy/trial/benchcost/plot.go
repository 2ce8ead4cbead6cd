package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/edgeresize/edgeresize/resize/bench/plot"
)

const (
	plotLines    = 4   // horizontal ones
	plotHeadroom = 1.1 // for labels
)

// drawCosts returns a plot of dollars per million pictures over memory, as SVG.
func drawCosts(rows []row) ([]byte, error) {
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
		return (float64(slices.Index(memories, mb)) + 0.5) / float64(len(memories))
	}
	step := plot.NiceStep(most / plotLines)
	top := step * math.Ceil(most/step)
	p := plot.Plot{Title: "US dollars per million resizes, by memory size in MB"}
	for _, mb := range memories {
		p.X = append(p.X, plot.Tick{At: x(mb), Label: fmt.Sprint(mb)})
	}
	for d := 0.0; d <= top; d += step {
		p.Y = append(p.Y, plot.Tick{At: d / top, Label: fmt.Sprintf("$%g", d)})
	}
	for i, name := range names {
		c := plot.Curve{Name: name, Colour: plot.Colours[i%len(plot.Colours)], Joined: true}
		for _, r := range rows {
			if r.function == name && r.killed == "" {
				c.Points = append(c.Points, plot.Point{X: x(r.memory), Y: r.dollars() / top, Label: fmt.Sprintf("$%.2f", r.dollars())})
			}
		}
		p.Curves = append(p.Curves, c)
	}
	return p.SVG()
}
