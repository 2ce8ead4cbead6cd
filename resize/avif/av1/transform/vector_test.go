package transform

import (
	"math/rand/v2"
	"testing"
)

// TestVectorsMakeTheSameBits checks that results with vectors equal those without.
func TestVectorsMakeTheSameBits(t *testing.T) {
	forShapes(t, func(t *testing.T, w, h int, kind Type) {
		r := rand.New(rand.NewPCG(4, uint64(w*h)))
		var vectors, plain Transformer
		got, want := make([]int32, w*h), make([]int32, w*h)
		for range 4000 / (w + h) {
			residual := residualFor(r, w, h, kind, 255)
			vectors.Forward(got, residual, w, h, kind)
			plain.forward(want, residual, w, h, kind)
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("coefficient %d of %v: %d, not %d", i, *residual, got[i], want[i])
				}
			}
			// Include coefficients that no stream may have, and some beyond 16 bits.
			coefs, columns, rows := coefficientsFor(r, w, h)
			for range r.IntN(3) {
				coefs[r.IntN(columns)*h+r.IntN(rows)] = r.Int32() - 1<<30
			}
			spoil(r, coefs, h, columns, rows)
			var inverse, plainInverse Block
			vectors.Inverse(&inverse, coefs, w, h, kind, columns, rows)
			plain.inverse(&plainInverse, coefs, w, h, kind, columns, rows)
			for i := range inverse {
				if i%Stride < w && inverse[i] != plainInverse[i] {
					t.Fatalf("sample %d of columns %d and rows %d of %v: %d, not %d", i, columns, rows, coefs, inverse[i], plainInverse[i])
				}
			}
		}
	})
}

// TestResiduals checks Residual, Add, Copy and SATD with vectors against those without,
// and that Add reverts Residual.
func TestResiduals(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, s := range shapes {
		w, h := s[0], s[1]
		for round := range 100 {
			stride := w + r.IntN(40)
			src, prediction := make([]uint8, h*stride+32), make([]uint16, w*h)
			contrast := 255 >> r.IntN(8)
			for i := range src {
				src[i] = uint8(r.IntN(contrast + 1))
				if round == 0 {
					src[i] = 255
				}
			}
			for i := range prediction {
				prediction[i] = uint16(r.IntN(contrast + 1))
				if round == 0 {
					prediction[i] = 0
				}
			}
			var residual, want Block
			Residual(&residual, src, stride, prediction, w, h)
			subtract(&want, src, stride, prediction, w, h)
			for i := range residual {
				if i%Stride < w && residual[i] != want[i] {
					t.Fatalf("%dx%d: difference %d is %d, not %d", w, h, i, residual[i], want[i])
				}
			}
			dst := make([]uint8, len(src))
			Add(dst, stride, prediction, &residual, w, h)
			compareSamples(t, "sum", dst, src, stride, w, h)
			for i := range residual {
				residual[i] = int16(r.IntN(1<<12) - 1<<11)
			}
			again := make([]uint8, len(src))
			Add(dst, stride, prediction, &residual, w, h)
			add(again, stride, prediction, &residual, w, h)
			compareSamples(t, "sum", dst, again, stride, w, h)
			Copy(dst, stride, prediction, w, h)
			copySamples(again, stride, prediction, w, h)
			compareSamples(t, "copy", dst, again, stride, w, h)
			if w%8 == 0 && h%8 == 0 {
				if got, want := SATD(src, stride, prediction, w, h), satd(src, stride, prediction, w, h); got != want {
					t.Fatalf("%dx%d: SATD %d, not %d", w, h, got, want)
				}
			}
		}
	}
}

// compareSamples fails the test unless got equals want inside the block and is 0 beside
// it.
func compareSamples(t *testing.T, what string, got, want []uint8, stride, w, h int) {
	t.Helper()
	for i := range got {
		switch inside := i/stride < h && i%stride < w; {
		case inside && got[i] != want[i]:
			t.Fatalf("%dx%d: %s %d is %d, not %d", w, h, what, i, got[i], want[i])
		case !inside && got[i] != 0:
			t.Fatalf("%dx%d: %s writes sample %d beside the block", w, h, what, i)
		}
	}
}

// TestSATD checks SATD against the Hadamard matrix.
func TestSATD(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		var d, across [8][8]int
		src, prediction := make([]uint8, 64+32), make([]uint16, 64)
		for i := range prediction {
			src[i], prediction[i] = uint8(r.IntN(256)), uint16(r.IntN(256))
			d[i/8][i%8] = int(src[i]) - int(prediction[i])
		}
		want := 0
		for y := range 8 {
			for u := range 8 {
				for x := range 8 {
					across[y][u] += d[y][x] * sign(x&u)
				}
			}
		}
		for v := range 8 {
			for u := range 8 {
				sum := 0
				for y := range 8 {
					sum += across[y][u] * sign(y&v)
				}
				want += max(sum, -sum)
			}
		}
		if got := SATD(src, 8, prediction, 8, 8); got != want {
			t.Fatalf("SATD %d, not %d", got, want)
		}
	}
}

// sign returns -1 if x, of 3 bits, has an odd number of them set, otherwise 1.
func sign(x int) int { return 1 - 2*((x>>2^x>>1^x)&1) }

func TestNoAllocations(t *testing.T) {
	var transformer Transformer
	var block Block
	coefs, src, prediction := make([]int32, 1024), make([]uint8, 32*32+32), make([]uint16, 1024)
	if n := testing.AllocsPerRun(10, func() {
		Residual(&block, src, 32, prediction, 32, 32)
		transformer.Forward(coefs, &block, 32, 32, DCTDCT)
		transformer.Inverse(&block, coefs, 32, 32, DCTDCT, 32, 32)
		transformer.Inverse(&block, coefs, 16, 16, ADSTADST, 5, 9)
		transformer.forward(coefs, &block, 8, 8, ADSTDCT)
		transformer.inverse(&block, coefs, 4, 4, ADSTADST, 4, 4)
		Add(src, 32, prediction, &block, 32, 32)
		SATD(src, 32, prediction, 32, 32)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
