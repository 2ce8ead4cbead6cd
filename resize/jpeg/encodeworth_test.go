package jpeg

import (
	"math"
	"math/bits"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

func TestSymbolCosts(t *testing.T) {
	var counts symbolCounts
	counts[0x01], counts[0x12], counts[sixteenZero], counts[endOfBlock] = 1000, 10, 5, 200
	var costs symbolCosts
	costs.set(&counts)
	bitsOf := func(symbol int) float64 {
		return math.Log2((1215+0.25)/(float64(counts[symbol])+0.25)) + float64(following(uint8(symbol)))
	}
	for symbol, want := range map[int]float64{
		0x001: bitsOf(0x01), 0x012: bitsOf(0x12), 0: bitsOf(0), 0x034: bitsOf(0x34),
		0x112: bitsOf(0x12) + bitsOf(0xf0), 0x312: bitsOf(0x12) + 3*bitsOf(0xf0),
	} {
		if got := float64(costs[symbol]) / 16; math.Abs(got-want) > 0.5 {
			t.Errorf("%#x: got %v bits, want %.2f", symbol, got, want)
		}
	}
}

// droppedFrom loads and quantises planes and drops what is not worth its bits.
// before and values are the blocks and coefficients before that.
func droppedFrom(t *testing.T, planes []plane.Plane, scale uint32) (c *coder, before []quantisedBlock, values []codedValue) {
	t.Helper()
	c = new(coder)
	if err := c.load(t.Context(), planes, nil); err != nil {
		t.Fatal(err)
	}
	steps := stepTables(scale)
	p, q := &c.coded[0], &c.quantisers[0]
	q.set(&steps[0])
	if _, err := p.find(t.Context(), q, &planes[0]); err != nil {
		t.Fatal(err)
	}
	c.counts[acLuma] = symbolCounts{}
	if err := p.quantise(t.Context(), q, &c.counts[acLuma]); err != nil {
		t.Fatal(err)
	}
	before, values = append(before, p.quantised...), append(values, p.values...)
	c.costs[0].set(&c.counts[acLuma])
	if err := p.dropWeak(t.Context(), q, 0, &c.costs[0], &c.counts[acLuma]); err != nil {
		t.Fatal(err)
	}
	return c, before, values
}

// TestDropWeak checks that the coefficients are the same but for some ±1, that
// they take fewer bits, and that blocks and counts fit the ones that are left.
func TestDropWeak(t *testing.T) {
	r := random(21)
	dropped, kept := 0, 0
	for n := range 60 {
		planes := noisyPlanes(&r, 8+r.intn(90), 8+r.intn(90), 1, false)
		c, before, values := droppedFrom(t, planes, uint32(100+r.intn(2000)))
		var counts symbolCounts
		for i, b := range c.coded[0].quantised {
			was := before[i]
			if b.nonzero&^was.nonzero != 0 || b.large != was.large || b.dc != was.dc || b.nonzero&b.large != b.large {
				t.Fatalf("picture %d, block %d: %+v of %+v", n, i, b, was)
			}
			dropped += bits.OnesCount64(was.nonzero &^ b.nonzero)
			kept += bits.OnesCount64(b.nonzero)
			last, at, odd := 0, 0, b.odd
			for k := 1; k < 64; k++ {
				if b.nonzero>>k&1 == 0 {
					continue
				}
				v := c.coded[0].values[int(b.at)+at]
				if want := values[int(was.at)+bits.OnesCount64(was.nonzero&(1<<k-1))]; v != want {
					t.Fatalf("picture %d, block %d, coefficient %d: %#x, before %#x", n, i, k, v, want)
				}
				negative := v>>(v>>12-1)&1 == 0
				if lowest := v&1 == 1 != negative; odd>>63 == 1 != lowest {
					t.Fatalf("picture %d, block %d, coefficient %d: %#x is odd: %v", n, i, k, v, odd>>63 == 1)
				}
				counts[sixteenZero] += int32((k - last - 1) >> 4)
				counts[(k-last-1)<<4&0xf0|int(v>>12)]++
				last, at, odd = k, at+1, odd<<1
			}
			if last < 63 {
				counts[endOfBlock]++
			}
			if odd != 0 {
				t.Fatalf("picture %d, block %d: %b is left of what is odd", n, i, odd)
			}
		}
		if counts != c.counts[acLuma] {
			t.Fatalf("picture %d: counted otherwise", n)
		}
	}
	if dropped < 500 || dropped > kept/3 {
		t.Errorf("%d dropped, %d kept", dropped, kept)
	}
}

// TestEncodeQuantised checks that image/jpeg sees the coefficients that were
// quantised, in both processes.
func TestEncodeQuantised(t *testing.T) {
	r := random(22)
	for n := range 20 {
		quality := 10 + r.intn(90)
		planes := noisyPlanes(&r, 1+r.intn(50), 1+r.intn(50), 1+2*r.intn(2), r.intn(2) == 0)
		var c coder
		steps := stepTables(scaleOf(quality))
		if err := c.load(t.Context(), planes, nil); err != nil {
			t.Fatal(err)
		}
		if err := c.quantise(t.Context(), &steps, 0); err != nil {
			t.Fatal(err)
		}
		sequential, progressive := bothProcesses(t, planes, quality)
		for name, data := range map[string][]byte{"sequential": sequential, "progressive": progressive} {
			for i, got := range decodeStandard(t, data) {
				want := c.coded[i].samples(&steps[min(i, 1)], got.Width, got.Height)
				for at, v := range want {
					if d := math.Abs(v - float64(got.Pix[at/got.Width*got.Stride+at%got.Width])); d > 1.5 {
						t.Fatalf("picture %d, %s, plane %d, sample %d: %v beside %.2f", n, name, i, at, d, v)
					}
				}
			}
		}
	}
}

// samples returns the samples of p by the definition of the inverse DCT.
func (p *codedPlane) samples(steps *stepTable, w, h int) []float64 {
	all := make([]float64, w*h)
	for i, b := range p.quantised {
		coefficients := [64]float64{0: float64(b.dc) * float64(steps[0])}
		values := p.values[b.at:]
		for set := b.nonzero; set != 0; set &= set - 1 {
			k := bits.TrailingZeros64(set)
			size := values[0] >> 12
			v := float64(values[0] & 0xfff)
			if values[0]>>(size-1)&1 == 0 {
				v -= float64(int(1)<<size - 1)
			}
			coefficients[zigzag[k]] = v * float64(steps[k])
			values = values[1:]
		}
		for y := range min(8, h-i/p.across*8) {
			for x := range min(8, w-i%p.across*8) {
				all[(i/p.across*8+y)*w+i%p.across*8+x] = max(0, min(255, inverseExact(&coefficients, x, y)))
			}
		}
	}
	return all
}
