package jpeg

// annexKLuma is the quantisation table for luminance of T.81, K.1, in the order
// of zigzag. It is libjpeg's at quality 50; libjpeg's others are multiples of it.
var annexKLuma = [64]uint16{
	16, 11, 12, 14, 12, 10, 16, 14,
	13, 14, 18, 17, 16, 19, 24, 40,
	26, 24, 22, 22, 24, 49, 35, 37,
	29, 40, 58, 51, 61, 60, 57, 51,
	56, 55, 64, 72, 92, 78, 64, 68,
	87, 69, 55, 56, 80, 109, 81, 87,
	95, 98, 103, 104, 103, 62, 77, 113,
	121, 112, 100, 120, 92, 101, 103, 99,
}

// quality returns the quality, as in [pic.Header], that t stands for as a table
// of luma. Of libjpeg's and this package's tables that are as coarse overall, it
// takes the one more like t; tables of other encoders are taken for one of the
// two. It is 0 if t is not defined.
func (t *quantTable) quality() int {
	if !t.defined {
		return 0
	}
	sum, annexK, ours := 0, 0, 0
	for k, step := range t.step {
		sum += int(step)
		annexK += int(annexKLuma[k])
		ours += int(baseSteps[0][k])
	}
	percent := min(max((100*sum+annexK/2)/annexK, 1), 5000)
	scale := uint32(min(1024*64*sum/ours, 1<<20))
	own := stepTables(scale)[0]
	var fromAnnexK, fromOurs int
	for k, step := range t.step {
		fromAnnexK += distance(int(step), min(max((int(annexKLuma[k])*percent+50)/100, 1), 255))
		fromOurs += distance(int(step), int(own[k]))
	}
	if fromOurs < fromAnnexK {
		return qualityOfScale(scale)
	}
	if percent > 100 {
		return max((5000+percent/2)/percent, 1)
	}
	return max((200-percent+1)/2, 1)
}

func distance(a, b int) int { return max(a-b, b-a) }

// qualityOfScale returns the lowest quality whose scale is at most scale.
func qualityOfScale(scale uint32) int {
	quality := 1
	for quality < 100 && scaleOf(quality) > scale {
		quality++
	}
	return quality
}
