package plane

import "math"

// Sharpener sharpens chroma of half size, so that it is closer to the picture's after a
// decoder has enlarged it. Decoders interpolate: in both directions a pixel gets 3/4 of
// the nearest sample and 1/4 of the next (libjpeg's "fancy upsampling", libyuv's
// bilinear filter), so that means of 2 × 2 pixels come back blurred. Sharpener adds
// once what halving and interpolation take away.
//
// The zero value is ready. A Sharpener keeps its buffers for the next picture. It is
// not safe for concurrent use.
type Sharpener struct {
	sums []uint16 // of three rows, with a column before the first and one after the last
	row  []uint8
	// chroma holds the planes that Sharpened returns.
	chroma [2][]uint8
}

// Sharpened returns planes of Y, Cb and Cr at 4:2:0 with their chroma sharpened, and
// other planes unchanged. The result is valid until the next call.
func (s *Sharpener) Sharpened(planes []Plane) []Plane {
	if len(planes) != 3 || planes[1].Width == planes[0].Width && planes[1].Height == planes[0].Height {
		return planes
	}
	out := []Plane{planes[0], {}, {}}
	for i, p := range planes[1:] {
		s.chroma[i] = resized(s.chroma[i], p.Width*p.Height)
		out[1+i] = Plane{Pix: s.chroma[i], Stride: p.Width, Width: p.Width, Height: p.Height}
		s.Sharpen(out[1+i], p)
	}
	return out
}

// Sharpen fills to, which has p's size, with twice the samples of p, less the effect of
// a decoder's interpolation and of means of 2 × 2 pixels on them: 3/4 of a sample and
// 1/8 of each neighbour, in both directions. Samples at the edge are repeated.
func (s *Sharpener) Sharpen(to, p Plane) {
	for y := range p.Height {
		s.sharpen(to.Pix[y*to.Stride:][:p.Width], p, y)
	}
}

// Loss returns how much planes of half size have lost by being halved: the root of the
// sum of the mean squares of what Sharpen adds to each, in 1/16 of a level.
func (s *Sharpener) Loss(planes ...Plane) int {
	var added float64
	for _, p := range planes {
		added += s.meanSquare(p)
	}
	return int(math.Round(16 * math.Sqrt(added)))
}

// meanSquare returns the mean square of what Sharpen adds to a plane, from every eighth
// row, which is accurate enough.
func (s *Sharpener) meanSquare(p Plane) float64 {
	s.row = resized(s.row, p.Width)
	sum, n := 0, 0
	for y := 0; y < p.Height; y += 8 {
		s.sharpen(s.row, p, y)
		for x, v := range p.Pix[y*p.Stride:][:p.Width] {
			d := int(v) - int(s.row[x])
			sum += d * d
		}
		n += p.Width
	}
	return float64(sum) / float64(n)
}

// sharpen computes row y of Sharpen's result.
func (s *Sharpener) sharpen(to []uint8, p Plane, y int) {
	w := p.Width
	above := p.Pix[max(y-1, 0)*p.Stride:][:w]
	row := p.Pix[y*p.Stride:][:w]
	below := p.Pix[min(y+1, p.Height-1)*p.Stride:][:w]
	s.sums = resized(s.sums, w+2)
	blurColumns(s.sums[1:w+1], above, row, below)
	s.sums[0], s.sums[w+1] = s.sums[1], s.sums[w]
	sharpenRow(to, row, s.sums)
}

// blurColumns computes 8 times the weighted means of three rows.
func blurColumns(sums []uint16, above, row, below []uint8) {
	above, row, below = above[:len(sums)], row[:len(sums)], below[:len(sums)]
	for x := vectorBlurColumns(sums, above, row, below); x < len(sums); x++ {
		sums[x] = uint16(above[x]) + 6*uint16(row[x]) + uint16(below[x])
	}
}

// sharpenRow computes a row of twice the samples, less the means that sums holds.
func sharpenRow(to, row []uint8, sums []uint16) {
	row, sums = row[:len(to)], sums[:len(to)+2]
	for x := vectorSharpenRow(to, row, sums); x < len(to); x++ {
		mean := int32(sums[x]) + 6*int32(sums[x+1]) + int32(sums[x+2])
		to[x] = uint8(max(0, min(255, (128*int32(row[x])-mean+32)>>6)))
	}
}
