package webp

import "github.com/edgeresize/edgeresize/resize/plane"

// reduction makes a plane from rows of samples. Each of its samples is the mean,
// in the full range, of factor × factor samples.
type reduction struct {
	to     plane.Plane
	factor int // 1, 2, 4 or 8
	levels *levels
	// The part of the source that is used. x and y are multiples of factor.
	x, y, endX, endY int
}

// add adds count rows of the source, the first being number first. It may change
// the rows after them, and what follows in each row up to a multiple of 8. first
// is a multiple of factor, and so is count except for the last rows.
func (r *reduction) add(rows []uint8, stride, first, count int) {
	if skipped := r.y - first; skipped > 0 {
		if skipped >= count {
			return
		}
		rows, first, count = rows[skipped*stride:], r.y, count-skipped
	}
	count = min(count, r.endY-first)
	for count > 0 && count%r.factor != 0 { // the last rows
		copy(rows[count*stride:][:stride], rows[(count-1)*stride:])
		count++
	}
	if over := r.endX % r.factor; over != 0 {
		for y := range count {
			last := rows[y*stride+r.endX-1:][:1+r.factor-over]
			for i := range last {
				last[i] = last[0]
			}
		}
	}
	for y := 0; y < count; y += r.factor {
		to := r.to.Pix[(first+y-r.y)/r.factor*r.to.Stride:][:r.to.Width]
		r.levels.reduce(to, rows[y*stride+r.x:], stride, r.factor)
	}
}
