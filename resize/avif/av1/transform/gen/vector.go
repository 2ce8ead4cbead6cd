package main

import (
	"bytes"
	"fmt"
	"strings"
)

// lanes names the type and methods of vectors of n samples.
type lanes struct {
	n                 int
	vector, wide      string
	low, high, narrow string // methods
}

func lanesFor(size int) lanes {
	if size <= 8 {
		return lanes{8, "Int16x8", "Int32x4", "InterleaveLo", "InterleaveHi", "SaturateToInt16Concat"}
	}
	return lanes{16, "Int16x16", "Int32x8", "InterleaveLoGrouped", "InterleaveHiGrouped", "SaturateToInt16ConcatGrouped"}
}

// emitter writes programs as functions of lines of vectors.
type emitter struct {
	bytes.Buffer
	pairs []string // weights of neighbours, as source
	lanes
}

// emitVector returns programs and blocks as functions that transform vectors of points.
// Vectors have 8 samples for up to 8 points, otherwise 16.
func emitVector(programs []*program, blocks []block) []byte {
	e := &emitter{}
	for _, p := range programs {
		e.lanes = lanesFor(p.size)
		e.emit(p)
	}
	e.lanes = lanesFor(8)
	for _, b := range blocks {
		if b.inverse {
			e.emitInverse(b)
		} else {
			e.emitForward(b)
		}
	}
	var w bytes.Buffer
	w.WriteString("//go:build goexperiment.simd && amd64\n\n" + notice + "package transform\n\nimport \"simd/archsimd\"\n\n")
	w.WriteString("// weights are the factors of neighbours in a vector.\nvar weights = [...][16]int16{\n")
	for _, pair := range e.pairs {
		fmt.Fprintf(&w, "{%s},\n", strings.Repeat(pair+", ", 7)+pair)
	}
	w.WriteString("}\n")
	w.Write(e.Bytes())
	return w.Bytes()
}

// emit writes p as a function.
func (e *emitter) emit(p *program) {
	fmt.Fprintf(e, "\n// %s transforms vectors of %d points", p.name, p.size)
	if p.inputs < p.size {
		fmt.Fprintf(e, "; those after the first %d are zero", p.inputs)
	}
	e.WriteString(".\n")
	fmt.Fprintf(e, "func %s(dst, src *lines%d) {\n", p.name, e.n)
	e.constants(p)
	for i := range p.inputs {
		fmt.Fprintf(e, "v%d := archsimd.Load%s((*[%d]int16)(src[%d*Stride:]))\n", i, e.vector, e.n, i)
	}
	e.operations(p, "v")
	for i, v := range p.outputs {
		fmt.Fprintf(e, "v%d.Store((*[%d]int16)(dst[%d*Stride:]))\n", v, e.n, i)
	}
	e.WriteString("}\n")
}

// constants writes the constants that the programs' operations need.
func (e *emitter) constants(programs ...*program) {
	var single, even bool
	for _, p := range programs {
		for _, o := range p.operations {
			if o.kind == weighted {
				single, even = single || len(o.from)%2 == 1, even || len(o.from)%2 == 0
			}
		}
	}
	if even {
		fmt.Fprintf(e, "round := archsimd.Broadcast%s(1 << 11)\n", e.wide)
	}
	if single {
		fmt.Fprintf(e, "ones := archsimd.Broadcast%s(1)\n", e.vector)
	}
}

// operations writes p's operations. A value's name is prefix and its number.
func (e *emitter) operations(p *program, prefix string) {
	for _, o := range p.operations {
		var from []string
		for _, v := range o.from {
			from = append(from, fmt.Sprintf("%s%d", prefix, v))
		}
		switch o.kind {
		case sum:
			fmt.Fprintf(e, "%s%d := %s.AddSaturated(%s)\n", prefix, o.to, from[0], from[1])
		case difference:
			fmt.Fprintf(e, "%s%d := %s.SubSaturated(%s)\n", prefix, o.to, from[0], from[1])
		case negation:
			fmt.Fprintf(e, "%s%d := archsimd.%s{}.SubSaturated(%s)\n", prefix, o.to, e.vector, from[0])
		case weighted:
			e.weigh(o, prefix, from)
		}
	}
}

// weigh writes a weighted sum. It pairs a single value with a one, whose weight is the
// half that rounds.
func (e *emitter) weigh(o operation, prefix string, from []string) {
	if len(from)%2 == 1 {
		from = append(from, "ones")
	}
	name := func(letter string, to, i int) string { return fmt.Sprintf("%s%s%d_%d", prefix, letter, to, i) }
	for i := 0; i < len(from); i += 2 {
		fmt.Fprintf(e, "%s := %s.%s(%s)\n", name("Low", o.to, i), from[i], e.low, from[i+1])
		fmt.Fprintf(e, "%s := %s.%s(%s)\n", name("High", o.to, i), from[i], e.high, from[i+1])
	}
	for i, weights := range o.weights {
		if weights == nil {
			continue
		}
		var low, high string
		for j := 0; j < len(from); j += 2 {
			second := 1 << 11
			if j+1 < len(weights) {
				second = weights[j+1]
			}
			w := name("Weights", o.to+i, j)
			fmt.Fprintf(e, "%s := %s\n", w, e.load(fmt.Sprintf("%d, %d", weights[j], second)))
			l, h := fmt.Sprintf("%s.DotProductPairs(%s)", name("Low", o.to, j), w), fmt.Sprintf("%s.DotProductPairs(%s)", name("High", o.to, j), w)
			if j == 0 {
				low, high = l, h
			} else {
				low, high = fmt.Sprintf("%s.Add(%s)", low, l), fmt.Sprintf("%s.Add(%s)", high, h)
			}
		}
		if len(weights)%2 == 0 {
			low, high = low+".Add(round)", high+".Add(round)"
		}
		fmt.Fprintf(e, "%s%d := %s.ShiftAllRight(12).%s(%s.ShiftAllRight(12))\n", prefix, o.to+i, low, e.narrow, high)
	}
}

// load returns an expression that loads a pair of weights.
func (e *emitter) load(pair string) string {
	at := -1
	for i, p := range e.pairs {
		if p == pair {
			at = i
		}
	}
	if at < 0 {
		at = len(e.pairs)
		e.pairs = append(e.pairs, pair)
	}
	if e.n == 16 {
		return fmt.Sprintf("archsimd.LoadInt16x16(&weights[%d])", at)
	}
	return fmt.Sprintf("archsimd.LoadInt16x8((*[8]int16)(weights[%d][:]))", at)
}
