package png

// places are where what repeats is looked for, one after the other.
type places struct {
	row, pixel int // bytes
	column     int // in its row, of the place; the number of the filter is in column 0
}

// newPlaces returns the places that an effort looks at, and the first of them that is
// not before from.
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

// step goes on to the next place, and returns how far that is.
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
