package av1

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestFuzzedDecisions checks against dav1d what is encoded with random decisions:
// partitions, modes, deltas, transform types and splits, alphas, quantisers. It checks
// that each of them came up.
func TestFuzzedDecisions(t *testing.T) {
	processors(t, 1) // random is for one goroutine
	random := rand.New(rand.NewPCG(3, 5))
	var e Encoder
	e.fuzz = random.IntN
	seen := map[string]int{}
	watchBlocks(&e, func(l *leaf, _, _ int) {
		see := func(what string, v ...int) { seen[fmt.Sprint(what, v)]++ }
		see("size", int(l.size), int(l.depth))
		see("mode", int(l.mode), int(l.delta))
		if l.depth == 0 && l.luma[0].eob > 0 {
			see("kind", int(l.size)+1, int(l.luma[0].kind))
		} else if l.luma[3].eob > 0 {
			see("kind", int(l.size), int(l.luma[3].kind))
		}
		if e.planes > 1 {
			see("uv", int(l.uvMode), int(l.uvDelta))
			see("alpha", int(l.alpha[0]))
			see("alpha signs", cflSign(l.alpha[0]), cflSign(l.alpha[1]))
		}
		see("skip", oneIf(l.skip))
		see("palette", int(l.size), int(l.palette.n))
	})
	used := map[string]int{}
	for range 80 {
		width, height := 1+random.IntN(200), 1+random.IntN(200)
		f := format(random.IntN(3))
		if width == 1 && height == 1 {
			f = formatMono
		}
		encodeChecked(t, &e, picture(random, width, height, f), Params{Quantiser: 1 + random.IntN(255), Effort: Best})
		countUsed(used, "", reflect.ValueOf(e.writer.dists))
	}
	const (
		sizes, modes, kinds, uvs, alphas, signs, palettes = 6, 8*7 + 5, 3*4 + 1, 8*7 + 6, 33, 9, 3 * 4
	)
	if want := sizes + modes + kinds + uvs + alphas + signs + palettes + 2; len(seen) != want {
		t.Errorf("%d of %d choices came up: %v", len(seen), want, seen)
	}
	never := 0
	for name, n := range used {
		if n == 0 && reachable(name) {
			t.Log("never used: ", name)
			never++
		}
	}
	const rare = 3
	if never > rare {
		t.Errorf("%d distributions were never used", never)
	}
}

// reachable reports whether a distribution belongs to something that is coded: square
// blocks of 8 to 32, two-dimensional transforms.
func reachable(name string) bool {
	var field string
	var a, b, c int
	fmt.Sscan(name, &field, &a, &b, &c)
	switch field {
	case "partition": // those of 8x8 beside smaller blocks are not
		return a > 0 || b == 0
	case "txType5":
		return a == 2
	case "allZero": // parts of chroma, parts of 32 and the whole of 4 are not
		return b < 10 && !(a == 3 && b > 0 && b < 7) && !(a == 0 && b == 0)
	case "colour": // only those of up to maxColours colours
		return a < maxColours-1
	case "eobExtra":
		return c < 3+2*a
	case "base":
		return c < 11 || c > 20 && c < 26
	}
	return true
}

// countUsed adds the counts of distributions to used, by their names.
func countUsed(used map[string]int, name string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			countUsed(used, v.Type().Field(i).Name, v.Field(i))
		}
	case v.Type().Elem().Kind() == reflect.Array:
		for i := range v.Len() {
			countUsed(used, fmt.Sprint(name, " ", i), v.Index(i))
		}
	default:
		// The count follows 1<<15.
		for n := range v.Len() - 1 {
			if v.Index(n).Uint() == 1<<15 {
				used[name] += int(v.Index(n + 1).Uint())
				return
			}
		}
	}
}

// position returns the number of bits coded so far, with the fraction in the interval.
func (e *rangeEncoder) position() float64 {
	return float64(8*len(e.out)+e.pending) + 16 - math.Log2(float64(e.width))
}

// TestEstimates checks, by superblock, the search's estimate of bits against those
// written. A wrong context of a rate would not show in decoded pictures, only make them
// larger.
func TestEstimates(t *testing.T) {
	processors(t, 1)
	random := rand.New(rand.NewPCG(9, 9))
	var e Encoder
	for _, fuzzed := range []bool{false, true} {
		var estimated, written, worst float64
		before := 0.0
		e.onSuperblock = func(sb *superblock) {
			now := e.writer.coder.position()
			if sb.col == 0 && sb.row == 0 {
				before = 0
			}
			guess, real := float64(sb.price.rate)/lambda, now-before
			before = now
			estimated += guess
			written += real
			if real > 300 {
				worst = max(worst, math.Abs(math.Log(guess/real)))
			}
		}
		if fuzzed {
			e.fuzz = random.IntN
		}
		for i := range 12 {
			encodeChecked(t, &e, picture(random, 100+random.IntN(160), 100+random.IntN(160), format(i%3)),
				Params{Quantiser: 20 + random.IntN(150), Effort: Best})
		}
		t.Logf("fuzzed %v: %.0f bits estimated, %.0f written, by superblock off by at most %.1f%%",
			fuzzed, estimated, written, 100*(math.Exp(worst)-1))
		if r := estimated / written; r < 0.97 || r > 1.12 {
			t.Errorf("fuzzed %v: %.0f bits estimated, %.0f written", fuzzed, estimated, written)
		}
	}
}
