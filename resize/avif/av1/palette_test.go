package av1

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// decodedPalette reads what tells a palette of n colours, as "Palette mode info syntax"
// has it, and fails unless all is read.
func decodedPalette(t *testing.T, literals []paletteLiteral, cache []uint8, n int) []uint8 {
	t.Helper()
	next := func(bits int) int {
		if len(literals) == 0 {
			t.Fatal("more is read than was written")
		}
		l := literals[0]
		literals = literals[1:]
		if int(l.bits) != bits || int(l.value)>>bits != 0 {
			t.Fatalf("%+v, %d bits are read", l, bits)
		}
		return int(l.value)
	}
	ceilLog2 := func(x int) (n int) {
		for 1<<n < x {
			n++
		}
		return n
	}
	var colours []uint8
	for i := 0; i < len(cache) && len(colours) < n; i++ {
		if next(1) == 1 {
			colours = append(colours, cache[i])
		}
	}
	if len(colours) < n {
		colours = append(colours, uint8(next(8)))
		if len(colours) < n {
			bits := 5 + next(2)
			for len(colours) < n {
				c := int(colours[len(colours)-1]) + next(bits) + 1
				colours = append(colours, uint8(c))
				bits = min(bits, ceilLog2(256-c-1))
			}
		}
	}
	if len(literals) > 0 {
		t.Fatalf("%d literals are not read", len(literals))
	}
	slices.Sort(colours)
	return colours
}

// TestPaletteCode reads palettes back as the specification does.
func TestPaletteCode(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 5000 {
		var p palette
		var cache []uint8
		span := 5 + random.IntN(252)
		for range random.IntN(2*maxColours + 1) {
			cache = append(cache, uint8(random.IntN(span)))
		}
		slices.Sort(cache)
		cache = slices.Compact(cache)
		for n := uint8(2 + random.IntN(maxColours-1)); p.n < n; {
			c := uint8(255 - random.IntN(span))
			if len(cache) > 0 && random.IntN(2) == 0 {
				c = cache[random.IntN(len(cache))]
			}
			if !slices.Contains(p.all(), c) {
				p.add(c)
			}
		}
		var into paletteLiterals
		if got := decodedPalette(t, p.code(&into, cache), cache, int(p.n)); !slices.Equal(got, p.all()) {
			t.Fatalf("%v, want %v, of %v", got, p.all(), cache)
		}
	}
}

// sortedRank is get_palette_color_context step by step.
func sortedRank(colours []uint8, x, y, n int) (hash, rank int) {
	scores, order := [8]int{}, [8]int{0, 1, 2, 3, 4, 5, 6, 7}
	at := func(x, y int) int { return int(colours[y*n+x]) }
	if x > 0 {
		scores[at(x-1, y)] += 2
	}
	if x > 0 && y > 0 {
		scores[at(x-1, y-1)]++
	}
	if y > 0 {
		scores[at(x, y-1)] += 2
	}
	for i := range 3 {
		most := i
		for j := i + 1; j < 8; j++ {
			if scores[j] > scores[most] {
				most = j
			}
		}
		score, colour := scores[most], order[most]
		copy(scores[i+1:most+1], scores[i:most])
		copy(order[i+1:most+1], order[i:most])
		scores[i], order[i] = score, colour
	}
	return scores[0] + 2*scores[1] + 2*scores[2], slices.Index(order[:], at(x, y))
}

// TestColourRank compares contexts and ranks with those of the specification.
func TestColourRank(t *testing.T) {
	contexts := map[int]int{2: 0, 5: 4, 6: 3, 7: 2, 8: 1} // Palette_Color_Context
	random := rand.New(rand.NewPCG(3, 3))
	const n = 8
	for range 300 {
		var colours [n * n]uint8
		kinds := 2 + random.IntN(7)
		for i := range colours {
			colours[i] = uint8(random.IntN(kinds))
		}
		for i := 1; i < n*n; i++ {
			hash, want := sortedRank(colours[:], i%n, i/n, n)
			if context, rank := colourRank(colours[:], i, i%n, i/n, n); context != contexts[hash] || rank != want {
				t.Fatalf("%d, %d: context %d, rank %d, want %d, %d", i%n, i/n, context, rank, contexts[hash], want)
			}
		}
	}
}

// TestCluster looks at the colours of palettes: those of a few are kept, of more there are
// means.
func TestCluster(t *testing.T) {
	counts := [256]uint16{3: 5, 4: 5, 5: 10, 200: 7, 250: 1, 251: 1}
	for _, tt := range []struct {
		distinct []uint8
		k        int
		want     []uint8
	}{
		{[]uint8{3, 200}, 2, []uint8{3, 200}},
		{[]uint8{3, 4, 5, 200}, 2, []uint8{4, 200}},
		{[]uint8{3, 4, 5, 200, 250, 251}, 3, []uint8{4, 200, 251}},
		{[]uint8{3, 4, 5, 200}, 4, []uint8{3, 4, 5, 200}},
	} {
		var p palette
		p.cluster(tt.distinct, &counts, tt.k)
		if !slices.Equal(p.all(), tt.want) {
			t.Errorf("%v in %d: %v, want %v", tt.distinct, tt.k, p.all(), tt.want)
		}
	}
	p := palette{n: 3, colours: [maxColours]uint8{10, 11, 90}}
	p.preferCached([]uint8{10, 91})
	if !slices.Equal(p.all(), []uint8{10, 91}) {
		t.Errorf("%v of a cache of 10 and 91", p.all())
	}
}

// TestDrawing looks whether palettes make a drawing smaller, and leave what is none alone.
func TestDrawing(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	drawing := pictest.Pattern(random, 200, 120, pictest.OneValue)
	for y := range 60 { // letters, so to speak
		for x := range 200 {
			if (x*x+y*y*7)%13 < 4 {
				drawing.Pix[y*200+x] ^= 0x7f
			}
		}
	}
	var e Encoder
	used := 0
	e.sawBlock = func(l *leaf, _, _ int) { used += oneIf(l.palette.n > 0) }
	encodeChecked(t, &e, picture(random, 200, 120, formatMono)[:1], Params{Quantizer: 60, Effort: Medium})
	used = 0
	e.sawBlock = func(l *leaf, _, _ int) { used += oneIf(l.palette.n > 0) }
	planes := picture(random, 200, 120, format420)
	planes[0] = drawing
	small := encodeChecked(t, &e, planes, Params{Quantizer: 60, Effort: Medium})
	if used == 0 || !e.drawing {
		t.Error("no palettes in a drawing")
	}
	for i := range drawing.Pix { // each cell has noise
		drawing.Pix[i] ^= uint8(i >> 2 & 1)
	}
	used = 0
	large := encodeChecked(t, &e, planes, Params{Quantizer: 60, Effort: Medium})
	if used > 0 || e.drawing {
		t.Error("palettes in what is no drawing")
	}
	t.Log(len(small.Data), len(large.Data))
}
