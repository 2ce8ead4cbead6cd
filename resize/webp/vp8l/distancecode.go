package vp8l

// distanceCodes maps distances to their shortest codes in an image of a width.
type distanceCodes struct {
	width int
	// near holds the code of each neighbour, by rows up, 0 to 7, and 7 + pixels
	// to the left, -7 to 8; 0 if it has none.
	near [8][16]uint8
}

// newDistanceCodes returns the codes for an image of the given width in pixels.
func newDistanceCodes(width int) *distanceCodes {
	d := &distanceCodes{width: width}
	for i, p := range near {
		d.near[p.up][p.left+7] = uint8(i + 1)
	}
	return d
}

// code returns the code of a distance in pixels.
func (d *distanceCodes) code(distance int) int {
	if distance < 8*d.width+8 {
		up, left := distance/d.width, distance%d.width
		if left <= 8 && up < 8 && d.near[up][left+7] != 0 {
			return int(d.near[up][left+7])
		}
		if left -= d.width; left >= -7 && up < 7 && d.near[up+1][left+7] != 0 {
			return int(d.near[up+1][left+7])
		}
	}
	return distance + len(near)
}
