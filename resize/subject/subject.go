// Package subject finds where in a picture a crop should be, without knowing what the
// picture shows.
//
// It takes a small copy of the picture and says for each pixel how interesting it is: how
// rare its colour is, how much detail is there, and whether it may be skin. Then it moves
// a window along the picture to where it holds most of that. The window leaves the centre
// only for something clearly more interesting.
//
// All numbers are integers, so the same picture gives the same place on every machine,
// and a mirrored picture the mirrored place, unless two places are equally good.
package subject

import "slices"

// Axis is a direction in which a window can be moved.
type Axis int

// The axes.
const (
	Across Axis = iota // left and right
	Down               // up and down
)

// Steps is the number of steps between the first and the last place of a window.
const Steps = 128

// Place returns where to put a window that can be moved along axis and has share of p's
// length there, 0 to 1. 0 is the left or top end, Steps the other one, Steps/2 exactly the
// centre.
func Place(p Picture, axis Axis, share float64) int {
	found := interest(p)
	if slices.Max(found) < least {
		return Steps / 2
	}
	return best(profile(p, found, axis), share)
}

// least is the interest below which a picture shows nothing in particular. Skies, lawns
// and noise stay below 900; the most interesting pixel of what people photograph has more
// than 10,000.
const least = 1600

// profile adds up the interest along an axis: of each column for Across, of each row
// for Down.
func profile(p Picture, interest []int32, axis Axis) []int64 {
	sums := make([]int64, [2]int{p.Width, p.Height}[axis])
	for y := range p.Height {
		for x := range p.Width {
			sums[[2]int{x, y}[axis]] += int64(interest[y*p.Width+x])
		}
	}
	return sums
}
