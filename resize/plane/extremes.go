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

// ExtremesMemory returns how many bytes an Extremes and its Differences take.
func ExtremesMemory(width, height, channels int) int64 {
	return int64(channels)*(3*int64(width)+2*int64(height)+4) + int64(width) + int64(height)
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

// Differences returns for each column and for each row the most by which a sample
// differs from colour.
func (e *Extremes) Differences(colour []uint8) (columns, rows []uint8) {
	return e.columns.differences(colour), e.rows.differences(colour)
}

// differences returns for each line the most by which a sample differs from colour.
func (e extremes) differences(colour []uint8) []uint8 {
	differences := make([]uint8, len(e.lows)/len(colour))
	for i := range e.lows {
		v := int(colour[i%len(colour)])
		line := &differences[i/len(colour)]
		*line = uint8(max(int(*line), v-int(e.lows[i]), int(e.highs[i])-v))
	}
	return differences
}
