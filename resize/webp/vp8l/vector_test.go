package vp8l

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// randomPixels returns pixels with samples of all kinds, often at the ends of
// their range.
func randomPixels(r *rand.Rand, n int) []uint32 {
	pix := make([]uint32, n)
	for i := range pix {
		for shift := 0; shift < 32; shift += 8 {
			v := r.Uint32() & 0xff
			switch r.IntN(4) {
			case 0:
				v = 0
			case 1:
				v = 255
			}
			pix[i] |= v << shift
		}
	}
	return pix
}

// TestVectors checks that results with and without vectors are the same, bit for
// bit.
func TestVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 300 {
		n := 2 + r.IntN(60)
		row, above := randomPixels(r, n), randomPixels(r, n+1)
		for mode := range uint32(16) {
			x0 := 1 + r.IntN(n-1)
			x1 := x0 + r.IntN(n-x0+1)
			got, want := slices.Clone(row), slices.Clone(row)
			done := unpredictVectors(mode, got, row, above, x0, x1)
			unpredictScalar(mode, got, row, above, x0+done, x1)
			unpredictScalar(mode, want, row, above, x0, x1)
			if !slices.Equal(got, want) {
				t.Fatalf("mode %d from %d to %d of %d:\n%x, want\n%x", mode, x0, x1, n, got, want)
			}
		}
		for mode := range modes {
			left, top, corner, right := randomPixels(r, n), randomPixels(r, n), randomPixels(r, n), randomPixels(r, n)
			got := make([]uint32, n)
			residuals(mode, got, row, left, top, corner, right)
			for i, v := range got {
				if want := residual(mode, row[i], left[i], top[i], corner[i], right[i]); v != want {
					t.Fatalf("mode %d: residual %d of %d is %x, want %x", mode, i, n, v, want)
				}
			}
		}
		src := make([]byte, 4*n)
		for i, v := range row {
			if i%64 < 50-r.IntN(20) {
				v |= opaqueBlack
			}
			row[i] = v
			copy(src[4*i:], []byte{byte(v >> 16), byte(v >> 8), byte(v), byte(v >> 24)})
		}
		opaque := true
		for i, v := range row {
			opaque = opaque && v>>24 == 255
			if v>>24 == 0 {
				row[i] = 0
			}
		}
		pix := make([]uint32, n)
		if got := fromBytes(pix, src); got != opaque || !slices.Equal(pix, row) {
			t.Fatalf("from bytes: %x, %v, want %x, %v", pix, got, row, opaque)
		}
		e := elements{int8(r.Uint32()), int8(r.Uint32()), int8(r.Uint32())}
		got, want := make([]uint32, n), make([]uint32, n)
		addColour(got, row, e)
		addColourScalar(want, row, e)
		if !slices.Equal(got, want) {
			t.Fatalf("%v: %x, want %x", e, got, want)
		}
		done := addGreenVectors(got, row)
		addGreenScalar(got[done:], row[done:])
		addGreenScalar(want, row)
		if !slices.Equal(got, want) {
			t.Fatalf("green: %x, want %x", got, want)
		}
		bytes, scalar := make([]byte, 4*n), make([]byte, 4*n)
		done = toBytesVectors(bytes, row)
		toBytesScalar(bytes[4*done:], row[done:])
		toBytesScalar(scalar, row)
		if !slices.Equal(bytes, scalar) {
			t.Fatalf("bytes: %x, want %x", bytes, scalar)
		}
	}
}

// TestModes checks that the residuals of a mode become the pixels again with the
// same mode.
func TestModes(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for mode := range uint32(16) {
		row, above := randomPixels(r, 100), randomPixels(r, 101)
		left := make([]uint32, len(row))
		for x := 1; x < len(row); x++ {
			left[x] = residual(int(mode), row[x], row[x-1], above[x], above[x-1], above[x+1])
		}
		got := make([]uint32, len(row))
		got[0] = row[0]
		unpredictScalar(mode, got, left, above, 1, len(row))
		if !slices.Equal(got, row) {
			t.Errorf("mode %d: %x, want %x", mode, got, row)
		}
	}
}

// TestPredictions compares predictors of pixels with the specification's for each
// sample.
func TestPredictions(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for range 20000 {
		p := randomPixels(r, 5)
		for shift := 0; shift < 32; shift += 8 {
			at := func(v uint32) int { return int(v >> shift & 0xff) }
			left, top, corner := at(p[0]), at(p[1]), at(p[2])
			for name, both := range map[string][2]int{
				"average":     {at(average(p[0], p[1])), (left + top) / 2},
				"clampedSum":  {at(clampedSum(p[0], p[1], p[2])), max(0, min(255, left+top-corner))},
				"clampedHalf": {at(clampedHalf(p[0], p[2])), max(0, min(255, left+(left-corner)/2))},
				"add":         {at(add(p[0], p[1])), (left + top) & 255},
				"sub":         {at(sub(p[0], p[1])), (left - top) & 255},
			} {
				if both[0] != both[1] {
					t.Fatalf("%s of %x: %d, want %d", name, p, both[0], both[1])
				}
			}
		}
	}
}

// TestSame checks that rows are told apart by each of their pixels, and so are
// flat ones.
func TestSame(t *testing.T) {
	for n := 1; n < 40; n++ {
		row := slices.Repeat([]uint32{7}, n)
		for x := range n {
			above := slices.Clone(row)
			above[x]++
			p := pixels{width: n, y: 2, keeps: 2, rows: slices.Concat(above, row)}
			if p.repeats() {
				t.Errorf("%d pixels: other pixel %d is not seen", n, x)
			}
			for at := 1; at+rememberedPixels <= n; at++ {
				want := x < at-1 || x >= at+rememberedPixels
				if got := isFlat(above, at); got != want || isFlatScalar(above, at) != want {
					t.Errorf("other pixel %d of %d, from %d on: %v, %v, want %v", x, n, at, got, isFlatScalar(above, at), want)
				}
			}
		}
		p := pixels{width: n, y: 2, keeps: 2, rows: slices.Concat(row, row)}
		if !p.repeats() {
			t.Errorf("%d pixels: no repetition", n)
		}
	}
}
