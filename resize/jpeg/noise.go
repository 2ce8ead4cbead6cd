package jpeg

// RefinementNoise estimates what [Options.SkipRefinement] does to a progressive
// picture: the mean square error, in levels of 0 to 255, that it adds to luma
// once so many stored samples become one in each direction, 3 or more. Errors
// are a [FormatError] or an [UnsupportedError].
func RefinementNoise(data []byte, samples float64) (float64, error) {
	h, err := ReadHeader(data)
	if err != nil {
		return 0, err
	}
	scans, _, err := h.scans(data)
	if err != nil {
		return 0, err
	}
	steps, err := h.lumaSteps(data)
	if err != nil {
		return 0, err
	}
	// Of high frequencies little is left when samples are averaged, so the two
	// lowest ones, across and down, tell most.
	var coarse float64
	for _, s := range scans {
		if s.components[0].index != 0 || s.high > 0 || s.low == 0 {
			continue
		}
		for k := max(1, s.first); k <= min(2, s.last); k++ {
			coarse += float64(int(steps[k])<<s.low) / 2
		}
	}
	// That the error grows as the step, not as its square, is because the
	// coefficients are as large as they are; the factor is what photographs of
	// quality 50 to 95 come to, within a factor of 2.
	return 1.65 * coarse / (samples * samples), nil
}

// lumaSteps returns the first component's quantisation table, in the order of
// zigzag, as it is at the first scan.
func (h *Header) lumaSteps(data []byte) ([64]uint16, error) {
	d := new(Decoder)
	for pos := 2; ; {
		seg, err := nextSegment(data, pos)
		if err != nil {
			return [64]uint16{}, err
		}
		pos = seg.end
		switch seg.marker {
		case markerDQT:
			if err := d.defineQuant(seg.params); err != nil {
				return [64]uint16{}, err
			}
		case markerSOS:
			t := d.quant[h.Components[0].Quant]
			if !t.defined {
				return [64]uint16{}, FormatError("quantisation table not defined")
			}
			return t.step, nil
		}
	}
}
