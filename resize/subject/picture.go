package subject

import "github.com/edgeresize/edgeresize/resize/plane"

// Longest is the largest length of a Picture's side in pixels. It is enough to tell a
// face from foliage.
const Longest = 128

// perCell limits, each way, how many samples of the original a pixel of a Picture is the
// mean of.
const perCell = 4

// Picture is a small copy of a picture, in which a subject is looked for.
type Picture struct {
	Width, Height int
	// Y, Cb and Cr are as in JFIF; Alpha is 255 where the picture is opaque. Rows
	// follow one another without gaps.
	Y, Cb, Cr, Alpha []uint8
}

// FromPlanes returns a small copy of planes: one of gray levels; Y, Cb and Cr; or
// those whose pixels of four samples toSRGB converts to sRGB, if it is not nil.
func FromPlanes(planes []plane.Plane, toSRGB func(pix []uint8)) Picture {
	p := newPicture(planes[0].Width, planes[0].Height)
	if toSRGB == nil {
		for i, to := range [][]uint8{p.Y, p.Cb, p.Cr}[:min(3, len(planes))] {
			p.reduce(to, 1, planes[i], 1)
		}
		return p
	}
	pix := make([]uint8, 4*p.Width*p.Height)
	for i := range min(4, len(planes)) {
		p.reduce(pix[i:], 4, planes[i], 1)
	}
	toSRGB(pix)
	p.setPixels(pix, 4)
	return p
}

// FromPixels returns a small copy of pixels of channels samples: 1 is gray, 2 gray and
// alpha, 3 RGB, 4 RGB and alpha. src.Width counts pixels, src.Stride samples.
func FromPixels(src plane.Plane, channels int) Picture {
	p := newPicture(src.Width, src.Height)
	pix := make([]uint8, channels*p.Width*p.Height)
	for c := range channels {
		part := src
		part.Pix = src.Pix[c:]
		p.reduce(pix[c:], channels, part, channels)
	}
	p.setPixels(pix, channels)
	return p
}

// size returns the size of the small copy of a picture of w × h pixels.
func size(w, h int) (width, height int) {
	if w > h {
		return min(w, Longest), max(1, min(h, (h*Longest+w/2)/w))
	}
	return max(1, min(w, (w*Longest+h/2)/h)), min(h, Longest)
}

// Memory returns the most bytes that looking for a subject takes in a picture of w × h
// pixels.
func Memory(w, h int) int64 {
	w, h = size(w, h)
	return 80*int64(w)*int64(h) + 16<<10
}

// newPicture returns a gray, opaque Picture for an original of w × h pixels.
func newPicture(w, h int) Picture {
	w, h = size(w, h)
	n := w * h
	samples := make([]uint8, 4*n)
	p := Picture{w, h, samples[:n:n], samples[n : 2*n : 2*n], samples[2*n : 3*n : 3*n], samples[3*n:]}
	for i := range n {
		p.Cb[i], p.Cr[i], p.Alpha[i] = 128, 128, 255
	}
	return p
}

// reduce writes to every step-th sample of to, for each pixel of p, the mean of what
// stands for it in src: of every apart-th sample of its rows.
func (p *Picture) reduce(to []uint8, step int, src plane.Plane, apart int) {
	xs, ys := positions(src.Width, p.Width), positions(src.Height, p.Height)
	nx, ny := len(xs)/p.Width, len(ys)/p.Height
	for i := range xs {
		xs[i] *= apart
	}
	sums := make([]uint32, p.Width)
	for y := range p.Height {
		clear(sums)
		for _, at := range ys[y*ny:][:ny] {
			addSamples(sums, src.Pix[at*src.Stride:], xs)
		}
		for x, sum := range sums {
			to[(y*p.Width+x)*step] = uint8((sum + uint32(nx*ny)/2) / uint32(nx*ny))
		}
	}
}

// addSamples adds the samples of row at xs to sums, equally many to each.
func addSamples(sums []uint32, row []uint8, xs []int) {
	switch len(xs) / len(sums) {
	case 4:
		for i := range sums {
			at := xs[4*i : 4*i+4 : 4*i+4]
			sums[i] += uint32(row[at[0]]) + uint32(row[at[1]]) + uint32(row[at[2]]) + uint32(row[at[3]])
		}
	case 2:
		for i := range sums {
			sums[i] += uint32(row[xs[2*i]]) + uint32(row[xs[2*i+1]])
		}
	default:
		for i, at := range xs {
			sums[i] += uint32(row[at])
		}
	}
}

// positions returns which of n samples stand for each of the cells, equally many for
// each. The choice is symmetric, so that a mirrored picture has a mirrored copy.
func positions(n, cells int) []int {
	each := 1
	for each < perCell && each*cells < n {
		each *= 2
	}
	all := make([]int, cells*each)
	for i := range all {
		all[i] = (2*i + 1) * n / (2 * len(all))
	}
	for i := range len(all) / 2 {
		all[len(all)-1-i] = n - 1 - all[i]
	}
	return all
}

// setPixels sets p to pixels of channels samples.
func (p *Picture) setPixels(pix []uint8, channels int) {
	for i := range p.Y {
		c := pix[i*channels:][:channels]
		if channels%2 == 0 {
			p.Alpha[i] = c[channels-1]
		}
		if channels < 3 {
			p.Y[i] = c[0]
			continue
		}
		r, g, b := int32(c[0]), int32(c[1]), int32(c[2])
		const half = 1 << 15
		p.Y[i] = uint8((19595*r + 38470*g + 7471*b + half) >> 16)
		p.Cb[i] = uint8((-11059*r - 21709*g + 32768*b + 128<<16 + half - 1) >> 16)
		p.Cr[i] = uint8((32768*r - 27439*g - 5329*b + 128<<16 + half - 1) >> 16)
	}
}

// Mirrored returns p with its columns, rows or both in reverse order.
func (p Picture) Mirrored(columns, rows bool) Picture {
	if !columns && !rows {
		return p
	}
	return p.moved(p.Width, p.Height, func(x, y int) (int, int) {
		if columns {
			x = p.Width - 1 - x
		}
		if rows {
			y = p.Height - 1 - y
		}
		return x, y
	})
}

// Transposed returns p with rows and columns exchanged.
func (p Picture) Transposed() Picture {
	return p.moved(p.Height, p.Width, func(x, y int) (int, int) { return y, x })
}

// moved returns a Picture of w × h pixels, each of which is p's pixel that from names.
func (p Picture) moved(w, h int, from func(x, y int) (int, int)) Picture {
	out := newPicture(w, h)
	for y := range h {
		for x := range w {
			fx, fy := from(x, y)
			i, j := y*w+x, fy*p.Width+fx
			out.Y[i], out.Cb[i], out.Cr[i], out.Alpha[i] = p.Y[j], p.Cb[j], p.Cr[j], p.Alpha[j]
		}
	}
	return out
}
