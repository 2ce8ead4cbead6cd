package jpeg

import "context"

// RefinementNoise estimates what [Options.SkipRefinement] does to a progressive
// picture: the mean square error, in levels of 0 to 255, that it adds to luma
// once so many stored samples become one in each direction, 3 or more. It waits
// for the header of the scan that begins with luma's lowest AC coefficients.
// Errors are a [FormatError], an [UnsupportedError], or that of the source.
func RefinementNoise(ctx context.Context, source Source, samples float64) (float64, error) {
	in := &input{ctx: ctx, source: source}
	h, err := in.readHeader()
	if err != nil {
		return 0, err
	}
	steps, err := h.lumaSteps(in)
	if err != nil {
		return 0, err
	}
	coarse, err := h.coarseness(in, &steps)
	if err != nil {
		return 0, err
	}
	// That the error grows as the step, not as its square, is because the
	// coefficients are as large as they are; the factor is what photographs of
	// quality 50 to 95 come to, within a factor of 2.
	return 1.65 * coarse / (samples * samples), nil
}

// coarseness is by how much, on average, the first scans leave luma's lowest AC
// coefficients open. Of high frequencies little is left when samples are
// averaged, so the two lowest ones, across and down, tell most.
func (h *Header) coarseness(in *input, steps *[64]uint16) (coarse float64, err error) {
	seen := [3]bool{0: true}
	for pos := h.SOS; !seen[1] || !seen[2]; {
		seg, err := in.nextSegment(pos)
		if err != nil {
			return 0, err
		}
		pos = seg.end
		switch seg.marker {
		case markerEOI:
			return coarse, nil
		case markerSOS:
			s, err := h.parseScan(seg.params)
			if err != nil {
				return 0, err
			}
			if s.components[0].index != 0 || s.high > 0 {
				continue
			}
			for k := max(1, s.first); k <= min(2, s.last); k++ {
				seen[k] = true
				if s.low > 0 {
					coarse += float64(int(steps[k])<<s.low) / 2
				}
			}
		}
	}
	return coarse, nil
}

// lumaSteps returns the first component's quantisation table, in the order of
// zigzag, as it is at the first scan.
func (h *Header) lumaSteps(in *input) ([64]uint16, error) {
	var quant quantSlots
	for pos := 2; ; {
		seg, err := in.nextSegment(pos)
		if err != nil {
			return [64]uint16{}, err
		}
		pos = seg.end
		switch seg.marker {
		case markerDQT:
			if err := quant.define(seg.params); err != nil {
				return [64]uint16{}, err
			}
		case markerSOS:
			t := quant[h.Components[0].Quant]
			if !t.defined {
				return [64]uint16{}, FormatError("quantisation table not defined")
			}
			return t.step, nil
		}
	}
}
