// Package noise makes smooth noise for drawn pictures, the same on every run.
package noise

import "math"

// At returns smooth noise, 0 to 1, with one knot a unit.
func At(x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	fx, fy = fx*fx*(3-2*fx), fy*fy*(3-2*fy)
	top := knot(x0, y0) + fx*(knot(x0+1, y0)-knot(x0, y0))
	bottom := knot(x0, y0+1) + fx*(knot(x0+1, y0+1)-knot(x0, y0+1))
	return top + fy*(bottom-top)
}

// knot returns a random number, 0 to 1, for a whole x and y.
func knot(x, y float64) float64 {
	h := uint64(int64(x))*0x9e3779b97f4a7c15 ^ uint64(int64(y))*0xc2b2ae3d27d4eb4f
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return float64(h>>40) / (1 << 24)
}
