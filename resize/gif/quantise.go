package gif

// How often colours are moved to the middle of what they stand for where there is
// time: those of a frame of its own, and of a palette that more frames have, which is
// worth more time.
const quantiseRounds, sharedQuantiseRounds = 3, 8

// stage is so many colours, and the sum of squared errors that they make.
type stage struct{ colours, errors int }

// quantise returns at most n colours that stand for the given ones, of which the
// order changes; for a frame of its own, as many as choose picks of the stages on the
// way there, else choose is nil. It is median cut (Heckbert, "Color image
// quantization for frame buffer display", 1982), but at the mean and of the set whose
// pixels spread most, and then so many rounds of k-means (Lloyd, "Least squares quantization
// in PCM", 1982).
func quantise(colours []colour, n, rounds int, choose func([]stage) int) [][3]uint8 {
	sets := cutColours(colours, n, choose)
	chosen := make([][3]uint8, len(sets))
	for i, s := range sets {
		chosen[i] = s.sum.mean()
	}
	if len(sets) == len(colours) {
		return chosen // exact
	}
	nearest := newNearest(chosen)
	for range rounds {
		sums := make([]colourSum, len(chosen))
		nearest.moved()
		for _, c := range colours {
			sums[nearest.index(c.rgb[0], c.rgb[1], c.rgb[2])].add(c)
		}
		for i, s := range sums {
			if s.pixels > 0 {
				chosen[i] = s.mean()
			}
		}
	}
	return chosen
}

// cutColours divides colours into at most n sets, or as many as choose picks of the
// stages that fill a colour table with one that is transparent, and the last.
func cutColours(colours []colour, n int, choose func([]stage) int) []colourSet {
	if len(colours) == 0 {
		return nil
	}
	sets := []colourSet{newColourSet(colours)}
	errors := sets[0].errors
	var stages []stage
	for len(sets) < n {
		widest := 0
		for i := range sets {
			if sets[i].spread > sets[widest].spread {
				widest = i
			}
		}
		if sets[widest].spread == 0 {
			break
		}
		if full := len(sets) + 1; full&(full-1) == 0 {
			stages = append(stages, stage{len(sets), errors})
		}
		low, high := sets[widest].cut()
		errors += low.errors + high.errors - sets[widest].errors
		sets[widest] = low
		sets = append(sets, high)
	}
	if choose != nil {
		if m := choose(append(stages, stage{len(sets), errors})); m < len(sets) {
			return cutColours(colours, m, nil)
		}
	}
	return sets
}

// colourSum adds up the samples of pixels.
type colourSum struct {
	pixels int
	rgb    [3]int
}

func (s *colourSum) add(c colour) {
	s.pixels += c.pixels
	for channel, v := range c.rgb {
		s.rgb[channel] += c.pixels * int(v)
	}
}

// mean returns the colour of the average pixel, rounded.
func (s *colourSum) mean() (rgb [3]uint8) {
	for channel, sum := range s.rgb {
		rgb[channel] = uint8((sum + s.pixels/2) / s.pixels)
	}
	return rgb
}

// colourSet is colours that one may stand for.
type colourSet struct {
	colours []colour
	sum     colourSum
	channel int // the one that spreads most
	spread  int // its variance, times its weight and the number of pixels
	errors  int // the same of all channels
}

func newColourSet(colours []colour) colourSet {
	s := colourSet{colours: colours}
	var squares [3]int
	for _, c := range colours {
		s.sum.add(c)
		for channel, v := range c.rgb {
			squares[channel] += c.pixels * int(v) * int(v)
		}
	}
	for channel, sum := range s.sum.rgb {
		// Squares of sums need more than 64 bits.
		mean, rest := sum/s.sum.pixels, sum%s.sum.pixels
		spread := weights[channel] * (squares[channel] - mean*sum - mean*rest - rest*rest/s.sum.pixels)
		s.errors += spread
		if spread > s.spread {
			s.channel, s.spread = channel, spread
		}
	}
	return s
}

// cut divides s at its mean. Where s spreads neither part is empty.
func (s colourSet) cut() (low, high colourSet) {
	mean := s.sum.rgb[s.channel] / s.sum.pixels // rounded down: something is above
	at := 0
	for i, c := range s.colours {
		if int(c.rgb[s.channel]) <= mean {
			s.colours[at], s.colours[i] = c, s.colours[at]
			at++
		}
	}
	return newColourSet(s.colours[:at]), newColourSet(s.colours[at:])
}
