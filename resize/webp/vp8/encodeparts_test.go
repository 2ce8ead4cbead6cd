package vp8

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// costOfLevels returns the cost of the levels of a block, by the tree of tokens
// itself.
func costOfLevels(probs *tables.CoefficientProbs, lambda int64, coefs *fourBlocks, q *planeSteps, plane, first, context int, levels []int16) (cost int64) {
	bits := 0
	for n, v := range levels {
		p := &probs[plane][tables.BandOf[n+first]][context]
		level := int(max(v, -v))
		token := level
		if level > tables.Four {
			token = tables.Category6
			for level < tables.Categories[token-tables.Category1].Base {
				token--
			}
			c := tables.Categories[token-tables.Category1]
			for i, prob := range c.Probs {
				bits += costOf((level-c.Base)>>(len(c.Probs)-1-i)&1 != 0, prob)
			}
		}
		if level > 0 {
			bits += bitCost // its sign
		}
		w := &tokenPaths[token]
		from := 0
		if n > 0 && levels[n-1] == 0 {
			from = 1
		}
		for i := from; i < w.length; i++ {
			bits += costOf(w.bits>>i&1 != 0, p[w.nodes[i]])
		}
		context = min(level, 2)
	}
	if n := len(levels) + first; n < 16 {
		bits += costOf(false, probs[plane][tables.BandOf[n]][context][0])
	}
	for n := first; n < 16; n++ {
		e := int64(coefs[places[n]])
		if n-first < len(levels) {
			e -= int64(levels[n-first]) * int64(q.steps[n])
		}
		cost += e * e * q.weights[n]
	}
	return cost + lambda*int64(bits)
}

// TestChoose compares the chosen levels with the best of all combinations.
func TestChoose(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 6))
	var e Encoder
	e.cols, e.rows, e.activity = 1, 1, make([]int32, 1)
	for range 400 {
		e.set(Params{Quantiser: random.IntN(128)})
		probs := tables.DefaultCoefficients
		e.costs.set(&probs)
		plane := random.IntN(tables.Planes)
		q := &e.steps[0].planes[plane]
		first := 0
		if plane == tables.PlaneLumaAC {
			first = 1
		}
		z := quantiser{costs: &e.costs, lambda: e.steps[0].lambda}
		var coefs fourBlocks
		for range random.IntN(6) {
			n := random.IntN(10)
			most := min(2.5*float64(q.steps[n])*[]float64{1, 1, 10, 25, 100}[random.IntN(5)], 16320)
			coefs[places[n]] = int16(most * (2*random.Float64() - 1))
		}
		context := random.IntN(tables.Contexts)
		var levels [16]int16
		got := z.choose(levels[:], &coefs, 0, q, plane, first, context)
		if cost := costOfLevels(&probs, z.lambda, &coefs, q, plane, first, context, levels[:got.count]); cost != got.cost {
			t.Fatalf("levels %d cost %d, told were %d", levels[:got.count], cost, got.cost)
		}
		best := int64(never)
		var try func(n int, so []int16)
		try = func(n int, so []int16) {
			if len(so) == 0 || so[len(so)-1] != 0 {
				best = min(best, costOfLevels(&probs, z.lambda, &coefs, q, plane, first, context, so))
			}
			if n == 11 {
				return
			}
			v := int32(coefs[places[n]])
			near := (max(v, -v) + q.steps[n]/2) / q.steps[n]
			for _, level := range []int32{near, near - 1} {
				if level < 0 {
					continue
				}
				if v < 0 {
					level = -level
				}
				try(n+1, append(so, int16(level)))
			}
		}
		try(first, nil)
		if got.cost > best {
			t.Fatalf("levels %d of %v cost %d, the best %d", levels[:got.count], coefs[:4], got.cost, best)
		}
	}
}

// TestChooseProbabilities checks that only probabilities that are worth it are
// updated.
func TestChooseProbabilities(t *testing.T) {
	var counts tokenCounts
	counts[3][1][2][4] = [2]uint32{1000, 1} // many of one kind
	counts[3][1][2][5] = [2]uint32{1, 0}    // few
	var probs tables.CoefficientProbs
	counts.choose(&probs)
	want := tables.DefaultCoefficients
	want[3][1][2][4] = 255
	if probs != want {
		t.Errorf("probabilities are %d, want %d", probs[3][1][2], want[3][1][2])
	}
}

// TestSuit checks that probabilities are the defaults if nothing was counted, and
// closer to the counts the more was counted.
func TestSuit(t *testing.T) {
	var counts tokenCounts
	var probs tables.CoefficientProbs
	if counts.suit(&probs); probs != tables.DefaultCoefficients {
		t.Errorf("of nothing: %v", probs)
	}
	const before = 128
	last := 0
	for _, n := range []uint32{1, 10, 100, 10000} {
		counts[0][0][0][0], counts[0][0][0][1] = [2]uint32{n, 0}, [2]uint32{0, n}
		counts.suit(&probs)
		up, down := int(probs[0][0][0][0])-before, before-int(probs[0][0][0][1])
		if up <= last || down <= last {
			t.Errorf("of %d: %d above the default, %d below", n, up, down)
		}
		last = min(up, down)
	}
	if last != 127 {
		t.Errorf("at last %d from the default", last)
	}
}

// TestArithmeticCode reads what was written, with carries through many bytes.
func TestArithmeticCode(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		type coded struct {
			bit  bool
			prob uint8
		}
		var b boolEncoder
		b.reset(nil)
		all := make([]coded, random.IntN(3000))
		rare := random.IntN(3) == 0
		for i := range all {
			c := coded{random.IntN(2) == 0, uint8(1 + random.IntN(255))}
			if rare {
				c = coded{random.IntN(50) > 0, 1}
			}
			all[i] = c
			b.put(c.bit, c.prob)
		}
		r := newReader(b.finish())
		for i, c := range all {
			if got := r.bit(c.prob) != 0; got != c.bit {
				t.Fatalf("bit %d of %d is %v", i, len(all), got)
			}
		}
		if r.ended {
			t.Fatal("a decoder reads beyond the end")
		}
	}
}

// TestSamePicture checks that earlier pictures leave no trace.
func TestSamePicture(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 9))
	var e Encoder
	for i := range 12 {
		planes := picture(random, 1+random.IntN(150), 1+random.IntN(150), i%3 == 0)
		p := Params{Quantiser: random.IntN(128), Effort: Effort(random.IntN(2))}
		got, want := encode(t, &e, planes, p), encode(t, new(Encoder), planes, p)
		if !bytes.Equal(got, want) {
			t.Fatalf("picture %d differs", i)
		}
		if again, err := e.Encode(context.Background(), p); err != nil || !bytes.Equal(again, want) {
			t.Fatalf("picture %d differs the second time: %v", i, err)
		}
	}
}

// TestRefused checks that planes that are no picture, too large or out of time
// are not encoded.
func TestRefused(t *testing.T) {
	ctx := context.Background()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	sized := func(w, h int) plane.Plane {
		return plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
	}
	var e Encoder
	if _, err := e.Encode(ctx, Params{}); !errors.Is(err, errNotLoaded) {
		t.Errorf("without a picture: %v", err)
	}
	for _, planes := range [][]plane.Plane{nil, {sized(3, 3), sized(2, 2)}, {{}}, {sized(3, 3), sized(1, 2), sized(1, 2)}} {
		if err := e.Load(ctx, planes); !errors.Is(err, errPlanes) {
			t.Errorf("%d planes: %v", len(planes), err)
		}
	}
	if err := e.Load(ctx, []plane.Plane{sized(MaxSize+1, 1)}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too wide: %v", err)
	}
	picture := []plane.Plane{sized(40, 40)}
	if err := e.Load(gone, picture); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := e.Load(ctx, picture); err != nil {
		t.Fatal(err)
	}
	const asked = 2 * 3 // before each row is searched, and before it is written
	for n := range asked + 1 {
		_, err := e.Encode(pictest.NewCountdown(ctx, n), Params{})
		if late := n < asked; errors.Is(err, context.DeadlineExceeded) != late || (err != nil) != late {
			t.Errorf("after %d looks at the context: %v", n, err)
		}
	}
	for _, p := range []Params{{Quantiser: -1}, {Quantiser: 128}, {Effort: Medium + 1}} {
		if _, err := e.Encode(ctx, p); !errors.Is(err, errParams) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// TestEncoderMemory checks that no more is allocated than estimated in the worst
// case: noise with the finest steps.
func TestEncoderMemory(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	for _, size := range [][2]int{{1, 1}, {300, 200}, {1000, 16}} {
		w, h := size[0], size[1]
		noise := func(w, h int) plane.Plane { return pictest.Pattern(random, w, h, pictest.Noise) }
		planes := []plane.Plane{noise(w, h), noise((w+1)/2, (h+1)/2), noise((w+1)/2, (h+1)/2)}
		e := new(*Encoder)
		got := pictest.Allocated(func() {
			*e = new(Encoder)
			encode(t, *e, planes, Params{Effort: Medium})
		})
		if most := EncoderMemory(w, h); got > most {
			t.Errorf("%d x %d: %d bytes were allocated, %d were told", w, h, got, most)
		}
	}
}

// TestSplitsFit checks that modes of 4x4 blocks end before the first partition is
// full.
func TestSplitsFit(t *testing.T) {
	e := Encoder{cols: 10, blocks: make([]decision, 100)}
	if !e.splitsFit() {
		t.Error("there is no room at the beginning")
	}
	if e.modeBits = maxFirst * 8 * bitCost; e.splitsFit() {
		t.Error("there is room at the end")
	}
}
