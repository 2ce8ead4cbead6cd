package icc

// GrayToSRGB returns the sRGB level for each gray level of a gray profile, as [Kept]
// returns it, by its curve (ICC.1:2022, annex F.2). It returns false if there is no
// profile, or none with a curve that can be read.
func GrayToSRGB(profile []byte) (levels [256]uint8, ok bool) {
	tags, ok := tagsOf(profile)
	if !ok {
		return levels, false
	}
	light, _, err := parseCurve(tags["kTRC"])
	if err != nil {
		return levels, false
	}
	encode := encodeTable()
	for i := range levels {
		y := light(float64(i) / 255)
		if string(profile[20:24]) == "Lab " {
			y = cubed((100*y + 16) / 116)
		}
		levels[i] = encode[int(clip(y)*encodeSteps+0.5)]
	}
	return levels, true
}
