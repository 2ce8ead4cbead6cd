package jpeg

import (
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestForwardDCT compares the transform with its definition (T.81, A.3.3).
func TestForwardDCT(t *testing.T) {
	r := random(1)
	for n := range 300 {
		p := plane.Plane{Pix: make([]uint8, 64), Stride: 8, Width: 8, Height: 8}
		for i := range p.Pix {
			switch v := r.next(); {
			case n == 0:
			case n == 1:
				p.Pix[i] = 255
			case n < 100: // as large as coefficients get
				p.Pix[i] = uint8(255 * (v & 1))
			default:
				p.Pix[i] = uint8(v)
			}
		}
		var b biasedBlock
		b.transform(p.Pix, p.Stride)
		for v := range 8 {
			for u := range 8 {
				got := float64(int(b[blockPlace(u, v)])-coefficientBias) / 8
				if want := forwardReference(p.Pix, u, v); math.Abs(got-want) > 0.15 {
					t.Fatalf("block %d, coefficient %d, %d: %.3f, want %.3f", n, u, v, got, want)
				}
			}
		}
	}
}

// TestVectorForward checks that vectors make the same coefficients, bit for bit.
func TestVectorForward(t *testing.T) {
	if !new(biasedBlock).vectorForward(make([]uint8, 64), 8) {
		t.Skip("this build (GOEXPERIMENT=simd) or processor has no vectors")
	}
	r := random(3)
	for n := range 20_000 {
		samples := make([]uint8, 64)
		for i := range samples {
			samples[i] = uint8(r.next())
			if n%2 == 0 { // as large as coefficients get
				samples[i] = uint8(255 * (r.next() & 1))
			}
		}
		var want, got biasedBlock
		want.forward(samples, 8)
		got.vectorForward(samples, 8)
		if got != want {
			t.Fatalf("samples %v: %v, want %v", samples, got, want)
		}
	}
}

// forwardReference returns coefficient u, v by the definition of the DCT.
func forwardReference(samples []uint8, u, v int) float64 {
	var sum float64
	for y := range 8 {
		for x := range 8 {
			sum += (float64(samples[8*y+x]) - 128) *
				math.Cos(float64((2*x+1)*u)*math.Pi/16) * math.Cos(float64((2*y+1)*v)*math.Pi/16)
		}
	}
	for _, k := range []int{u, v} {
		if k == 0 {
			sum /= math.Sqrt2
		}
	}
	return sum / 4
}

// TestQuantiser tries every coefficient with every step.
func TestQuantiser(t *testing.T) {
	for step := 1; step <= 255; step++ {
		var steps stepTable
		for k := range steps {
			steps[k] = uint8(step)
		}
		q := new(quantiser)
		q.set(&steps)
		for c := -8192; c <= 8192; c++ {
			k := (c + 8192) % 64
			var b biasedBlock
			for i := range b {
				b[i] = coefficientBias
			}
			b[zigzagPlace[k]] = uint16(c + coefficientBias)
			level := uint8(c&0xff*7) % maskLevels
			exact := math.Abs(float64(c) / float64(8*step))
			most := 0.5 // the largest error of rounding, in steps
			if k > 0 && step > 1 {
				most = 0.501 + 0.6*float64(level)/50
			}
			set := b.scalarReaching(&q.least[level])
			if hasVectors() && b.vectorReaching(&q.least[level]) != set {
				t.Fatalf("%d/8 by %d, coefficient %d: set %x, of vectors %x", c, step, k, set, b.vectorReaching(&q.least[level]))
			}
			if strong := q.findStrong(&b)>>k&1 == 1; strong && (exact < 0.5 || step > 1 && exact < 0.8) || !strong && (exact >= 0.9 || step == 1 && exact > 0.5) {
				t.Fatalf("%d/8 by %d, coefficient %d: strong %v", c, step, k, strong)
			}
			if parts := float64(q.parts(&b, k)) / 256; math.Abs(exact-parts) > 1./256 {
				t.Fatalf("%d/8 by %d, coefficient %d: %v parts", c, step, k, parts)
			}
			if k > 0 && (set&^(1<<k) != 0 || set == 0 && exact > most || set != 0 && exact < 0.5) {
				t.Fatalf("%d/8 by %d, coefficient %d: set %x", c, step, k, set)
			}
			if k > 0 && set == 0 {
				continue
			}
			v := float64(q.quantise(&b, k))
			if k > 0 && v == 0 || v*float64(c) < 0 || exact-math.Abs(v) > most || exact-math.Abs(v) < -0.5 {
				t.Fatalf("%d/8 by %d is %v", c, step, v)
			}
		}
	}
}

func TestMagnitude(t *testing.T) {
	for _, tt := range []struct {
		v           int32
		size, value uint32
	}{{0, 0, 0}, {1, 1, 1}, {-1, 1, 0}, {2, 2, 2}, {3, 2, 3}, {-2, 2, 1}, {-3, 2, 0}, {-2047, 11, 0}, {1024, 11, 1024}} {
		if size, value := magnitude(tt.v); size != tt.size || value != tt.value {
			t.Errorf("%d: %d bits %b", tt.v, size, value)
		}
	}
}

// TestOptimalCodes checks that codes are ones that T.81 allows and that no other
// code is better.
func TestOptimalCodes(t *testing.T) {
	r := random(7)
	cases := map[string]*symbolCounts{"one": {5: 1}, "two": {5: 1, 200: 9}, "all alike": {}, "Fibonacci": {}, "powers": {}}
	a, b := int32(1), int32(1)
	for s := range 256 {
		cases["all alike"][s] = 3
		if s < 40 {
			cases["Fibonacci"][s] = a // would take 40 bits
			a, b = b, a+b
		}
		if s < 30 {
			cases["powers"][s] = 1 << s
		}
	}
	for _, name := range []string{"few", "some", "many"} {
		c := &symbolCounts{}
		for range map[string]int{"few": 5, "some": 60, "many": 256}[name] {
			c[r.intn(256)] = int32(1 + r.intn(1<<r.intn(20)))
		}
		cases[name] = c
	}
	for name, counts := range cases {
		var codes symbolCodes
		codes.optimize(counts)
		room := 1 << 16 // in codes of 16 bits
		n := 0
		for length := 1; length <= 16; length++ {
			n += int(codes.lengths[length])
			room -= int(codes.lengths[length]) << (16 - length)
		}
		if room < 1 || n != codes.used {
			t.Errorf("%s: room for %d codes more, %d lengths, %d symbols", name, room, n, codes.used)
		}
		var got int64
		for s, count := range counts {
			length := int64(codes.codes[s].length) - int64(following(uint8(s)))
			if count > 0 && (length < 1 || length > 16) {
				t.Errorf("%s: symbol %d has %d bits", name, s, length)
			}
			got += int64(count) * max(0, length)
		}
		// T.81's way of keeping to 16 bits is not quite the best.
		if best := packageMerge(counts); got < best || float64(got) > 1.02*float64(best) {
			t.Errorf("%s: %d bits, the best code takes %d", name, got, best)
		}
	}
}

// packageMerge returns the least number of bits for symbols used as often as
// counts says, with codes of at most 16 bits and one code unused (Larmore and
// Hirschberg, A fast algorithm for optimal length-limited Huffman codes).
func packageMerge(counts *symbolCounts) int64 {
	type item struct{ weight, bits int64 }
	var leaves []item
	for _, c := range counts {
		if c > 0 {
			leaves = append(leaves, item{int64(c), int64(c)})
		}
	}
	leaves = append(leaves, item{0, 0})
	n := len(leaves)
	sorted := func(items []item) []item {
		for i := range items {
			for j := i; j > 0 && items[j].weight < items[j-1].weight; j-- {
				items[j], items[j-1] = items[j-1], items[j]
			}
		}
		return items
	}
	var packages []item
	for range 16 {
		level := sorted(append(append([]item{}, leaves...), packages...))
		packages = packages[:0]
		for i := 0; i+1 < len(level); i += 2 {
			packages = append(packages, item{level[i].weight + level[i+1].weight, level[i].bits + level[i+1].bits})
		}
	}
	var bits int64
	for _, p := range packages[:n-1] {
		bits += p.bits
	}
	return bits
}
