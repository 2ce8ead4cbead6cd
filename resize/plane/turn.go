package plane

// Upright returns the plane that a viewer sees of p stored under an Exif
// orientation, 1 to 8 (Exif 2.32, tag 0x0112): p itself for 1.
func Upright(p Plane, orientation int) Plane {
	if orientation == 1 {
		return p
	}
	// Where the first upright sample is stored, and how far it is from there to
	// the one on its right and to the one below.
	var start, right, down int
	lastColumn, lastRow := p.Width-1, (p.Height-1)*p.Stride
	out := Plane{Width: p.Width, Height: p.Height}
	switch orientation {
	case 2:
		start, right, down = lastColumn, -1, p.Stride
	case 3:
		start, right, down = lastRow+lastColumn, -1, -p.Stride
	case 4:
		start, right, down = lastRow, 1, -p.Stride
	case 5:
		start, right, down = 0, p.Stride, 1
	case 6:
		start, right, down = lastRow, -p.Stride, 1
	case 7:
		start, right, down = lastRow+lastColumn, -p.Stride, -1
	case 8:
		start, right, down = lastColumn, p.Stride, -1
	}
	if orientation >= 5 {
		out.Width, out.Height = p.Height, p.Width
	}
	out.Stride = out.Width
	out.Pix = make([]uint8, out.Width*out.Height)
	for y := range out.Height {
		row := out.Pix[y*out.Stride:][:out.Width]
		from := start + y*down
		for x := range row {
			row[x] = p.Pix[from]
			from += right
		}
	}
	return out
}

// Mirrors says whether Upright turns the stored columns and rows around: the
// first upright one of them, whether it is a column or a row then, is the last
// stored one.
func Mirrors(orientation int) (columns, rows bool) {
	switch orientation {
	case 2, 8:
		return true, false
	case 3, 7:
		return true, true
	case 4, 6:
		return false, true
	}
	return false, false
}
