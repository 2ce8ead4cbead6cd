package deblock

import (
	"math/rand/v2"
	"testing"
)

// randomSizes returns the sizes of random transform blocks that cover columns x rows
// units.
func randomSizes(r *rand.Rand, columns, rows int) [][]Size {
	sizes := make([][]Size, rows)
	for y := range sizes {
		sizes[y] = make([]Size, columns)
	}
	var cover func(x, y, side int)
	cover = func(x, y, side int) {
		if x >= columns || y >= rows {
			return
		}
		if side > 4 && r.IntN(3) > 0 {
			h := side / 2
			cover(x, y, h)
			cover(x+h/4, y, h)
			cover(x, y+h/4, h)
			cover(x+h/4, y+h/4, h)
			return
		}
		w, h := side, side
		switch side4 := r.IntN(4); {
		case side > 4 && side4 == 0:
			w /= 2
		case side > 4 && side4 == 1:
			h /= 2
		}
		for j := y; j < min(y+side/4, rows); j++ {
			for i := x; i < min(x+side/4, columns); i++ {
				sizes[j][i] = SizeOf(w, h)
			}
		}
	}
	for y := 0; y < rows; y += 16 {
		for x := 0; x < columns; x += 16 {
			cover(x, y, 64)
		}
	}
	return sizes
}

// randomSamples returns samples of a random look, flat enough to be filtered.
func randomSamples(r *rand.Rand, width, height int) [][]int {
	rows := make([][]int, height)
	noise, contrast, base := r.IntN(4), 1+r.IntN(40), r.IntN(256)
	extreme := r.IntN(8) == 0
	var levels [32][32]int
	for y := range levels {
		for x := range levels[y] {
			levels[y][x] = r.IntN(contrast)
		}
	}
	for y := range rows {
		rows[y] = make([]int, width)
		for x := range rows[y] {
			rows[y][x] = min(max(base+levels[y/8%32][x/8%32]+r.IntN(noise+1), 0), 255)
			if extreme {
				rows[y][x] = 255 * r.IntN(2)
			}
		}
	}
	return rows
}

// toPlane returns rows as a Plane whose visible part is width x height.
func toPlane(rows [][]int, sizes [][]Size, width, height int, chroma bool) *Plane {
	p := &Plane{Stride: len(rows[0]) + 5, Width: width, Height: height, Chroma: chroma, SizesStride: len(sizes[0]) + 1}
	p.Pix = make([]uint8, p.Stride*len(rows)+32)
	for y, row := range rows {
		for x, s := range row {
			p.Pix[y*p.Stride+x] = uint8(s)
		}
	}
	p.Sizes = make([]Size, p.SizesStride*len(sizes))
	for y, row := range sizes {
		copy(p.Sizes[y*p.SizesStride:], row)
	}
	return p
}

// TestFilterIsTheSpecification checks Filter against reference.
func TestFilterIsTheSpecification(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	changed, all := 0, 0
	for range 400 {
		ref := reference{FrameWidth: 1 + r.IntN(150), FrameHeight: 1 + r.IntN(150), NumPlanes: 2, sharpness: r.IntN(8)}
		ref.subX = r.IntN(2)
		ref.subY = ref.subX
		ref.MiCols, ref.MiRows = 2*((ref.FrameWidth+7)/8), 2*((ref.FrameHeight+7)/8)
		ref.level = [4]int{r.IntN(MaxLevel + 1), r.IntN(MaxLevel + 1), r.IntN(MaxLevel + 1)}
		if r.IntN(4) == 0 {
			ref.level[r.IntN(3)] = 0
		}
		var before, planes [2]*Plane
		for i := range planes {
			columns, rows := ref.MiCols, ref.MiRows
			width, height := ref.FrameWidth, ref.FrameHeight
			if i > 0 {
				columns, rows = columns>>ref.subX, rows>>ref.subY
				width, height = (width+ref.subX)>>ref.subX, (height+ref.subY)>>ref.subY
			}
			ref.CurrFrame[i] = randomSamples(r, 4*columns, 4*rows)
			ref.LoopfilterTxSizes[i] = randomSizes(r, columns, rows)
			before[i] = toPlane(ref.CurrFrame[i], ref.LoopfilterTxSizes[i], width, height, i > 0)
			planes[i] = toPlane(ref.CurrFrame[i], ref.LoopfilterTxSizes[i], width, height, i > 0)
		}
		ref.process()
		planes[0].Filter(ref.level[0], ref.level[1], ref.sharpness)
		planes[1].Filter(ref.level[2], ref.level[2], ref.sharpness)
		for i, p := range planes {
			for y, row := range ref.CurrFrame[i] {
				for x, want := range row {
					if got := p.Pix[y*p.Stride+x]; int(got) != want {
						t.Fatalf("plane %d of %dx%d, levels %v, sharpness %d: (%d, %d) is %d, not %d", i, ref.FrameWidth, ref.FrameHeight, ref.level, ref.sharpness, x, y, got, want)
					}
					if all++; before[i].Pix[y*p.Stride+x] != p.Pix[y*p.Stride+x] {
						changed++
					}
				}
			}
		}
	}
	if changed < all/20 {
		t.Errorf("only %d of %d samples have changed", changed, all)
	}
}
