package plane

import (
	"context"
	"math"
)

// Blur blurs p in place with a Gaussian of the given standard deviation in samples, as
// three box filters make it. Samples beyond an edge are those before it, mirrored, so
// the mean level stays. The error is ctx's.
func Blur(ctx context.Context, p Plane, deviation float64) error {
	values := make([]uint16, p.Width*p.Height)
	for y := range p.Height {
		for x, v := range p.Pix[y*p.Stride:][:p.Width] {
			values[y*p.Width+x] = uint16(v) << 8
		}
	}
	b := newBlur(p.Width, p.Height, deviation)
	if err := b.blur(ctx, values); err != nil {
		return err
	}
	for y := range p.Height {
		row := p.Pix[y*p.Stride:][:p.Width]
		for x := range row {
			row[x] = uint8((uint32(values[y*p.Width+x]) + 128) >> 8)
		}
	}
	return nil
}

// BlurPixels does what Blur does for pixels of red, green, blue and alpha. Colours
// weigh as much as their alpha, so transparent pixels leave no fringe.
func BlurPixels(ctx context.Context, p Plane, deviation float64) error {
	b := newBlur(p.Width, p.Height, deviation)
	alphas := make([]uint16, p.Width*p.Height)
	p.eachPixel(func(i int, pixel []uint8) { alphas[i] = 255 * uint16(pixel[3]) })
	if err := b.blur(ctx, alphas); err != nil {
		return err
	}
	values := make([]uint16, p.Width*p.Height)
	for c := range 3 {
		p.eachPixel(func(i int, pixel []uint8) { values[i] = uint16(pixel[c]) * uint16(pixel[3]) })
		if err := b.blur(ctx, values); err != nil {
			return err
		}
		p.eachPixel(func(i int, pixel []uint8) {
			alpha := uint32(alphas[i])
			pixel[c] = uint8(min(255, (255*uint32(values[i])+alpha/2)/max(1, alpha)))
		})
	}
	p.eachPixel(func(i int, pixel []uint8) {
		if pixel[3] = uint8((uint32(alphas[i]) + 127) / 255); pixel[3] == 0 {
			pixel[0], pixel[1], pixel[2] = 0, 0, 0
		}
	})
	return nil
}

// eachPixel calls f for each pixel of four samples and its number.
func (p Plane) eachPixel(f func(i int, pixel []uint8)) {
	for y := range p.Height {
		row := p.Pix[y*p.Stride:][:4*p.Width]
		for x := range p.Width {
			f(y*p.Width+x, row[4*x:4*x+4])
		}
	}
}

// BlurMemory returns how many bytes Blur or BlurPixels allocates for width × height
// samples or pixels.
func BlurMemory(width, height int) int64 {
	const lines = 64 << 10 // more than the lines of a usual deviation
	return 6*int64(width)*int64(height) + (2*4+2*bandRows)*int64(max(width, height)) + lines
}

// bandRows is how many rows are blurred before they are written as columns: enough for
// whole cache lines.
const bandRows = 16

// blur holds a filter and its buffers.
type blur struct {
	width, height int
	box           box
	line          []uint32 // a row, with what the filter reaches beyond its ends
	band          [bandRows][]uint16
	turned        []uint16 // the picture with its axes swapped
}

// newBlur returns a blur for planes of width × height samples.
func newBlur(width, height int, deviation float64) *blur {
	return &blur{width: width, height: height, box: boxOf(deviation), turned: make([]uint16, width*height)}
}

// blur blurs values, in place. The error is ctx's.
func (b *blur) blur(ctx context.Context, values []uint16) error {
	if err := b.rows(ctx, b.turned, values, b.width, b.height); err != nil {
		return err
	}
	return b.rows(ctx, values, b.turned, b.height, b.width)
}

// rows blurs the rows of src, of width × height samples, and writes each as a column
// of dst.
func (b *blur) rows(ctx context.Context, dst, src []uint16, width, height int) error {
	for y := 0; y < height; y += bandRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(bandRows, height-y)
		for i := range n {
			b.band[i] = resized(b.band[i], width)
			b.row(b.band[i], src[(y+i)*width:][:width])
		}
		for x := range width {
			column := dst[x*height+y:][:n]
			for i := range column {
				column[i] = b.band[i][x]
			}
		}
	}
	return nil
}

// row blurs src into dst.
func (b *blur) row(dst, src []uint16) {
	n, reach := len(src), 3*(b.box.radius+1)
	b.line = resized(b.line, n+2*reach)
	// Sample i beyond an end is mirrored there, again and again.
	for i := range reach {
		at := i % (2 * n)
		if at >= n {
			at = 2*n - 1 - at
		}
		b.line[reach-1-i] = uint32(src[at])
		b.line[reach+n+i] = uint32(src[n-1-at])
	}
	for i, v := range src {
		b.line[reach+i] = uint32(v)
	}
	line := b.line
	for range 3 {
		line = b.box.filter(line)
	}
	for i := range dst {
		dst[i] = uint16(line[i])
	}
}

// box is a filter that gives 2 × radius + 1 samples the weight inner, and one more at
// each end the weight outer. The weights add up to 1<<boxBits.
type box struct {
	radius       int
	inner, outer uint64
}

const boxBits = 30

// boxOf returns the box whose threefold use is a blur of the given deviation. A box
// with a weight of w at its ends has the variance
// (r(r+1)(2r+1)/3 + 2w(r+1)²) / (2r+1+2w).
func boxOf(deviation float64) box {
	variance := deviation * deviation / 3
	r := int((math.Sqrt(1+12*variance) - 1) / 2)
	width, next := float64(2*r+1), float64(r+1)
	ends := width * (variance - float64(r)*next/3) / (2 * (next*next - variance))
	inner := uint64((1<<boxBits)/(width+2*max(0, ends))) &^ 1
	return box{r, inner, (1<<boxBits - uint64(2*r+1)*inner) / 2}
}

// filter filters a line in place and returns what it has made: radius + 1 fewer samples
// on each side.
func (b box) filter(line []uint32) []uint32 {
	wide := 2*b.radius + 3
	var sum uint64
	for _, v := range line[1 : wide-1] {
		sum += uint64(v)
	}
	for i := range len(line) - wide + 1 {
		first, last := uint64(line[i]), uint64(line[i+wide-1])
		made := (sum*b.inner + (first+last)*b.outer + 1<<(boxBits-1)) >> boxBits
		sum += last - uint64(line[i+1])
		line[i] = uint32(made)
	}
	return line[:len(line)-wide+1]
}
