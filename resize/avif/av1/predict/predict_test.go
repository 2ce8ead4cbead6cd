package predict

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
)

const planeSize = 160

// randomPlane returns a random plane of one of several looks, and the same for reference.
func randomPlane(r *rand.Rand) ([]uint8, [][]int) {
	pix := make([]uint8, planeSize*planeSize+32)
	look, rows := r.IntN(3), make([][]int, planeSize)
	for y := range rows {
		rows[y] = make([]int, planeSize)
		for x := range rows[y] {
			s := uint8(r.UintN(256))
			switch look {
			case 1:
				s = 255 * (s >> 7)
			case 2:
				s = uint8(min(max(x+y/2+int(s>>5)-20, 0), 255))
			}
			pix[y*planeSize+x], rows[y][x] = s, int(s)
		}
	}
	return pix, rows
}

// forSizes runs f for each block size.
func forSizes(t *testing.T, f func(t *testing.T, w, h int)) {
	for w := 4; w <= maxSize; w *= 2 {
		for h := 4; h <= maxSize; h *= 2 {
			if w <= 4*h && h <= 4*w {
				t.Run(fmt.Sprintf("%dx%d", w, h), func(t *testing.T) { f(t, w, h) })
			}
		}
	}
}

func log2(n int) int { return bits.Len(uint(n)) - 1 }

// TestPredictIsTheSpecification checks Load and Predict against reference.
func TestPredictIsTheSpecification(t *testing.T) {
	forSizes(t, func(t *testing.T, w, h int) {
		r := rand.New(rand.NewPCG(1, uint64(w*h)))
		var e Edges
		dst := make([]uint16, w*h)
		for range 60 {
			plane, rows := randomPlane(r)
			ref := reference{
				CurrFrame: rows, w: w, h: h, log2W: log2(w), log2H: log2(h),
				maxX: planeSize - 1, maxY: planeSize - 1,
				haveLeft: r.IntN(4) > 0, haveAbove: r.IntN(4) > 0,
			}
			ref.x, ref.y = 4+r.IntN((planeSize-w-4)/4)*4, 4+r.IntN((planeSize-h-4)/4)*4
			right, below := r.IntN(2) == 1, r.IntN(2) == 1
			above, left := 0, 0
			if ref.haveAbove {
				if above = w; right {
					above = min(2*w, w+h, planeSize-ref.x)
				}
			}
			if ref.haveLeft {
				if left = h; below {
					left = min(2*h, w+h, planeSize-ref.y)
				}
			}
			e.Load(plane, planeSize, ref.y*planeSize+ref.x, w, h, above, left)
			for mode := DC; mode <= Paeth; mode++ {
				for delta := -3; delta <= 3; delta++ {
					if delta != 0 && !mode.Directional() {
						continue
					}
					want := ref.predict(right, below, mode, delta)
					e.Predict(dst, mode, delta, w, h)
					for i := range h {
						for j := range w {
							if int(dst[i*w+j]) != want[i][j] {
								t.Fatalf("mode %d, delta %d, above %d, left %d: (%d, %d) is %d, not %d", mode, delta, above, left, j, i, dst[i*w+j], want[i][j])
							}
						}
					}
				}
			}
		}
	})
}

// TestChromaFromLumaIsTheSpecification checks LumaAC and ChromaFromLuma against
// referenceChroma, and Correlation against plain sums.
func TestChromaFromLumaIsTheSpecification(t *testing.T) {
	forSizes(t, func(t *testing.T, w, h int) {
		r := rand.New(rand.NewPCG(2, uint64(w*h)))
		ac, dst := make([]int16, w*h), make([]uint16, w*h)
		for range 100 {
			plane, rows := randomPlane(r)
			sub := r.IntN(2)
			x, y := r.IntN((planeSize>>sub)-w), r.IntN((planeSize>>sub)-h)
			LumaAC(ac, plane[(y<<sub)*planeSize+x<<sub:], planeSize, w, h, sub == 1)
			average, alpha := r.IntN(256), r.IntN(33)-16
			ChromaFromLuma(dst, ac, uint16(average), alpha)
			want := referenceChroma(rows, x, y, log2(w), log2(h), sub, sub, average, alpha)
			for i := range h {
				for j := range w {
					if int(dst[i*w+j]) != want[i][j] {
						t.Fatalf("alpha %d, average %d: (%d, %d) is %d, not %d", alpha, average, j, i, dst[i*w+j], want[i][j])
					}
				}
			}
			products, squares := Correlation(ac, plane, planeSize, uint16(average), w, h)
			for i, a := range ac {
				products -= int(a) * (rows[i/w][i%w] - average)
				squares -= int(a) * int(a)
			}
			if products != 0 || squares != 0 {
				t.Fatalf("products are off by %d, squares by %d", products, squares)
			}
		}
	})
}
