package vp8l

// Kinds of transforms (RFC 9649 section 3.5), in the order of their numbers.
const (
	predictor = iota
	colour
	subtractGreen
	colourIndexing
	transforms
)

// transform is a transform as it was read.
type transform struct {
	kind   int
	width  int  // of a row that inverse returns, in pixels
	bits   uint // size of a tile; or width_bits of bundling: 1 << bits indices in a pixel
	across int  // tiles in a row
	tiles  []uint32
	// table holds the colours of colour indexing; those beyond the last are
	// transparent.
	table [256]uint32
	// bundles holds the colours of each value of a pixel that bundles indices.
	bundles []uint32
	// rows are the last two results of inverse, with room for the pixel to the
	// right of the last.
	rows [2][]uint32
}

// read reads the data of a transform of an image of width × height pixels, using
// subimage, and returns the width of the transformed image.
func (t *transform) read(r *bitReader, kind, width, height int, subimage *pixels) (int, error) {
	t.kind, t.width = kind, width
	for i := range t.rows {
		t.rows[i] = sized(t.rows[i], width+1)
	}
	switch kind {
	case predictor, colour:
		t.bits = uint(r.take(3)) + 2
		t.across = tilesOf(width, t.bits)
		down := tilesOf(height, t.bits)
		if err := subimage.begin(r, t.across, down, nil); err != nil {
			return 0, err
		}
		t.tiles = sized(t.tiles, t.across*down)
		for y := range down {
			row, err := subimage.next(r)
			if err != nil {
				return 0, err
			}
			copy(t.tiles[y*t.across:], row)
		}
	case colourIndexing:
		return t.readTable(r, subimage)
	}
	return width, nil
}

// readTable reads the colours of colour indexing (section 3.5.4).
func (t *transform) readTable(r *bitReader, subimage *pixels) (int, error) {
	n := r.take(8) + 1
	if err := subimage.begin(r, n, 1, nil); err != nil {
		return 0, err
	}
	row, err := subimage.next(r)
	if err != nil {
		return 0, err
	}
	clear(t.table[:])
	last := uint32(0)
	for i, difference := range row {
		last = add(last, difference)
		t.table[i] = last
	}
	if t.bits = bundling(n); t.bits > 0 {
		t.bundle()
	}
	return tilesOf(t.width, t.bits), nil
}

// bundling returns width_bits for a number of colours: 1 << width_bits indices
// become one pixel.
func bundling(colours int) uint {
	switch {
	case colours <= 2:
		return 3
	case colours <= 4:
		return 2
	case colours <= 16:
		return 1
	}
	return 0
}

// inverse returns row y with the transform undone. The result is valid until the
// call after the next.
func (t *transform) inverse(row []uint32, y int) []uint32 {
	out := t.rows[y&1][:t.width]
	switch t.kind {
	case predictor:
		t.predict(out, row, y)
	case colour:
		t.addColours(out, row, y)
	case subtractGreen:
		done := addGreenVectors(out, row)
		addGreenScalar(out[done:], row[done:])
	case colourIndexing:
		t.colours(out, row)
	}
	return out
}

// colours sets out to the colours of indices.
func (t *transform) colours(out, row []uint32) {
	if t.bits == 0 {
		out = out[:len(row)]
		for i, v := range row {
			out[i] = t.table[v>>8&0xff]
		}
		return
	}
	// The last pixel may bundle more indices than fit.
	whole := len(out) >> t.bits
	bundles, n := t.bundles, 1<<t.bits
	switch t.bits {
	case 1:
		for i, v := range row[:whole] {
			at := v >> 8 & 0xff << 1
			*(*[2]uint32)(out[i<<1:]) = *(*[2]uint32)(bundles[at:])
		}
	case 2:
		for i, v := range row[:whole] {
			at := v >> 8 & 0xff << 2
			*(*[4]uint32)(out[i<<2:]) = *(*[4]uint32)(bundles[at:])
		}
	case 3:
		for i, v := range row[:whole] {
			at := v >> 8 & 0xff << 3
			*(*[8]uint32)(out[i<<3:]) = *(*[8]uint32)(bundles[at:])
		}
	}
	if whole < len(row) {
		copy(out[whole*n:], bundles[int(row[whole]>>8&0xff)*n:][:n])
	}
}

// bundle sets the colours of all pixels that bundle indices.
func (t *transform) bundle() {
	n := 1 << t.bits
	each := 8 >> t.bits // bits of an index
	t.bundles = sized(t.bundles, 256*n)
	for i := range t.bundles {
		t.bundles[i] = t.table[i/n>>(i%n*each)&(1<<each-1)]
	}
}

// addColours undoes the colour transform (section 3.5.2).
func (t *transform) addColours(out, row []uint32, y int) {
	tiles := t.tiles[y>>t.bits*t.across:]
	for x0 := 0; x0 < len(row); {
		e := tiles[x0>>t.bits]
		x1 := min(len(row), x0+1<<t.bits)
		for x1 < len(row) && tiles[x1>>t.bits] == e {
			x1 = min(len(row), x1+1<<t.bits)
		}
		addColour(out[x0:x1], row[x0:x1], elementsOf(e))
		x0 = x1
	}
}

// addColour undoes the colour transform of a row of tiles with the same elements.
func addColour(out, row []uint32, e elements) {
	if e == (elements{}) {
		copy(out, row)
		return
	}
	done := addColourVectors(out, row, e)
	addColourScalar(out[done:], row[done:], e)
}

// elements holds the elements of a tile of the colour transform.
type elements struct{ greenToRed, greenToBlue, redToBlue int8 }

// elementsOf returns the elements that v, a pixel of the transform's image,
// holds.
func elementsOf(v uint32) elements {
	return elements{greenToRed: int8(v), greenToBlue: int8(v >> 8), redToBlue: int8(v >> 16)}
}

// delta computes ColorTransformDelta.
func delta(element int8, sample uint8) int32 {
	return int32(element) * int32(int8(sample)) >> 5
}

// addColourScalar undoes the colour transform with elements e.
func addColourScalar(out, row []uint32, e elements) {
	for i, v := range row {
		g := uint8(v >> 8)
		r := uint8(int32(v>>16) + delta(e.greenToRed, g))
		b := uint8(int32(v) + delta(e.greenToBlue, g) + delta(e.redToBlue, r))
		out[i] = v&0xff00ff00 | uint32(r)<<16 | uint32(b)
	}
}

// addGreenScalar undoes the subtraction of green (section 3.5.3).
func addGreenScalar(out, row []uint32) {
	for i, v := range row {
		g := v >> 8 & 0xff
		out[i] = v&0xff00ff00 | (v&0x00ff00ff+g<<16+g)&0x00ff00ff
	}
}
