// Package plot draws the plots of the README.md files as SVG: points on a plain frame,
// joined by lines or not. A caller maps its values to shares of the frame.
package plot

import (
	"bytes"
	"embed"
	"html/template"
	"math"
)

//go:embed plot.svg.tmpl
var file embed.FS

var svg = template.Must(template.ParseFS(file, "plot.svg.tmpl"))

// The frame, in SVG units.
const (
	left, right = 60.0, 620.0
	top, bottom = 40.0, 290.0
)

// Colours are the colours of curves: ours first.
var Colours = []string{"#00758f", "#c2571a", "#6b4fa0", "#5f7a1f"}

// Plot is what to draw.
type Plot struct {
	Title string
	X, Y  []Tick
	// Grid draws a line at each tick of X.
	Grid bool
	// Note stands at the bottom right, below the ticks of X.
	Note   string
	Curves []Curve
}

// Tick is a value on an axis.
type Tick struct {
	At    float64 // a share of the frame, from the left or from the bottom
	Label string
}

// Curve is a series of points.
type Curve struct {
	// Name stands below the plot, unless it is "".
	Name, Colour string
	Joined       bool // by a line
	Points       []Point
}

// Point is a point of a curve.
type Point struct {
	X, Y  float64 // shares of the frame, from the left and from the bottom
	Label string
}

// label is a point with its label, in SVG units.
type label struct {
	X, Y, LabelY         float64
	Text, Colour, Anchor string
}

// name is a curve's name below the plot.
type name struct {
	X            float64
	Text, Colour string
}

// line is the line of a curve.
type line struct {
	Colour string
	Points []*label
}

// SVG returns the plot as SVG.
func (p Plot) SVG() ([]byte, error) {
	var data struct {
		Title, Note              string
		Grid                     bool
		X, Y                     []Tick
		Left, Right, Top, Bottom float64
		Lines                    []line
		Labels                   []*label
		Names                    []name
	}
	data.Title, data.Note, data.Grid = p.Title, p.Note, p.Grid
	data.Left, data.Right, data.Top, data.Bottom = left, right, top, bottom
	for _, t := range p.X {
		data.X = append(data.X, Tick{x(t.At), t.Label})
	}
	for _, t := range p.Y {
		data.Y = append(data.Y, Tick{y(t.At), t.Label})
	}
	at := left
	for _, c := range p.Curves {
		l := line{Colour: c.Colour}
		for _, point := range c.Points {
			l.Points = append(l.Points, &label{X: x(point.X), Y: y(point.Y), Text: point.Label, Colour: c.Colour})
		}
		data.Labels = append(data.Labels, l.Points...)
		if c.Joined {
			data.Lines = append(data.Lines, l)
		}
		if c.Name != "" {
			data.Names = append(data.Names, name{at, c.Name, c.Colour})
			at += (right - left) / float64(len(p.Curves))
		}
	}
	place(data.Labels)
	var out bytes.Buffer
	err := svg.Execute(&out, data)
	return out.Bytes(), err
}

// x returns the place of a share of the frame from the left, in SVG units.
func x(share float64) float64 { return left + (right-left)*share }

// y returns the place of a share of the frame from the bottom, in SVG units.
func y(share float64) float64 { return bottom - (bottom-top)*share }

// NiceStep returns the smallest of 1, 2 and 5 times a power of ten that is at least step.
func NiceStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, times := range []float64{1, 2, 5} {
		if times*power >= step {
			return times * power
		}
	}
	return 10 * power
}
