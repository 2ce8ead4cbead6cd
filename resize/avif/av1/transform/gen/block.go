package main

import "fmt"

// A block is a transform of 8x8 samples in both directions, without memory in between.
type block struct {
	name          string
	inverse       bool
	first, second *program
}

// emitForward writes a function that transforms columns, then rows.
func (e *emitter) emitForward(b block) {
	fmt.Fprintf(e, "\n// %s does Forward for 8x8 samples.\n", b.name)
	fmt.Fprintf(e, "func %s(coefs *[64]int32, residual *lines8) {\n", b.name)
	e.constants(b.first, b.second)
	for i := range 8 {
		fmt.Fprintf(e, "a%d := archsimd.LoadInt16x8((*[8]int16)(residual[%d*Stride:])).ShiftAllLeft(forwardBegin)\n", i, i)
	}
	e.operations(b.first, "a")
	e.transpose(b.first, b.second.inputs)
	e.operations(b.second, "b")
	for i, v := range b.second.outputs {
		fmt.Fprintf(e, "s%d := b%d.ShiftAllRight(15)\n", i, v)
		fmt.Fprintf(e, "b%d.InterleaveLo(s%d).AsInt32x4().Store((*[4]int32)(coefs[%d:]))\n", v, i, 8*i)
		fmt.Fprintf(e, "b%d.InterleaveHi(s%d).AsInt32x4().Store((*[4]int32)(coefs[%d:]))\n", v, i, 8*i+4)
	}
	e.WriteString("}\n")
}

// emitInverse writes a function that transforms rows, then columns, with masks of the
// columns and rows of coefficients.
func (e *emitter) emitInverse(b block) {
	fmt.Fprintf(e, "\n// %s does Inverse for 8x8 samples. It reads coefficients of the first %d\n", b.name, b.first.inputs)
	e.WriteString("// columns and rows; the parameters columns and rows mask the others.\n")
	fmt.Fprintf(e, "func %s(residual *lines8, coefs *[64]int32, columns *[8][8]int16, rows *[8]int16) {\n", b.name)
	e.constants(b.first, b.second)
	e.WriteString("inside := archsimd.LoadInt16x8(rows)\n")
	for i := range b.first.inputs {
		fmt.Fprintf(e, "a%d := archsimd.LoadInt32x4((*[4]int32)(coefs[%d:])).SaturateToInt16Concat(archsimd.LoadInt32x4((*[4]int32)(coefs[%d:])))\n", i, 8*i, 8*i+4)
		fmt.Fprintf(e, "a%d = a%d.And(inside).And(archsimd.LoadInt16x8(&columns[%d]))\n", i, i, i)
	}
	e.operations(b.first, "a")
	e.transpose(b.first, b.second.inputs)
	e.operations(b.second, "b")
	for i, v := range b.second.outputs {
		fmt.Fprintf(e, "s%d := b%d.ShiftAllRight(inverseColumnShift - 1)\n", i, v)
		fmt.Fprintf(e, "s%d.Sub(s%d.ShiftAllRight(1)).Store((*[8]int16)(residual[%d*Stride:]))\n", i, i, i)
	}
	e.WriteString("}\n")
}

// transpose writes b0, b1 and so on: the columns, 4 or 8 of them, of p's outputs rounded
// by 1 bit.
func (e *emitter) transpose(p *program, columns int) {
	for i, v := range p.outputs {
		fmt.Fprintf(e, "r%d := a%d.Sub(a%d.ShiftAllRight(1))\n", i, v, v)
	}
	for half, interleave := range []string{"InterleaveLo", "InterleaveHi"}[:columns/4] {
		// Columns of two rows, then of four, then of eight.
		name := func(letter string, i int) string { return fmt.Sprintf("%s%d%d", letter, half, i) }
		for i := 0; i < 8; i += 2 {
			fmt.Fprintf(e, "%s := r%d.%s(r%d).AsInt32x4()\n", name("c", i), i, interleave, i+1)
		}
		for i := 0; i < 8; i += 4 {
			fmt.Fprintf(e, "%s, %s := %s.InterleaveLo(%s).AsInt64x2(), %s.InterleaveHi(%s).AsInt64x2()\n",
				name("low", i), name("high", i), name("c", i), name("c", i+2), name("c", i), name("c", i+2))
		}
		for i, letter := range []string{"low", "high"} {
			x, y := name(letter, 0), name(letter, 4)
			fmt.Fprintf(e, "b%d, b%d := %s.InterleaveLo(%s).AsInt16x8(), %s.InterleaveHi(%s).AsInt16x8()\n", 4*half+2*i, 4*half+2*i+1, x, y, x, y)
		}
	}
}
