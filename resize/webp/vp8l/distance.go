package vp8l

// near holds the pixels that distance codes 1 to 120 stand for (RFC 9649 section
// 3.6.2.2, "Distance Mapping"), in pixels to the left and rows up.
var near = [...]struct{ left, up int8 }{
	{0, 1}, {1, 0}, {1, 1}, {-1, 1}, {0, 2}, {2, 0}, {1, 2}, {-1, 2}, {2, 1}, {-2, 1},
	{2, 2}, {-2, 2}, {0, 3}, {3, 0}, {1, 3}, {-1, 3}, {3, 1}, {-3, 1}, {2, 3}, {-2, 3},
	{3, 2}, {-3, 2}, {0, 4}, {4, 0}, {1, 4}, {-1, 4}, {4, 1}, {-4, 1}, {3, 3}, {-3, 3},
	{2, 4}, {-2, 4}, {4, 2}, {-4, 2}, {0, 5}, {3, 4}, {-3, 4}, {4, 3}, {-4, 3}, {5, 0},
	{1, 5}, {-1, 5}, {5, 1}, {-5, 1}, {2, 5}, {-2, 5}, {5, 2}, {-5, 2}, {4, 4}, {-4, 4},
	{3, 5}, {-3, 5}, {5, 3}, {-5, 3}, {0, 6}, {6, 0}, {1, 6}, {-1, 6}, {6, 1}, {-6, 1},
	{2, 6}, {-2, 6}, {6, 2}, {-6, 2}, {4, 5}, {-4, 5}, {5, 4}, {-5, 4}, {3, 6}, {-3, 6},
	{6, 3}, {-6, 3}, {0, 7}, {7, 0}, {1, 7}, {-1, 7}, {5, 5}, {-5, 5}, {7, 1}, {-7, 1},
	{4, 6}, {-4, 6}, {6, 4}, {-6, 4}, {2, 7}, {-2, 7}, {7, 2}, {-7, 2}, {3, 7}, {-3, 7},
	{7, 3}, {-7, 3}, {5, 6}, {-5, 6}, {6, 5}, {-6, 5}, {8, 0}, {4, 7}, {-4, 7}, {7, 4},
	{-7, 4}, {8, 1}, {8, 2}, {6, 6}, {-6, 6}, {8, 3}, {5, 7}, {-5, 7}, {7, 5}, {-7, 5},
	{8, 4}, {6, 7}, {-6, 7}, {7, 6}, {-7, 6}, {8, 5}, {7, 7}, {-7, 7}, {8, 6}, {8, 7},
}

// fromCode returns the distance in pixels that a code stands for in an image of
// the given width.
func fromCode(code, width int) int {
	if code > len(near) {
		return code - len(near)
	}
	p := near[code-1]
	return max(1, int(p.left)+int(p.up)*width)
}

// mostDistance is the largest distance, in pixels, that is written: 40 prefix
// codes reach up to 1 << 20.
const mostDistance = 1<<20 - len(near)

// extraBits returns how many bits follow a prefix code of a length or of a
// distance code, and the least value that it stands for (section 3.6.2.2).
func extraBits(prefix int) (n uint, least int) {
	if prefix < 4 {
		return 0, prefix + 1
	}
	n = uint(prefix-2) >> 1
	return n, (2+prefix&1)<<n + 1
}
