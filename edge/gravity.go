package edge

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// Gravity says where a picture is cropped: "smart" where its subject is likely to
// be, one of nine places such as "top-left", or around a point such as "0.3,0.7".
// The zero value leaves the choice to the original's metadata, and is else the
// centre.
type Gravity string

// Smart crops where the picture's subject is likely to be.
const Smart Gravity = "smart"

// places holds the gravities that have a name. All others are points.
var places = map[Gravity]resize.Focus{
	"top-left": {X: 0, Y: 0}, "top": {X: 0.5, Y: 0}, "top-right": {X: 1, Y: 0},
	"left": {X: 0, Y: 0.5}, "center": {X: 0.5, Y: 0.5}, "right": {X: 1, Y: 0.5},
	"bottom-left": {X: 0, Y: 1}, "bottom": {X: 0.5, Y: 1}, "bottom-right": {X: 1, Y: 1},
}

// parseGravity returns the one spelling of a gravity, and reports whether text is
// one.
func parseGravity(text string) (Gravity, bool) {
	if text == "centre" {
		text = "center"
	}
	if _, named := places[Gravity(text)]; named || text == string(Smart) {
		return Gravity(text), true
	}
	point, ok := parsePoint(text)
	if !ok {
		return "", false
	}
	for name, place := range places {
		if place == point {
			return name, true
		}
	}
	return Gravity(fraction(point.X) + "," + fraction(point.Y)), true
}

// focus returns the point that g names, or nil.
func (g Gravity) focus() *resize.Focus {
	if place, named := places[g]; named {
		return &place
	}
	if point, ok := parsePoint(string(g)); ok {
		return &point
	}
	return nil
}

// coordinate matches a decimal fraction; the largest that it matches is 1.9999.
var coordinate = regexp.MustCompile(`^([01]|[01]?\.[0-9]{1,4})$`)

// parsePoint returns the point of a text such as "0.3,0.7", to the nearest
// hundredth, and reports whether it is one: both numbers are 0 to 1, with at most
// four decimals.
func parsePoint(text string) (resize.Focus, bool) {
	x, y, _ := strings.Cut(text, ",")
	var point [2]float64
	for i, text := range []string{x, y} {
		if !coordinate.MatchString(text) {
			return resize.Focus{}, false
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v > 1 {
			return resize.Focus{}, false
		}
		// The conversion keeps processors that can from adding before they round, which
		// JavaScript never does.
		point[i] = math.Floor(float64(v*100)+0.5) / 100
	}
	return resize.Focus{X: point[0], Y: point[1]}, true
}

// fraction returns the shortest decimal that spells v.
func fraction(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
