package png

// places iterates over the positions at which matches are searched.
type places struct {
	row, pixel int // bytes
	column     int // the position's column in its row; column 0 has the number of the filter
}

// newPlaces returns the places that an effort searches, and the first of them at or
// after from.
func newPlaces(from int, e effort) (p places, first int) {
	if e.row == 0 {
		return places{row: 1, pixel: 1}, from
	}
	p = places{e.row, e.pixel, from % e.row}
	for p.column > 0 && (p.column-1)%p.pixel > 0 {
		p.column = (p.column + 1) % p.row
		from++
	}
	return p, from
}

// step moves to the next place, and returns the distance.
func (p *places) step() int {
	n := p.pixel
	if p.column == 0 {
		n = 1
	}
	if p.column += n; p.column >= p.row {
		p.column = 0
	}
	return n
}
