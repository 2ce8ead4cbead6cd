package pictest

import (
	"math/rand/v2"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// Kinds of content of a [Pattern].
const (
	Gradient = iota // wraps around
	Noise
	BlackAndWhite // at random
	Checkers
	Mixed // slopes, noise and stripes
	OneValue

	Patterns
)

// Pattern returns a plane of random content of a kind, 0 to Patterns-1.
func Pattern(random *rand.Rand, width, height, kind int) plane.Plane {
	p := plane.Plane{Pix: make([]uint8, width*height), Stride: width, Width: width, Height: height}
	dx, dy, base := random.IntN(9)-4, random.IntN(9)-4, random.IntN(256)
	sample := func(x, y int) uint8 {
		switch kind {
		case Gradient:
			return uint8(base + x*dx/2 + y*dy/2)
		case Noise:
			return uint8(random.IntN(256))
		case BlackAndWhite:
			return uint8(255 * random.IntN(2))
		case Checkers:
			return uint8(255 * ((x>>(base&3) + y>>(base>>2&3)) & 1))
		case Mixed:
			v := base + x*dx/2 + random.IntN(1+(x*y>>6&15))
			if (x>>5+y>>5)%3 == 0 {
				v = 255 * ((x + y*dy) >> 3 & 1)
			}
			return uint8(min(max(v, 0), 255))
		}
		return uint8(base)
	}
	for y := range height {
		for x := range width {
			p.Pix[y*width+x] = sample(x, y)
		}
	}
	return p
}
