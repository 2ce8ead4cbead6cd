package gif

// Rounds in which colours are moved to the mean of what they stand for, if there is
// time: for a frame's own palette, and for a shared one, which is worth more time.
const quantiseRounds, sharedQuantiseRounds = 3, 8

// paletteSize is a number of colours and the sum of the squared errors with them.
type paletteSize struct{ colours, errors int }

// quantise returns at most n colours that stand for the given ones, whose order it
// changes. If choose is not nil, it picks the number of colours from the sizes passed
// on the way. The method is median cut (Heckbert, "Color image quantization for frame
// buffer display", 1982), except that it cuts the set whose pixels spread most, at its
// mean. k-means follows (Lloyd, "Least squares quantization in PCM", 1982), in as many
// rounds as rounds says.
func quantise(colours []colour, n, rounds int, choose func([]paletteSize) int) [][3]uint8 {
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

// cutColours divides colours into at most n sets. If choose is not nil, it picks the
// number of sets, from the sizes that fill a colour table together with a transparent
// colour, and the last.
func cutColours(colours []colour, n int, choose func([]paletteSize) int) []colourSet {
	if len(colours) == 0 {
		return nil
	}
	sets := []colourSet{newColourSet(colours)}
	errors := sets[0].errors
	var sizes []paletteSize
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
			sizes = append(sizes, paletteSize{len(sets), errors})
		}
		low, high := sets[widest].cut()
		errors += low.errors + high.errors - sets[widest].errors
		sets[widest] = low
		sets = append(sets, high)
	}
	if choose != nil {
		if m := choose(append(sizes, paletteSize{len(sets), errors})); m < len(sets) {
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

// mean returns the mean colour of the pixels, rounded.
func (s *colourSum) mean() (rgb [3]uint8) {
	for channel, sum := range s.rgb {
		rgb[channel] = uint8((sum + s.pixels/2) / s.pixels)
	}
	return rgb
}

// colourSet is a set of colours to be replaced by one.
type colourSet struct {
	colours []colour
	sum     colourSum
	channel int // the channel that spreads most
	spread  int // the variance of channel, times its weight and the number of pixels
	errors  int // the same, summed over all channels
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
		// The squares of sums would need more than 64 bits.
		mean, rest := sum/s.sum.pixels, sum%s.sum.pixels
		spread := weights[channel] * (squares[channel] - mean*sum - mean*rest - rest*rest/s.sum.pixels)
		s.errors += spread
		if spread > s.spread {
			s.channel, s.spread = channel, spread
		}
	}
	return s
}

// cut divides s at its mean. If s spreads, neither part is empty.
func (s colourSet) cut() (low, high colourSet) {
	mean := s.sum.rgb[s.channel] / s.sum.pixels // rounded down, so that something is above
	at := 0
	for i, c := range s.colours {
		if int(c.rgb[s.channel]) <= mean {
			s.colours[at], s.colours[i] = c, s.colours[at]
			at++
		}
	}
	return newColourSet(s.colours[:at]), newColourSet(s.colours[at:])
}
