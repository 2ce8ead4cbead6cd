package plane

// UnsharpPixels does what [Unsharp] does for pixels of red, green, blue and alpha: it
// adds to each colour what sharpening adds to the luma. Alpha and fully transparent
// pixels stay as they are, and samples count by their alpha.
func UnsharpPixels(p Plane, strength int) {
	if strength <= 0 {
		return
	}
	before, opaque := p.lumaOfPixels()
	after := Plane{Pix: append([]uint8(nil), before.Pix...), Stride: p.Width, Width: p.Width, Height: p.Height}
	Unsharp(after, strength)
	u := unsharp{factor: unsharpUnit * int32(min(strength, MostUnsharp))}
	p.eachPixel(func(i int, pixel []uint8) {
		if pixel[3] == 0 {
			return
		}
		v := after.Pix[i]
		if !opaque {
			v = u.amidAlpha(p, before, i%p.Width, i/p.Width, v)
		}
		added := int32(v) - int32(before.Pix[i])
		for c := range 3 {
			pixel[c] = clip(int32(pixel[c]) + added)
		}
	})
}

// UnsharpMemory returns how many bytes Unsharp or UnsharpPixels allocates for width ×
// height samples or pixels.
func UnsharpMemory(width, height int) int64 {
	return 2*int64(width)*int64(height) + 8*int64(width) + 64
}

// lumaOfPixels returns the luma of pixels, and whether all are opaque.
func (p Plane) lumaOfPixels() (luma Plane, opaque bool) {
	luma = Plane{Pix: make([]uint8, p.Width*p.Height), Stride: p.Width, Width: p.Width, Height: p.Height}
	opaque = true
	p.eachPixel(func(i int, pixel []uint8) {
		luma.Pix[i] = uint8((19595*uint32(pixel[0]) + 38470*uint32(pixel[1]) + 7471*uint32(pixel[2]) + 1<<15) >> 16)
		opaque = opaque && pixel[3] == 255
	})
	return luma, opaque
}

// amidAlpha returns the luma at x, y of pixels sharpened, where neighbours count by
// their alpha. sharpened is the result if all neighbours are opaque.
func (u *unsharp) amidAlpha(p, luma Plane, x, y int, sharpened uint8) uint8 {
	weights := [3]int64{1, 2, 1}
	var sum, weight int64
	low, high := int32(255), int32(0)
	opaque := true
	for dy := -1; dy <= 1; dy++ {
		row := max(0, min(p.Height-1, y+dy))
		for dx := -1; dx <= 1; dx++ {
			column := max(0, min(p.Width-1, x+dx))
			alpha := int64(p.Pix[row*p.Stride+4*column+3])
			opaque = opaque && alpha == 255
			if alpha == 0 {
				continue
			}
			v := luma.Pix[row*luma.Stride+column]
			w := weights[dy+1] * weights[dx+1] * alpha
			sum, weight = sum+w*int64(v), weight+w
			low, high = min(low, int32(v)), max(high, int32(v))
		}
	}
	if opaque {
		return sharpened
	}
	mean := int32((16*sum + weight/2) / weight)
	return u.sharpened(int32(luma.Pix[y*luma.Stride+x]), mean, low, high)
}
