package png

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestChoose: noise is not searched, except for runs if it has holes; repetitions are
// searched.
func TestChoose(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	grain := func(x, y int) color.NRGBA {
		v := func(base float64) byte { return byte(base + random.NormFloat64()*9) }
		return color.NRGBA{v(90 + 40*math.Sin(float64(x)/50)), v(99), v(100 + float64(y)/9), 255}
	}
	holes := func(x, y int) color.NRGBA {
		if (x/60+y/60)%2 == 0 {
			return color.NRGBA{}
		}
		return grain(x, y)
	}
	page := func(x, y int) color.NRGBA {
		h := uint32(x/6%40+y/9%30*40) * 2654435761 >> 24
		return color.NRGBA{byte(h), byte(h) / 2, byte(x%6*y%9) * byte(h&1), 255}
	}
	for name, tt := range map[string]struct {
		at     func(x, y int) color.NRGBA
		effort effort
	}{
		"grain": {grain, plain}, "grain with holes": {holes, runs}, "page": {page, deep},
	} {
		for _, size := range []image.Point{{400, 300}, {90, 80}} {
			img := pictest.Drawn(size.X, size.Y, tt.at)
			k := kindsOf(img, pic.Colour{})[0]
			want := tt.effort
			if want == deep {
				want.row, want.pixel = 1+3*size.X, 3
			}
			if s, e := (&packer{}).choose(img, k); e != want {
				t.Errorf("%s of %v: strategy %d, effort %+v, want %+v", name, size, s, e, want)
			}
		}
	}
}

// TestSample: bands lie within the picture, in order.
func TestSample(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {100, 100}, {1000, 1000}, {1, 100_000}, {50_000, 20}, {50_000, 5}} {
		img := image.NewNRGBA(image.Rectangle{Max: size})
		for _, s := range []sample{smallSample, longSample} {
			end := 0
			for _, b := range s.of(img, &kind{colourType: rgba, depth: 8}) {
				if b.from < end || b.to <= b.from || b.to > size.Y {
					t.Errorf("%v: rows %d to %d, after %d", size, b.from, b.to, end)
				}
				end = b.to
			}
			if end != size.Y {
				t.Errorf("%v: ends at row %d", size, end)
			}
		}
	}
}

// TestPairs compares the count of pairs with a map's.
func TestPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var s pairSet
	for range 600 { // numbers of rows recur
		row := make([]byte, random.IntN(40))
		want := map[[2]byte]bool{}
		for i := range row {
			row[i] = byte(random.IntN(5))
			before := byte(0)
			if i > 0 {
				before = row[i-1]
			}
			want[[2]byte{before, row[i]}] = true
		}
		if got := s.count(row, math.MaxInt); got != len(want) {
			t.Fatalf("%d pairs in %v, want %d", got, row, len(want))
		}
	}
}

// TestFewestPairs: whatever the guess, the result is the first row with the fewest
// pairs.
func TestFewestPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var s pairSet
	for range 500 {
		var rows [filters][]byte
		best, least := 0, math.MaxInt
		n, values := 1+random.IntN(150), 1+random.IntN(20)
		for i := range rows {
			rows[i] = make([]byte, n)
			for j := 1; j < n; j++ {
				rows[i][j] = byte(random.IntN(values))
			}
			if i > 0 && random.IntN(3) == 0 {
				copy(rows[i], rows[random.IntN(i)])
			}
			if pairs := s.count(rows[i][1:], math.MaxInt); pairs < least {
				best, least = i, pairs
			}
		}
		for thought := range rows {
			if got := s.fewest(&rows, thought); got != best {
				t.Fatalf("%d, thought to be %d, want %d: %v", got, thought, best, rows)
			}
		}
	}
}
