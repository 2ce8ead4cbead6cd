package predict

import (
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// random returns random samples of a macroblock and those around it.
func random(r *rand.Rand) (l Luma, c Chroma) {
	for i := range l {
		l[i] = uint8(r.Uint32())
	}
	for i := range c {
		c[i] = uint8(r.Uint32())
	}
	return l, c
}

// TestWhole compares predictions of whole macroblocks with RFC 6386 section 12.2.
func TestWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for mode := tables.DC16; mode <= tables.TM16; mode++ {
		for i := range 200 {
			above, left := i&1 != 0, i&2 != 0
			l, c := random(r)
			wantL, wantC := l, c
			reference(wantL[:], LumaAt, 16, mode, above, left)
			reference(wantC[:], UAt, 8, mode, above, left)
			reference(wantC[:], VAt, 8, mode, above, left)
			l.Predict(mode, above, left)
			c.Predict(mode, above, left)
			if l != wantL || c != wantC {
				t.Fatalf("mode %d, above %v, left %v: samples differ", mode, above, left)
			}
		}
	}
}

// reference predicts sample by sample.
func reference(b []uint8, at, size, mode int, above, left bool) {
	sum, n := 0, 0
	for i := range size {
		if above {
			sum, n = sum+int(b[at-Stride+i]), n+1
		}
		if left {
			sum, n = sum+int(b[at-1+i*Stride]), n+1
		}
	}
	if n == 0 {
		sum, n = 128, 1
	}
	for y := range size {
		for x := range size {
			a, l, p := int(b[at-Stride+x]), int(b[at-1+y*Stride]), int(b[at-Stride-1])
			b[at+y*Stride+x] = uint8([]int{(sum + n/2) / n, a, l, min(255, max(0, l+a-p))}[mode])
		}
	}
}

// TestSub compares predictions of 4 × 4 with RFC 6386 section 12.3: each sample
// is a mean of certain samples along the edge, from the lower left over the
// corner to the right.
func TestSub(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for mode := range tables.Submodes {
		for i := range 320 {
			block := i % 16
			l, _ := random(r)
			want := l
			at := LumaAt + block/4*4*Stride + block%4*4
			var e [13]int // left from below, corner, above
			for i := range 4 {
				e[i] = int(l[at+(3-i)*Stride-1])
			}
			for i := range 9 {
				e[4+i] = int(l[at-Stride-1+i])
			}
			for y := range 4 {
				for x := range 4 {
					want[at+y*Stride+x] = uint8(subReference(&e, mode, x, y))
				}
			}
			if l.PredictSub(block, mode); l != want {
				t.Fatalf("mode %d: samples differ", mode)
			}
		}
	}
}

// subReference returns the sample at x, y. It follows directions in steps of half
// a sample.
func subReference(e *[13]int, mode, x, y int) int {
	at := func(i int) int { return e[min(max(i, 0), 12)] }
	three := func(i int) int { return (at(i-1) + 2*at(i) + at(i+1) + 2) / 4 }
	two := func(i int) int { return (at(i) + at(i+1) + 1) / 2 }
	const corner = 4
	switch mode {
	case tables.SubDC:
		return (e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4) / 8
	case tables.SubTM:
		return min(255, max(0, e[3-y]+e[5+x]-e[corner]))
	case tables.SubVE:
		return three(5 + x)
	case tables.SubHE:
		return three(3 - y)
	case tables.SubLD:
		return three(6 + x + y)
	case tables.SubRD:
		return three(corner + x - y)
	case tables.SubVR:
		switch i := 2*x - y; {
		case i < 0:
			return three(corner + 1 + i)
		case i%2 == 0:
			return two(corner + i/2)
		default:
			return three(corner + (i+1)/2)
		}
	case tables.SubVL:
		switch {
		case x == 3 && y >= 2:
			return three(5 + 3 + y)
		case y%2 == 0:
			return two(5 + x + y/2)
		default:
			return three(6 + x + y/2)
		}
	case tables.SubHD:
		switch i := 2*y - x; {
		case i < 0:
			return three(corner - 1 - i)
		case i%2 == 0:
			return two(corner - 1 - i/2)
		default:
			return three(corner - (i+1)/2)
		}
	}
	switch i := x + 2*y; { // SubHU
	case i > 5:
		return e[0]
	case i%2 == 0:
		return two(2 - i/2)
	default:
		return three(2 - i/2)
	}
}

// TestEdges checks the samples beyond the picture, and those that move on to the
// next macroblock.
func TestEdges(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	l, c := random(r)
	l.Start(true)
	c.Start(false)
	if l[LumaAt-Stride-1] != OutsideAbove || l[LumaAt-1] != OutsideLeft || l[LumaAt+15*Stride-1] != OutsideLeft {
		t.Error("luma at the top")
	}
	if c[UAt-Stride-1] != OutsideLeft || c[VAt+7*Stride-1] != OutsideLeft {
		t.Error("chroma on the left")
	}
	before := l
	l.Next()
	for y := -1; y < 16; y++ {
		if l[LumaAt+y*Stride-1] != before[LumaAt+y*Stride+15] {
			t.Fatal("row", y)
		}
	}
	var row [20]uint8
	for i := range row {
		row[i] = uint8(100 + i)
	}
	l.SetAbove(&row)
	for _, y := range []int{-1, 3, 7, 11} {
		if got := l[LumaAt+16+y*Stride:][:4]; [4]uint8(got) != [4]uint8(row[16:]) {
			t.Errorf("right of row %d: %v", y, got)
		}
	}
}
