package transform

import (
	"math/rand/v2"
	"testing"
)

func random(r *rand.Rand) (f Four) {
	most := []int{8, 300, 32767}[r.IntN(3)]
	for i := range f {
		f[i] = int16(r.IntN(2*most+1) - most)
	}
	return f
}

// TestInverse compares blocks with RFC 6386 section 14.4, one at a time.
func TestInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		f := random(r)
		want := f
		for b := range 4 {
			reference(&want, b)
		}
		if f.Inverse(); f != want {
			t.Fatalf("%v, want %v", f, want)
		}
	}
}

// reference computes the two passes of the RFC in 16-bit numbers.
func reference(f *Four, block int) {
	at := func(x, y int) *int16 { return &f[16*y+4*block+x] }
	line := func(v [4]*int16, shift, round int16) {
		times := func(v int16, by int32) int16 { return int16(int32(v) * by >> 16) }
		a, b := *v[0]+*v[2], *v[0]-*v[2]
		c := times(*v[1], 35468) - (*v[3] + times(*v[3], 20091))
		d := *v[1] + times(*v[1], 20091) + times(*v[3], 35468)
		*v[0], *v[1], *v[2], *v[3] = (a+d+round)>>shift, (b+c+round)>>shift, (b-c+round)>>shift, (a-d+round)>>shift
	}
	for x := range 4 {
		line([4]*int16{at(x, 0), at(x, 1), at(x, 2), at(x, 3)}, 0, 0)
	}
	for y := range 4 {
		line([4]*int16{at(0, y), at(1, y), at(2, y), at(3, y)}, 3, 4)
	}
}

func TestInverseDC(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		full := random(r)
		for i := range full {
			if i >= 16 || i%4 != 0 {
				full[i] = 0
			}
		}
		dc := full
		full.Inverse()
		if dc.InverseDC(); dc != full {
			t.Fatalf("%v, want %v", dc, full)
		}
	}
}

// TestInverseY2 undoes a Walsh-Hadamard transform: without rounding the result is
// the original.
func TestInverseY2(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	signs := [4][4]int{{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}}
	for range 100 {
		var want [16]int
		for i := range want {
			want[i] = r.IntN(201) - 100
		}
		var y2 [16]int16
		for v := range 4 {
			for u := range 4 {
				sum := 0
				for i, s := range want {
					sum += s * signs[v][i/4] * signs[u][i%4]
				}
				y2[4*v+u] = int16(sum)
			}
		}
		var luma [4]Four
		InverseY2(&y2, &luma)
		for i, v := range want {
			if got := luma[i/4][i%4*4]; int(got) != 2*v {
				t.Fatalf("%d of %d, want %d", got, i, 2*v)
			}
		}
	}
}

func TestAdd(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const stride = 32
	for range 300 {
		f := random(r)
		var dst [8 * stride]uint8
		for i := range dst {
			dst[i] = uint8(r.Uint32())
		}
		which := r.IntN(4)
		sum := func(v uint8, residual int16) uint8 { return uint8(min(255, max(0, int(v)+int(residual)))) }
		row, square, block := dst, dst, dst
		for i, v := range f {
			x, y := i%16, i/16
			row[stride*y+x] = sum(dst[stride*y+x], v)
			at := stride*(y+x/8*4) + x%8
			square[at] = sum(dst[at], v)
			if x/4 == which {
				block[stride*y+x%4] = sum(dst[stride*y+x%4], v)
			}
		}
		got := dst
		if f.AddRow(got[:], stride); got != row {
			t.Fatal("row")
		}
		got = dst
		if f.AddSquare(got[:], stride); got != square {
			t.Fatal("square")
		}
		got = dst
		if f.AddBlock(which, got[:], stride); got != block {
			t.Fatal("block")
		}
	}
}
