package plane

// Transposed returns p with rows and columns exchanged.
func Transposed(p Plane) Plane {
	out := Plane{Pix: make([]uint8, p.Width*p.Height), Stride: p.Height, Width: p.Height, Height: p.Width}
	for y := range out.Height {
		row := out.Pix[y*out.Stride:][:out.Width]
		for x := range row {
			row[x] = p.Pix[x*p.Stride+y]
		}
	}
	return out
}
