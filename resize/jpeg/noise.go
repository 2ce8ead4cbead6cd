package jpeg

import (
	"context"
	"math/bits"
	"slices"
)

// ACRefinementNoise estimates what [Options.SkipACRefinement] does to a
// progressive picture: the mean square error, in levels of 0 to 255, that it
// adds to luma once so many stored samples become one in each direction, 3 or
// more. It waits for the header of the scan that begins with luma's lowest AC
// coefficients. Errors are a [FormatError], an [UnsupportedError], or that of
// the source.
func ACRefinementNoise(ctx context.Context, source Source, samples float64) (float64, error) {
	// Of high frequencies little is left when samples are averaged, so the two
	// lowest ones, across and down, tell most.
	steps, lows, err := firstScans(ctx, source, 1, 2)
	if err != nil {
		return 0, err
	}
	var coarse float64
	for k := 1; k <= 2; k++ {
		if lows[k] > 0 {
			coarse += float64(int(steps[k])<<lows[k]) / 2
		}
	}
	// That the error grows as the step, not as its square, is because the
	// coefficients are as large as they are; the factor is what photographs of
	// quality 50 to 95 come to, within a factor of 2.
	return 1.65 * coarse / (samples * samples), nil
}

// DCRefinementNoise is what [Options.SkipDCRefinement] does to a progressive
// picture: the mean square error, in levels of 0 to 255, that it adds to the
// means of luma's blocks. It waits for the headers of the scans that begin with
// the components' DC coefficients. Errors are as of [ACRefinementNoise].
func DCRefinementNoise(ctx context.Context, source Source) (float64, error) {
	steps, lows, err := firstScans(ctx, source, 0, 0)
	if err != nil {
		return 0, err
	}
	// The bits that are missing are any; the middle stands for them.
	variance := float64(int(1)<<(2*lows[0])-1) / 12
	step := float64(steps[0]) / 8 // levels of the mean (A.3.3)
	return variance * step * step, nil
}

// firstScans returns luma's quantisation table, in the order of zigzag, and the
// lowest bit that the first scans of its coefficients first to last, at most 2,
// give. That of a DC coefficient is the highest of any component's.
func firstScans(ctx context.Context, source Source, first, last int) (steps [64]uint16, lows [3]uint, err error) {
	in := &input{ctx: ctx, source: source}
	h, err := in.readHeader()
	if err != nil {
		return steps, lows, err
	}
	if steps, err = h.lumaSteps(in); err != nil {
		return steps, lows, err
	}
	missing := make([]uint64, len(h.Components))
	missing[0] = between(first, last)
	if first == 0 {
		for i := range missing {
			missing[i] |= 1
		}
	}
	for pos := h.SOS; slices.Max(missing) > 0; {
		seg, err := in.nextSegment(pos)
		if err != nil {
			return steps, lows, err
		}
		pos = seg.end
		if seg.marker == markerEOI {
			break
		}
		if seg.marker != markerSOS {
			continue
		}
		s, err := h.parseScan(seg.params)
		if err != nil {
			return steps, lows, err
		}
		for _, sc := range s.components {
			for set := missing[sc.index] & between(s.first, s.last); set != 0; set &= set - 1 {
				k := bits.TrailingZeros64(set)
				lows[k] = max(lows[k], s.low)
			}
			missing[sc.index] &^= between(s.first, s.last)
		}
	}
	return steps, lows, nil
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
