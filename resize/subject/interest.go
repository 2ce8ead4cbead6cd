package subject

// The weights of what makes a pixel interesting. These, and the constants of window.go,
// were chosen on the half of the test set that is not held out.
const (
	rarityWeight = 8
	detailWeight = 14
	skinWeight   = 4
)

// interest returns how interesting each pixel of p is, 0 and up.
func interest(p Picture) []int32 {
	p = p.flattened()
	sum := make([]int32, len(p.Y))
	for _, part := range []struct {
		of     []int32
		weight int32
	}{{rarity(p), rarityWeight}, {detail(p), detailWeight}, {skin(p), skinWeight}} {
		for i, v := range part.of {
			sum[i] += v * part.weight
		}
	}
	sum = p.smooth(p.smooth(sum))
	for i, v := range sum {
		v = v * int32(p.Alpha[i]) / (5 * 255)
		sum[i] = v * v // a small subject outweighs a ground that is a little interesting
	}
	return sum
}

// flattened returns p with transparent pixels mixed with mid-gray.
func (p Picture) flattened() Picture {
	out := newPicture(p.Width, p.Height)
	out.Alpha = p.Alpha
	for i, a := range p.Alpha {
		mix := func(v uint8) uint8 { return uint8(128 + (int32(v)-128)*int32(a)/255) }
		out.Y[i], out.Cb[i], out.Cr[i] = mix(p.Y[i]), mix(p.Cb[i]), mix(p.Cr[i])
	}
	return out
}

// aboveMean replaces numbers by what they exceed their mean by, at least 0.
func aboveMean(v []int32) []int32 {
	var sum int64
	for _, x := range v {
		sum += int64(x)
	}
	mean := int32(sum / int64(len(v)))
	for i, x := range v {
		v[i] = max(0, x-mean)
	}
	return v
}

// rarity returns how much more the colour of each pixel differs from all others than
// the mean does.
func rarity(p Picture) []int32 {
	out := make([]int32, len(p.Y))
	for i, channel := range [][]uint8{p.Y, p.Cb, p.Cr} {
		differences := meanDifferences(channel)
		for at, v := range channel {
			d := differences[v]
			if i == 0 {
				d /= 2
			}
			out[at] += d
		}
	}
	return aboveMean(out)
}

// meanDifferences returns for each level by how much samples differ from it on average.
func meanDifferences(samples []uint8) (differences [256]int32) {
	var count [256]int
	sum := 0 // of the differences from the level
	for _, v := range samples {
		count[v]++
		sum += int(v)
	}
	upTo := 0 // samples of at most the level
	for level, n := range count {
		differences[level] = int32(sum / len(samples))
		upTo += n
		sum += upTo - (len(samples) - upTo)
	}
	return differences
}

// detail returns how much more detail there is at each pixel than on average: how much
// its neighbours differ.
func detail(p Picture) []int32 {
	const most = 2 * 48 // levels, so that a few hard edges do not outweigh all else
	out := make([]int32, len(p.Y))
	for y := range p.Height {
		for x := range p.Width {
			i := y*p.Width + x
			if x+1 < p.Width {
				d := p.difference(i, i+1)
				out[i], out[i+1] = out[i]+d, out[i+1]+d
			}
			if y+1 < p.Height {
				d := p.difference(i, i+p.Width)
				out[i], out[i+p.Width] = out[i]+d, out[i+p.Width]+d
			}
			out[i] = min(most, out[i]) / 2 // all its neighbours are added
		}
	}
	return aboveMean(p.smooth(out))
}

// difference returns by how many levels two pixels differ.
func (p Picture) difference(i, j int) int32 {
	abs := func(a, b uint8) int32 { return max(int32(a)-int32(b), int32(b)-int32(a)) }
	return abs(p.Y[i], p.Y[j]) + abs(p.Cb[i], p.Cb[j]) + abs(p.Cr[i], p.Cr[j])
}

// skin returns how much the colour of each pixel is like that of skin, of whatever
// complexion: 0 to 128. The more of the picture is so, the less it counts, since it is
// wood, sand or a wall.
func skin(p Picture) []int32 {
	out := make([]int32, len(p.Y))
	var sum int64
	for i := range out {
		y, cb, cr := int32(p.Y[i]), int32(p.Cb[i]), int32(p.Cr[i])
		off := max(0, 80-cb, cb-122) + max(0, 136-cr, cr-170) + max(0, 50-y)/2
		out[i] = max(0, 128-16*off)
		sum += int64(out[i])
	}
	const most = 48 // on average, from which on it does not count
	left := max(0, most-int32(sum/int64(len(out))))
	for i := range out {
		out[i] = out[i] * left / most
	}
	return out
}
