package jpeg

import (
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestMask compares levels with their definition in pixels.
func TestMask(t *testing.T) {
	r := random(21)
	var c coder
	for i := range 30 {
		w, h, halved := 1+r.intn(90), 1+r.intn(90), r.intn(2) == 0
		planes := noisyPlanes(&r, w, h, 3, halved)
		if i%2 == 0 {
			planes = photoPlanes(w, h, 3, halved)
		}
		if err := c.load(t.Context(), planes, nil); err != nil {
			t.Fatal(err)
		}
		logs, mean := referenceMask(planes[0])
		for by, row := range logs {
			for bx, v := range row {
				checkLevel(t, "luma", c.coded[0].levels[by*c.coded[0].across+bx], v-mean)
			}
		}
		for by := range c.coded[1].down {
			for bx := range c.coded[1].across {
				v := logs[by][bx]
				if halved {
					bottom, right := min(2*by+1, len(logs)-1), min(2*bx+1, len(logs[0])-1)
					v = (logs[2*by][2*bx] + logs[2*by][right] + logs[bottom][2*bx] + logs[bottom][right]) / 4
				}
				checkLevel(t, "chroma", c.coded[1].levels[by*c.coded[1].across+bx], v-mean)
			}
		}
	}
}

// checkLevel compares a level with the one for log = -ln m, to within rounding.
func checkLevel(t *testing.T, what string, got uint8, log float64) {
	t.Helper()
	want := min(15, 5*math.Exp(log))
	if d := math.Abs(float64(got) - want); d > 0.5+0.06*want {
		t.Errorf("%s: level %d, want %.2f", what, got, want)
	}
}

// referenceMask returns -ln m of each block of luma, and the mean.
func referenceMask(luma plane.Plane) (logs [][]float64, mean float64) {
	n := 0.0
	for y := 0; y < luma.Height; y += 8 {
		var row []float64
		for x := 0; x < luma.Width; x += 8 {
			var sum, squares float64
			for i := range 64 {
				v := float64(luma.Pix[min(y+i/8, luma.Height-1)*luma.Stride+min(x+i%8, luma.Width-1)])
				sum += v
				squares += v * v
			}
			level := sum / 64
			activity := math.Sqrt(max(0, squares/64-level*level))
			v := 0.4*math.Log((4+activity)/4) + 0.8*math.Log((level+30)/128)
			row = append(row, v)
			mean += v
			n++
		}
		logs = append(logs, row)
	}
	return logs, mean / n
}

// TestEnergy checks that vectors give the same sum.
func TestEnergy(t *testing.T) {
	r := random(4)
	for range 1000 {
		var b biasedBlock
		var want uint64
		for i := range b {
			v := r.intn(2*8192+1) - 8192
			b[i] = uint16(v + coefficientBias)
			if i > 0 {
				want += uint64(v * v)
			}
		}
		if got := b.energy(); got != want {
			t.Fatalf("%v: %d, want %d", b, got, want)
		}
		if hasVectors() && b.vectorEnergy() != want {
			t.Fatalf("%v: vectors make %d, want %d", b, b.vectorEnergy(), want)
		}
	}
}
