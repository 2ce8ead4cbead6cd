package transform

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// shapes are the sizes of all blocks.
var shapes = [][2]int{
	{4, 4}, {8, 8}, {16, 16}, {32, 32}, {4, 8}, {8, 4}, {8, 16}, {16, 8}, {16, 32}, {32, 16}, {4, 16}, {16, 4}, {8, 32}, {32, 8},
}

// forShapes runs f for each block and each type that it can have.
func forShapes(t *testing.T, f func(t *testing.T, w, h int, kind Type)) {
	for _, s := range shapes {
		for kind := range Type(4) {
			w, h := s[0], s[1]
			if kind.columns() == 1 && h == 32 || kind.rows() == 1 && w == 32 {
				continue
			}
			t.Run(fmt.Sprintf("%dx%d type %d", w, h, kind), func(t *testing.T) { f(t, w, h, kind) })
		}
	}
}

// coefficientsFor returns random coefficients of one of several kinds, and how many
// columns and rows may be other than zero. They may exceed those of a residual.
func coefficientsFor(r *rand.Rand, w, h int) (coefs []int32, columns, rows int) {
	coefs = make([]int32, w*h)
	columns, rows = 1+r.IntN(w), 1+r.IntN(h)
	amplitude := 1 << r.IntN(16)
	dense := r.IntN(3)
	for u := range columns {
		for v := range rows {
			switch {
			case dense == 0 && r.IntN(8) > 0:
			case dense == 1:
				coefs[u*h+v] = int32(amplitude-1) * int32(1-2*r.IntN(2))
			default:
				coefs[u*h+v] = int32(r.IntN(2*amplitude) - amplitude)
			}
		}
	}
	return coefs, columns, rows
}

// spoil sets the coefficients that Inverse must not read.
func spoil(r *rand.Rand, coefs []int32, h, columns, rows int) {
	for i := range coefs {
		if i/h >= columns || i%h >= rows {
			coefs[i] = r.Int32N(1<<16) - 1<<15
		}
	}
}

// TestInverseIsTheSpecification checks Inverse against reference for conforming
// coefficients.
func TestInverseIsTheSpecification(t *testing.T) {
	forShapes(t, func(t *testing.T, w, h int, kind Type) {
		r := rand.New(rand.NewPCG(1, uint64(w*h)))
		var transformer Transformer
		tried := 0
		for range 12000 / (w + h) {
			coefs, columns, rows := coefficientsFor(r, w, h)
			var ref reference
			want := ref.inverse2D(coefs, log2(w), log2(h), kind)
			if ref.outside {
				continue // no stream may have these
			}
			tried++
			var got Block
			spoil(r, coefs, h, columns, rows)
			transformer.Inverse(&got, coefs, w, h, kind, columns, rows)
			for i := range got {
				if i%Stride < w && i/Stride < h && got[i] != want[i] {
					t.Fatalf("columns %d, rows %d of %v:\n got %v\nwant %v", columns, rows, coefs, got, *want)
				}
			}
		}
		if tried < 100 {
			t.Errorf("only %d blocks conform", tried)
		}
	})
}

// residualFor returns a random residual of one of several kinds, of at most largest.
func residualFor(r *rand.Rand, w, h int, kind Type, largest int) *Block {
	var b Block
	scale := largest
	if r.IntN(4) > 0 {
		scale = 1 + r.IntN(largest)
	}
	columns, rows := basis(h, kind.columns())[r.IntN(h)], basis(w, kind.rows())[r.IntN(w)]
	form := r.IntN(4)
	for y := range h {
		for x := range w {
			d := 0
			switch form {
			case 0:
				d = r.IntN(2*scale+1) - scale
			case 1:
				d = scale - 2*scale*r.IntN(2)
			case 2: // one coefficient is largest
				d = scale
				if columns[y]*rows[x] < 0 {
					d = -scale
				}
			case 3:
				d = scale
			}
			b[y*Stride+x] = int16(d)
		}
	}
	return &b
}

// TestForward checks Forward against the orthonormal transform times 8.
func TestForward(t *testing.T) {
	forShapes(t, func(t *testing.T, w, h int, kind Type) {
		r := rand.New(rand.NewPCG(2, uint64(w*h)))
		var transformer Transformer
		down, across := basis(h, kind.columns()), basis(w, kind.rows())
		coefs := make([]int32, w*h)
		worst, sum, n := 0., 0., 0
		for range 1000 / (w + h) {
			residual := residualFor(r, w, h, kind, 63)
			transformer.Forward(coefs, residual, w, h, kind)
			for u := range w {
				for v := range h {
					want := 0.
					for y := range h {
						for x := range w {
							want += 8 * across[u][x] * down[v][y] * float64(residual[y*Stride+x])
						}
					}
					// Constants have 12 bits; their errors add up to 0.001.
					miss := max(math.Abs(want-float64(coefs[u*h+v]))-math.Abs(want)/1000, 0)
					worst, sum, n = max(worst, miss), sum+miss*miss, n+1
				}
			}
		}
		rms := math.Sqrt(sum / float64(n))
		t.Logf("worst %.1f, rms %.2f", worst, rms)
		// A coefficient's unit is an eighth of a sample's.
		if worst > 16 || rms > 2 {
			t.Errorf("off by up to %.1f, rms %.2f", worst, rms)
		}
	})
}

// TestRoundTrip checks that Inverse restores what Forward transforms.
func TestRoundTrip(t *testing.T) {
	forShapes(t, func(t *testing.T, w, h int, kind Type) {
		r := rand.New(rand.NewPCG(3, uint64(w*h)))
		var transformer Transformer
		coefs := make([]int32, w*h)
		for range 2000 / (w + h) {
			residual, got := residualFor(r, w, h, kind, 255), Block{}
			transformer.Forward(coefs, residual, w, h, kind)
			if w*h > 256 && max(w, h) == 32 && min(w, h) > 8 {
				for i := range coefs {
					coefs[i] /= 2
				}
			}
			transformer.Inverse(&got, coefs, w, h, kind, w, h)
			for i := range got {
				if d := got[i] - residual[i]; i%Stride < w && (d < -3 || d > 3) {
					t.Fatalf("sample %d: %d became %d", i, residual[i], got[i])
				}
			}
		}
	})
}

// TestQuantisedConform checks that quantised coefficients of all kinds of residuals
// conform to the specification, with coarse and fine quantisers.
func TestQuantisedConform(t *testing.T) {
	forShapes(t, func(t *testing.T, w, h int, kind Type) {
		r := rand.New(rand.NewPCG(6, uint64(w*h)))
		var transformer Transformer
		coefs := make([]int32, w*h)
		for range 4000 / (w + h) {
			residual := residualFor(r, w, h, kind, 255)
			transformer.Forward(coefs, residual, w, h, kind)
			q := int32(4 + r.IntN(1<<r.IntN(11))) // the range of Ac_Qlookup for 8 bits
			halved := w*h > 256 && min(w, h) > 8
			for i, c := range coefs {
				coefs[i] = (c + q/2*(c>>31|1)) / q * q
				if halved {
					coefs[i] /= 2
				}
				coefs[i] = saturate(coefs[i])
			}
			var ref reference
			ref.inverse2D(coefs, log2(w), log2(h), kind)
			if ref.outside {
				t.Fatalf("quantiser %d: %v does not conform", q, coefs)
			}
		}
	})
}
