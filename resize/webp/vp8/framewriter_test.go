package vp8

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// frameWriter writes key frames with anything that a header can say, also what no
// encoder writes.
type frameWriter struct {
	*rand.Rand
	columns, rows int
	modes         *coder
	tokens        []*coder
	probs         tables.CoefficientProbs
	steps         [segments]tables.Steps
	above         []neighbour
	left          neighbour
}

func (w *frameWriter) maybe() bool { return w.IntN(2) == 0 }

// around returns a random number from -n to n.
func (w *frameWriter) around(n int) int { return w.IntN(2*n+1) - n }

// mostDelta is the most that is added to a level: with more, golang.org/x/image's
// sums overflow.
const mostDelta = 20

// randomFrame returns a key frame of random contents.
func randomFrame(r *rand.Rand) []byte {
	width, height := 1+r.IntN(90), 1+r.IntN(150)
	w := &frameWriter{Rand: r, columns: (width + 15) / 16, rows: (height + 15) / 16, modes: newCoder(), probs: tables.DefaultCoefficients}
	w.above = make([]neighbour, w.columns)
	segmentMap, segmentProbs, skips, skipProb := w.header()
	for y := range w.rows {
		w.left = neighbour{}
		for x := range w.columns {
			segment := 0
			if segmentMap {
				segment = r.IntN(segments)
				w.modes.leaf(tables.SegmentTree[:], segmentProbs[:], 0, segment)
			}
			skipped := skips && r.IntN(4) == 0
			if skips {
				w.modes.bit(skipProb, skipped)
			}
			mode := w.mode(x)
			w.residual(w.tokens[y%len(w.tokens)], x, mode, segment, skipped)
		}
	}
	first := w.modes.bytes()
	tag := uint32(r.IntN(4))<<1 | 1<<4 | uint32(len(first))<<5
	b := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16), 0x9d, 0x01, 0x2a}
	b = binary.LittleEndian.AppendUint16(b, uint16(width))
	b = binary.LittleEndian.AppendUint16(b, uint16(height))
	b = append(b, first...)
	var partitions []byte
	for i, c := range w.tokens {
		data := c.bytes()
		partitions = append(partitions, data...)
		if i < len(w.tokens)-1 {
			b = append(b, byte(len(data)), byte(len(data)>>8), byte(len(data)>>16))
		}
	}
	return append(b, partitions...)
}

// header writes the frame header, RFC 6386 sections 9.2 to 9.11.
func (w *frameWriter) header() (segmentMap bool, segmentProbs [3]uint8, skips bool, skipProb uint8) {
	c := w.modes
	c.flag(false)
	c.flag(w.maybe())
	segmentProbs = [3]uint8{255, 255, 255}
	var index [segments]int
	absolute := true
	segmented := c.flag(w.maybe())
	if segmented {
		segmentMap = c.flag(w.maybe())
		if c.flag(w.maybe()) {
			absolute = c.flag(w.maybe())
			for i := range index {
				index[i] = w.IntN(100)
				if !absolute {
					index[i] = w.around(127)
				}
				c.signed(index[i], 7)
			}
			for range segments {
				level := w.IntN(64)
				if !absolute {
					level = w.around(mostDelta)
				}
				c.signed(level, 6)
			}
		}
		if segmentMap {
			for i := range segmentProbs {
				if c.flag(w.maybe()) {
					segmentProbs[i] = uint8(1 + w.IntN(255))
					c.number(int(segmentProbs[i]), 8)
				}
			}
		}
	}
	c.flag(w.maybe())                 // the simple filter
	c.number(w.IntN(64)*w.IntN(2), 6) // its level
	c.number(w.IntN(8), 3)
	if adjusted := c.flag(w.maybe()); adjusted && c.flag(w.maybe()) {
		for range 8 {
			c.signed(w.around(mostDelta), 6)
		}
	}
	partitions := w.IntN(4)
	c.number(partitions, 2)
	for range 1 << partitions {
		w.tokens = append(w.tokens, newCoder())
	}
	base := w.IntN(128)
	c.number(base, 7)
	var delta [5]int
	for i := range delta {
		delta[i] = w.around(15) * w.IntN(2)
		c.signed(delta[i], 4)
	}
	for i := range w.steps {
		of := base
		if segmented {
			of = index[i]
			if !absolute {
				of += base
			}
		}
		w.steps[i] = tables.StepsOf(of, tables.Deltas{LumaDC: delta[0], Y2DC: delta[1], Y2AC: delta[2], ChromaDC: delta[3], ChromaAC: delta[4]})
	}
	c.flag(w.maybe())
	for i := range w.probs {
		for j := range w.probs[i] {
			for k := range w.probs[i][j] {
				for l, update := range tables.UpdateCoefficients[i][j][k] {
					changed := w.IntN(8) == 0
					if c.bit(update, changed); changed {
						w.probs[i][j][k][l] = uint8(1 + w.IntN(255))
						c.number(int(w.probs[i][j][k][l]), 8)
					}
				}
			}
		}
	}
	skipProb = uint8(w.IntN(256))
	if skips = c.flag(w.maybe()); skips {
		c.number(int(skipProb), 8)
	}
	return segmentMap, segmentProbs, skips, skipProb
}

// mode writes the modes of a macroblock and returns luma's.
func (w *frameWriter) mode(x int) int {
	mode := w.IntN(tables.Modes)
	w.modes.leaf(tables.ModeTree[:], tables.ModeProbs[:], 0, mode)
	above, left := &w.above[x].modes, &w.left.modes
	if mode == tables.Sub {
		for i := range 16 {
			sub := w.IntN(tables.Submodes)
			w.modes.leaf(tables.SubmodeTree[:], tables.SubmodeProbs[above[i&3]][left[i>>2]][:], 0, sub)
			above[i&3], left[i>>2] = uint8(sub), uint8(sub)
		}
	} else {
		for i := range 4 {
			above[i], left[i] = tables.SubmodeOf[mode], tables.SubmodeOf[mode]
		}
	}
	w.modes.leaf(tables.ChromaTree[:], tables.ChromaProbs[:], 0, w.IntN(tables.ChromaModes))
	return mode
}

// residual writes the coefficients of a macroblock.
func (w *frameWriter) residual(c *coder, x, mode, segment int, skipped bool) {
	above, left, steps := &w.above[x], &w.left, &w.steps[segment]
	if skipped {
		y2 := [2]uint8{above.y2, left.y2}
		if mode != tables.Sub {
			y2 = [2]uint8{}
		}
		*above, *left = neighbour{modes: above.modes, y2: y2[0]}, neighbour{modes: left.modes, y2: y2[1]}
		return
	}
	code := func(kind, first int, up, side *uint8, step *[2]int) {
		coded := w.block(c, kind, first, int(*up+*side), step)
		*up, *side = coded, coded
	}
	first, kind := 0, tables.PlaneLuma
	if mode != tables.Sub {
		code(tables.PlaneY2, 0, &above.y2, &left.y2, &steps.Y2)
		first, kind = 1, tables.PlaneLumaAC
	}
	for i := range 16 {
		code(kind, first, &above.luma[i&3], &left.luma[i>>2], &steps.Luma)
	}
	for plane := range 2 {
		for i := range 4 {
			code(tables.PlaneChroma, 0, &above.chroma[plane][i&1], &left.chroma[plane][i>>1], &steps.Chroma)
		}
	}
}

// block writes the coefficients of a block, small enough for sums to fit 16 bits.
// It returns 1 if there are any, else 0.
func (w *frameWriter) block(c *coder, kind, first, context int, steps *[2]int) uint8 {
	end := first
	if w.maybe() {
		end += w.IntN(17 - first)
	}
	tree := 0 // after a zero, where no end may come
	for n := first; n < end; n++ {
		most := 1000 / steps[min(n, 1)]
		v := w.around(most) * w.IntN(2)
		if w.maybe() {
			v = w.around(min(most, 2))
		}
		if n == end-1 && v == 0 {
			v = 1
		}
		probs := w.probs[kind][tables.BandOf[n]][context][:]
		size := max(v, -v)
		switch {
		case size <= 4:
			c.leaf(tables.TokenTree[:], probs, tree, size)
		default:
			i := 5
			for size < tables.Categories[i].Base {
				i--
			}
			c.leaf(tables.TokenTree[:], probs, tree, tables.Category1+i)
			category := &tables.Categories[i]
			for j, prob := range category.Probs {
				c.bit(prob, (size-category.Base)>>(len(category.Probs)-1-j)&1 != 0)
			}
		}
		context, tree = min(size, 2), 0
		if v == 0 {
			tree = 2
		} else {
			c.flag(v < 0)
		}
	}
	if end < 16 {
		c.leaf(tables.TokenTree[:], w.probs[kind][tables.BandOf[end]][context][:], 0, tables.EndOfBlock)
	}
	if end > first {
		return 1
	}
	return 0
}

// TestHeaders decodes frames with all that headers can say and compares with
// libwebp and golang.org/x/image, bit for bit.
func TestHeaders(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	var d Decoder
	for i := range 400 {
		frame := randomFrame(r)
		got := agrees(t, &d, frame, "random")
		if got == nil {
			t.Fatal("no picture")
		}
		if i%8 == 0 {
			if s := difference(got, dwebp(t, frame)); s != "" {
				t.Fatalf("frame %d: ours and libwebp's differ %s", i, s)
			}
		}
	}
}
