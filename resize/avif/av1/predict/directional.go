package predict

// directional does the directional intra prediction process (section 7.11.2.4) without
// filters.
func (e *Edges) directional(dst []uint16, angle, width, height int) {
	switch {
	case angle < 90:
		e.fromAboveRight(dst, int(derivatives[angle]), width, height)
	case angle == 90:
		for i := range height {
			copy(dst[i*width:][:width], e.Above[Origin:])
		}
	case angle < 180:
		e.fromBoth(dst, int(derivatives[180-angle]), int(derivatives[angle-90]), width, height)
	case angle == 180:
		for i := range height {
			fill(dst[i*width:][:width], e.Left[Origin+i])
		}
	default:
		e.fromBelowLeft(dst, int(derivatives[270-angle]), width, height)
	}
}

// mix returns the value shift/32 of the way from the sample at base to the next.
func mix(edge *Edge, base, shift int) uint16 {
	return uint16((int(edge[Origin+base])*(32-shift) + int(edge[Origin+base+1])*shift + 16) >> 5)
}

// fromAboveRight does step 7.
func (e *Edges) fromAboveRight(dst []uint16, dx, width, height int) {
	last := width + height - 1
	for i := range height {
		first, shift := (i+1)*dx>>6, (i+1)*dx>>1&31
		for j := range width {
			if base := first + j; base < last {
				dst[i*width+j] = mix(&e.Above, base, shift)
			} else {
				dst[i*width+j] = e.Above[Origin+last]
			}
		}
	}
}

// fromBoth does step 8.
func (e *Edges) fromBoth(dst []uint16, dx, dy, width, height int) {
	for i := range height {
		for j := range width {
			if x := j<<6 - (i+1)*dx; x>>6 >= -1 {
				dst[i*width+j] = mix(&e.Above, x>>6, x>>1&31)
			} else {
				y := i<<6 - (j+1)*dy
				dst[i*width+j] = mix(&e.Left, y>>6, y>>1&31)
			}
		}
	}
}

// fromBelowLeft does step 9.
func (e *Edges) fromBelowLeft(dst []uint16, dy, width, height int) {
	for j := range width {
		first, shift := (j+1)*dy>>6, (j+1)*dy>>1&31
		for i := range height {
			dst[i*width+j] = mix(&e.Left, first+i, shift)
		}
	}
}
