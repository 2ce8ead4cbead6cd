// Package subject finds where in a picture a crop should be, without knowing what the
// picture shows.
//
// It takes a small copy of the picture, says for each of its pixels how interesting it
// is (how rare its colour is, how much detail and saturation it has beside the rest, and
// whether it may be skin), and moves a window along the picture's length to where it
// holds most of that. The centre is preferred: a window leaves it only for something
// clearly more interesting.
//
// All numbers are integers, so the same picture gives the same window on every machine.
package subject

// Axis is a direction in which a window can be moved.
type Axis int

// The axes.
const (
	Across Axis = iota // left and right
	Down               // up and down
)

// Steps is the number of steps between the first and the last place of a window.
const Steps = 128

// Place returns where to put a window that has the full length of p along one axis and,
// along the given axis, share of the length, 0 to 1. 0 is the left or top end, Steps the
// other one, Steps/2 exactly the centre.
func Place(p Picture, axis Axis, share float64) int {
	return best(profile(p, interest(p), axis), share)
}

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
