package plane

import "slices"

// Extremes holds the least and the greatest sample of each row and of each column of a
// picture, channel by channel, and its corners. They tell where its sides have one
// colour. Colours are multiplied by their alpha.
type Extremes struct {
	width, height, channels int

	rows, columns extremes
	corners       [4][]uint8 // top left, top right, bottom left, bottom right
	multiplied    []uint8
}

// extremes holds the least and the greatest samples of lines.
type extremes struct{ lows, highs []uint8 }

// newExtremes returns the extremes of n samples not seen yet.
func newExtremes(n int) extremes {
	return extremes{slices.Repeat([]uint8{255}, n), make([]uint8, n)}
}

// NewExtremes returns the Extremes of a picture of width × height pixels of channels
// samples, with no rows yet.
func NewExtremes(width, height, channels int) *Extremes {
	return &Extremes{
		width: width, height: height, channels: channels,
		rows: newExtremes(height * channels), columns: newExtremes(width * channels),
	}
}

// ExtremesMemory returns how many bytes an Extremes takes.
func ExtremesMemory(width, height, channels int) int64 {
	return int64(channels) * (3*int64(width) + 2*int64(height) + 4)
}

// AddRow adds a row of pixels as row y. The first rows at the top and at the bottom have
// the corners. More rows of the same y belong to further frames.
func (e *Extremes) AddRow(y int, row []uint8) {
	row = row[:e.width*e.channels]
	if e.channels == 2 || e.channels == 4 {
		e.multiplied = resized(e.multiplied, len(row))
		multiply(e.multiplied, row, e.channels)
		row = e.multiplied
	}
	for i, at := range [...]int{0, 0, e.height - 1, e.height - 1} {
		if y == at && e.corners[i] == nil {
			e.corners[i] = slices.Clone(row[i%2*(len(row)-e.channels):][:e.channels])
		}
	}
	low, high := [4]uint8{255, 255, 255, 255}, [4]uint8{}
	lows, highs := e.columns.lows[:len(row)], e.columns.highs[:len(row)]
	for i := vectorExtremes(lows, highs, row, e.channels, &low, &high); i < len(row); {
		for c := range e.channels {
			v := row[i]
			lows[i], highs[i] = min(lows[i], v), max(highs[i], v)
			low[c], high[c] = min(low[c], v), max(high[c], v)
			i++
		}
	}
	for c := range e.channels {
		at := y*e.channels + c
		e.rows.lows[at], e.rows.highs[at] = min(e.rows.lows[at], low[c]), max(e.rows.highs[at], high[c])
	}
}

// Corner returns corner i: top left, top right, bottom left or bottom right, from 0.
func (e *Extremes) Corner(i int) []uint8 { return e.corners[i] }

// Differing returns which rows and columns, from the first up to before the end, are
// within those that differ from colour by more than tolerance. They are empty if none
// does.
func (e *Extremes) Differing(colour []uint8, tolerance int) (left, top, right, bottom int) {
	left, right = e.columns.differing(colour, tolerance)
	top, bottom = e.rows.differing(colour, tolerance)
	return left, top, right, bottom
}

// differing returns the first line that differs from colour by more than tolerance, and
// the one after the last; 0, 0 if none does.
func (e extremes) differing(colour []uint8, tolerance int) (first, end int) {
	n := len(e.lows) / len(colour)
	differs := func(line int) bool {
		for c, v := range colour {
			at := line*len(colour) + c
			if int(e.lows[at]) < int(v)-tolerance || int(e.highs[at]) > int(v)+tolerance {
				return true
			}
		}
		return false
	}
	for ; first < n && !differs(first); first++ {
	}
	if first == n {
		return 0, 0
	}
	for end = n; !differs(end - 1); end-- {
	}
	return first, end
}
