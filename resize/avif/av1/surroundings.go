package av1

import "github.com/edgeresize/edgeresize/resize/avif/av1/predict"

// availability returns how many samples are available above a transform block of n luma
// samples at x, y of the picture, from its first column on, and how many to its left.
// Samples beyond its corners are available if they were coded before: earlier in the
// superblock, in Morton order, or in an earlier superblock of the tile.
func (e *searcher) availability(x, y, n int) (above, left int) {
	t := &e.tile
	if y > t.row*8 {
		above = n
		right := x + n
		switch {
		case right >= t.endCol*8:
		case y&63 == 0:
			above = 2 * n
		case right&63 == 0:
		case right>>3 == x>>3: // parts of 8x8
			above = 2 * n
		case morton(right>>3, (y-1)>>3) < morton(x>>3, y>>3):
			above = 2 * n
		}
		above = min(above, t.endCol*8-x)
	}
	if x > t.col*8 {
		left = n
		below := y + n
		switch {
		case below >= t.endRow*8 || below&63 == 0:
		case x&63 == 0:
			left = 2 * n
		case below>>3 == y>>3 && (x-1)>>3 == x>>3: // parts of 8x8
		case morton((x-1)>>3, below>>3) < morton(x>>3, y>>3):
			left = 2 * n
		}
		left = min(left, t.endRow*8-y)
	}
	return above, left
}

// loadEdges loads the samples around a transform block of n samples at x, y of plane p.
func (e *searcher) loadEdges(to *predict.Edges, p, x, y, n int) {
	shift := 0
	if p > 0 {
		shift = e.chromaShift
	}
	above, left := e.availability(x<<shift, y<<shift, n<<shift)
	s := &e.recon[p]
	to.Load(s.pix, s.stride, y*s.stride+x, n, n, above>>shift, left>>shift)
}
