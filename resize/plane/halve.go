package plane

// Halved returns the means of 2 × 2 samples of p each. If a side is odd, the last
// samples are repeated. Every second mean that lies in the middle between two levels is
// rounded up, so that p as a whole keeps its level.
func Halved(p Plane) Plane {
	out := Plane{Stride: (p.Width + 1) / 2, Width: (p.Width + 1) / 2, Height: (p.Height + 1) / 2}
	out.Pix = make([]uint8, out.Width*out.Height)
	for y := range out.Height {
		above := p.Pix[2*y*p.Stride:][:p.Width]
		below := p.Pix[min(2*y+1, p.Height-1)*p.Stride:][:p.Width]
		to := out.Pix[y*out.Stride:][:out.Width]
		up := int32(1 + y%2)
		for x := range p.Width / 2 {
			a, b := above[2*x:2*x+2], below[2*x:2*x+2]
			to[x] = uint8((int32(a[0]) + int32(a[1]) + int32(b[0]) + int32(b[1]) + up) >> 2)
			up ^= 3
		}
		if last := p.Width - 1; last%2 == 0 {
			to[last/2] = uint8((int32(above[last]) + int32(below[last]) + int32(y%2)) >> 1)
		}
	}
	return out
}
