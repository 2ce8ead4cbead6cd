package jpeg

import (
	"math"
	"testing"
)

// testBlocks calls f with dequantised coefficients of many kinds: none, one, a
// corner of them, all; up to the largest that a picture has.
func testBlocks(f func(b *block, last, points int)) {
	r := random(7)
	for _, points := range []int{1, 2, 4, 8} {
		_, lastOf, _ := scale(8 / points).points()
		for i := range 3000 {
			var c component
			c.points = points
			c.setDequant(&quantTable{})
			var b block
			size := []int{4, 64, 300, 2000}[i%4]
			last := 0
			for k := range min(lastOf, r.intn(64)) + 1 {
				at := c.dequant[k] & 0xff
				if at == discard || k > 0 && r.intn(3) == 0 {
					continue
				}
				b[at] = int16(r.intn(2*size+1) - size)
				last = k
			}
			f(&b, last, points)
		}
	}
}

func TestInverseDCT(t *testing.T) {
	var count, off, squares float64
	testBlocks(func(b *block, last, points int) {
		var f [64]float64
		for i := range points * points {
			f[i/points*8+i%points] = float64(b[i])
		}
		var got [64]uint8
		b.inverseDCT(points, last, got[:], points)
		for i, v := range got[:points*points] {
			want := max(0, min(255, 128+inverseReference(&f, points, i%points, i/points)))
			d := float64(v) - want
			// Exact rounding differs by 1/2.
			if math.Abs(d) > 1 {
				t.Fatalf("%d points, coefficients %v: sample %d is %d, want %.3f", points, b, i, v, want)
			}
			if v != uint8(math.Round(want)) {
				off++
			}
			count++
			squares += d * d
		}
	})
	t.Logf("%.4f%% of samples rounded the other way; mean square error %.4f (rounding alone: 0.0833)", 100*off/count, squares/count)
	if off/count > 0.02 {
		t.Errorf("%.2f%% of samples are rounded the other way", 100*off/count)
	}
}

// TestVectorDCT compares the vector forms with the others, also for coefficients
// that no picture has.
func TestVectorDCT(t *testing.T) {
	var probe block
	if !probe.vectorDCT8(make([]uint8, 64), 8) {
		t.Skip("this build (GOEXPERIMENT=simd) or processor has no vectors")
	}
	compare := func(b block, last, points int) {
		t.Helper()
		var want, got [64]uint8
		scalar, vector := b, b
		switch points {
		case 8:
			scalar.inverseDCT8(last, want[:], 8)
			vector.vectorDCT8(got[:], 8)
		case 4:
			scalar.inverseDCT4(want[:], 4)
			vector.vectorDCT4(got[:], 4)
		}
		if want != got {
			t.Fatalf("%d points, coefficients %v: %v, want %v", points, b, got, want)
		}
		if scalar != vector {
			t.Fatalf("%d points: block is left as %v, want %v", points, vector, scalar)
		}
	}
	testBlocks(func(b *block, last, points int) { compare(*b, last, points) })
	r := random(9)
	for range 10_000 {
		var b block
		for i := range 64 {
			b[i] = int16(r.next())
		}
		compare(b, 63, 8)
		clear(b[16:])
		compare(b, 63, 4)
	}
}

// TestInverseDCTWraps transforms coefficients that no picture has: nothing may
// panic.
func TestInverseDCTWraps(t *testing.T) {
	for _, points := range []int{1, 2, 4, 8} {
		for _, v := range []int16{math.MinInt16, math.MaxInt16} {
			var b block
			for i := range points * points {
				b[i] = v
			}
			var dst [64]uint8
			b.inverseDCT(points, 63, dst[:], points)
		}
	}
}
