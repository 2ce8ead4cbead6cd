package av1

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// decodedPalette reads the code of a palette of n colours as "Palette mode info syntax"
// does. It fails the test unless it reads all literals.
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

// TestPaletteCode checks that the specification's syntax reads palettes back.
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

// sortedRank does get_palette_color_context step by step.
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

// TestColourRank checks contexts and ranks against those of the specification.
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

// TestCluster checks that cluster keeps few colours as they are and makes means of more.
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

// drawing returns a picture whose luma has three colours, like letters.
func drawing(random *rand.Rand, width, height int, f format) []plane.Plane {
	planes := picture(random, width, height, f)
	for i := range planes[0].Pix {
		planes[0].Pix[i] = 200
		if x, y := i%width, i/width; y < height/2 {
			switch (x*x + y*y*7) % 13 {
			case 0, 1, 2:
				planes[0].Pix[i] = 40
			case 3:
				planes[0].Pix[i] = 120
			}
		}
	}
	return planes
}

// writtenPalette returns how many bits w writes for a block's palette or its absence,
// without adapting distributions.
func writtenPalette(w *writer, l *leaf, colourMap []uint8) float64 {
	w.coder.reset(nil)
	before, colour := w.coder.position(), w.dists.colour
	w.writePalette(l, 0, 0)
	if count := int(l.palette.n); count > 0 {
		w.writeEven(int(colourMap[0]), count)
		n := 8 << l.size
		for i := 1; i < n*n; i++ {
			context, rank := colourRank(colourMap, i, i%n, i/n, n)
			w.dists.colour = colour
			w.coder.symbol(rank, w.dists.colourOf(count, context))
		}
	}
	return w.coder.position() - before
}

// TestPaletteRates checks the search's rates of palettes against the bits written.
func TestPaletteRates(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	var e Encoder
	encode(t, &e, drawing(random, 64, 64, format420), Params{Quantiser: 60})
	s, w := &e.searchers[0], &e.writer
	s.dists.reset(e.quantiser)
	s.costs.resetModes(&s.dists)
	s.costs.palette.reset(&s.dists)
	for _, left := range [][]uint8{nil, {40, 90}, {40, 60, 200}} {
		for size := range 3 {
			s.near.beginTile()
			s.near.beginRow()
			for _, c := range left {
				s.near.left[0].palette.add(c)
			}
			list := s.addPalettes([]candidate{{mode: modeDC}}, 0, 0, size)
			if len(list) < 3 {
				t.Errorf("%d palettes", len(list)-1)
			}
			for _, c := range list {
				l := leaf{size: uint8(size), mode: modeDC, uvMode: modeDC}
				var colourMap []uint8
				rate := c.rate
				if c.palette > 0 {
					try := &s.work.palettes.tries[c.palette-1]
					l.palette, colourMap = try.palette, try.colourMap[:]
					rate -= s.costs.yMode[0][0][modeDC]
				}
				rate += s.chromaModeCost(&chromaTry{mode: modeDC}, &l) - s.costs.uvMode[modeDC][modeDC]
				w.near, w.dists = s.near, s.dists
				got, want := float64(rate/lambda), writtenPalette(w, &l, colourMap)
				slack := 0.03 + want/200
				if l.palette.n == 3 {
					slack++ // for writeEven
				}
				if math.Abs(got-want) > slack {
					t.Errorf("%v of 8<<%d beside %v: %.2f bits, want %.2f", l.palette, size, left, got, want)
				}
			}
		}
	}
}

// TestDrawing checks that palettes make a drawing smaller, and that other pictures have
// none.
func TestDrawing(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	planes := drawing(random, 200, 120, format420)
	var e Encoder
	used := 0
	watchBlocks(&e, func(l *leaf, _, _ int) { used += oneIf(l.palette.n > 0) })
	params := Params{Quantiser: 60, Effort: Medium}
	with := encodeChecked(t, &e, planes, params)
	if used == 0 || !e.drawing {
		t.Error("no palettes in a drawing")
	}
	used, e.flat = 0, 0
	without, err := e.Encode(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	if used > 0 || len(with.Data) > len(without.Data)*9/10 {
		t.Errorf("%d bytes with palettes, %d without", len(with.Data), len(without.Data))
	}
	for i := range planes[0].Pix { // each cell has noise
		planes[0].Pix[i] ^= uint8(i >> 2 & 1)
	}
	encodeChecked(t, &e, planes, params)
	if used > 0 || e.drawing {
		t.Error("palettes in what is no drawing")
	}
}
