package av1

import (
	"bytes"
	"context"
	"errors"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// encode loads and encodes planes.
func encode(t testing.TB, e *Encoder, planes []plane.Plane, p Params) Stream {
	t.Helper()
	if err := e.Load(context.Background(), planes); err != nil {
		t.Fatal(err)
	}
	p.Color = testColor
	s, err := e.Encode(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestKept checks that an encoder makes the same stream as a new one, whatever it encoded
// before, and that it allocates little when it encodes a picture again.
func TestKept(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 4))
	a, b := picture(random, 150, 90, format420), picture(random, 300, 170, format444)
	gray := picture(random, 77, 120, formatMono)
	params := Params{Quantiser: 70, Effort: Medium}
	var fresh, kept Encoder
	want := encode(t, &fresh, a, params)
	encode(t, &kept, b, Params{Quantiser: 200, Effort: Best})
	encode(t, &kept, gray, Params{Quantiser: 3, Effort: Fast})
	got := encode(t, &kept, a, params)
	if !bytes.Equal(got.Data, want.Data) {
		t.Error("another stream after other pictures")
	}
	again, err := kept.Encode(context.Background(), Params{Quantiser: 70, Effort: Medium, Color: testColor})
	if err != nil || !bytes.Equal(again.Data, want.Data) {
		t.Error("another stream the second time", err)
	}
	// The two slices of a Stream, the sequence header and what makes it.
	const few = 12
	if n := testing.AllocsPerRun(5, func() { encode(t, &kept, a, params) }); n > few {
		t.Errorf("%.0f allocations, want at most %d", n, few)
	}
}

// TestMemory checks Memory against what two searchers allocate for samples that are black
// or white at random, which take the most bytes.
func TestMemory(t *testing.T) {
	processors(t, 2)
	random := rand.New(rand.NewPCG(5, 5))
	for _, size := range [][2]int{{1, 1}, {1, 3000}, {3000, 1}, {700, 500}, {1500, 1000}} {
		for f := formatMono; f <= format444; f++ {
			if f == format444 && size == [2]int{1, 1} {
				continue
			}
			planes := picture(random, size[0], size[1], f)
			samples := 0
			for i, p := range planes {
				planes[i] = pictest.Pattern(random, p.Width, p.Height, pictest.BlackAndWhite)
				samples += p.Width * p.Height
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			encode(t, new(Encoder), planes, Params{Quantiser: 1, Effort: Fast})
			runtime.ReadMemStats(&after)
			got, most := int64(after.TotalAlloc-before.TotalAlloc), Memory(size[0], size[1], samples)
			if got > most {
				t.Errorf("%v, format %d: %d bytes allocated, more than %d", size, f, got, most)
			}
			if most > 4*got+1<<21 {
				t.Errorf("%v, format %d: %d bytes allocated, much less than %d", size, f, got, most)
			}
		}
	}
}

// TestErrors checks what Load and Encode refuse.
func TestErrors(t *testing.T) {
	ctx := context.Background()
	blank := func(width, height int) plane.Plane {
		return plane.Plane{Pix: make([]uint8, width*height), Stride: width, Width: width, Height: height}
	}
	var e Encoder
	if _, err := e.Encode(ctx, Params{Quantiser: 9}); err == nil {
		t.Error("encoded nothing")
	}
	for _, planes := range [][]plane.Plane{
		nil,
		{blank(4, 0)},
		{blank(8, 8), blank(4, 4)},
		{blank(8, 8), blank(4, 4), blank(4, 3)},
		{blank(8, 8), blank(4, 8), blank(4, 8)},
		{blank(9, 9), blank(4, 4), blank(4, 4)},
	} {
		if err := e.Load(ctx, planes); err == nil {
			t.Errorf("loaded %d planes", len(planes))
		}
	}
	for _, size := range [][2]int{{32769, 1}, {1, 32769}} {
		if err := e.Load(ctx, []plane.Plane{blank(size[0], size[1])}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%v: %v", size, err)
		}
	}
	if err := e.Load(ctx, []plane.Plane{blank(64, 64)}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []Params{{}, {Quantiser: 256}, {Quantiser: 50, Effort: Best + 1}} {
		if _, err := e.Encode(ctx, p); err == nil {
			t.Errorf("encoded with %+v", p)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := e.Load(cancelled, []plane.Plane{blank(64, 64)}); !errors.Is(err, context.Canceled) {
		t.Error("Load:", err)
	}
	if _, err := e.Encode(ctx, Params{Quantiser: 50}); err == nil {
		t.Error("encoded what was not loaded")
	}
	if err := e.Load(ctx, []plane.Plane{blank(64, 64)}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Encode(cancelled, Params{Quantiser: 50}); !errors.Is(err, context.Canceled) {
		t.Error("Encode:", err)
	}
}

// TestVectors checks that proxy, normalise and dequantise return the same with and
// without vectors.
func TestVectors(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	for range 500 {
		tx := random.IntN(4)
		n := 16 << (2 * tx)
		coefs, inverse := make([]int32, n), make([]float32, n)
		for i := range coefs {
			coefs[i] = int32(random.NormFloat64() * float64(int(1)<<random.IntN(15)))
			inverse[i] = 1 / float32(4+random.IntN(2000))
		}
		if got, want := proxy(coefs, inverse), scalarProxy(coefs, inverse); got != want {
			t.Fatalf("proxy of %d: %v, want %v", n, got, want)
		}
		var x, y [1024]float32
		energy, last := normalise(x[:n], coefs, inverse, stepsAfter[tx])
		wantEnergy, wantLast := scalarNormalise(y[:n], coefs, inverse, stepsAfter[tx])
		if energy != wantEnergy || last != wantLast || x != y {
			t.Fatalf("normalise of %d: %v, %d, want %v, %d", n, energy, last, wantEnergy, wantLast)
		}
		columns, rows := 1+random.IntN(4<<tx), 1+random.IntN(4<<tx)
		levels, steps := make([]int16, n), make([]int32, n)
		for i := range levels {
			if i>>(tx+2) < columns && i&(4<<tx-1) < rows {
				levels[i] = int16(random.NormFloat64() * float64(int(1)<<random.IntN(12)))
			}
			steps[i] = int32(4 + random.IntN(2000))
		}
		got, want := make([]int32, n), make([]int32, n)
		dequantise(got, levels, steps, tx, columns, rows)
		scalarDequantise(want, levels, steps, tx, columns, rows)
		for i := range want {
			if i>>(tx+2) < columns && i&(4<<tx-1) < rows && got[i] != want[i] {
				t.Fatalf("dequantise of %d: %d at %d, want %d", n, got[i], i, want[i])
			}
		}
	}
}

// TestSums checks the vector sums of two cells against those of each.
func TestSums(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 7))
	for range 200 {
		var s surface
		width, height := 32+8*random.IntN(4), 8+8*random.IntN(3)
		s.reset(width, height)
		s.fill(pictest.Pattern(random, width, height, random.IntN(pictest.Patterns)))
		x, y := 8+8*random.IntN(width/8-3), 8*random.IntN(height/8)
		var got [2]cellSums
		if !vectorSums(&got, &s, x, y) {
			t.Skip("no vectors")
		}
		for i := range got {
			if want := sumCell(&s, x+8*i, y); got[i] != want {
				t.Fatalf("%+v, want %+v", got[i], want)
			}
		}
	}
}

// TestLog2 checks log2 against math.Log2.
func TestLog2(t *testing.T) {
	for n := uint32(256); n < 1<<22; n += n/300 + 1 {
		got, want := float64(log2(n)), math.Log2(float64(n))
		if got > want+1e-5 || got < want-1.0/177 {
			t.Fatalf("log2 of %d is %v, want %v", n, got, want)
		}
	}
}

// TestSameBytes checks the hash of a few streams. It must be the same with and without
// vectors and on every machine, and changes only with the search.
func TestSameBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	sum := fnv.New64a()
	var e Encoder
	for effort := Fast; effort <= Best; effort++ {
		for f := formatMono; f <= format444; f++ {
			s := encode(t, &e, picture(random, 100, 75, f), Params{Quantiser: 30 + 40*int(effort), Effort: effort})
			sum.Write(s.Data)
			s = encode(t, &e, drawing(random, 100, 75, f), Params{Quantiser: 30 + 40*int(effort), Effort: effort})
			sum.Write(s.Data)
		}
	}
	const want = 0x980b640ebe9295d1
	if got := sum.Sum64(); got != want {
		t.Errorf("hash %#x, want %#x", got, uint64(want))
	}
}
