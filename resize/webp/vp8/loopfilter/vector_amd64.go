//go:build goexperiment.simd && amd64

package loopfilter

import "simd/archsimd"

// Edges are filtered with AVX2, 16 samples at a time, with the same results. The
// samples across an edge are lines of bytes. For edges between columns, lines are
// transposed before and after.

// hasVectors reports whether the processor has AVX2.
func hasVectors() bool { return archsimd.X86.AVX2() }

type (
	bytes  = archsimd.Uint8x16
	signs  = archsimd.Int8x16 // bytes minus 128, and what is added to them
	choice = archsimd.Int8x16 // all bits of each chosen byte are set
)

// limits holds a Strength in all lanes.
type limits struct {
	edge, interior, variance bytes
}

// limitsOf returns the limits of s for edges of limit edge.
func limitsOf(edge uint8, s *Strength) limits {
	return limits{archsimd.BroadcastUint8x16(edge), archsimd.BroadcastUint8x16(s.Interior), archsimd.BroadcastUint8x16(s.Variance)}
}

// difference returns the absolute differences.
func difference(a, b bytes) bytes { return a.SubSaturated(b).Or(b.SubSaturated(a)) }

// isZero chooses the bytes that are 0.
func isZero(a bytes) choice { return a.Equal(archsimd.BroadcastUint8x16(0)).ToInt8x16() }

// edgeOver returns by how much the sides of an edge differ beyond limit.
func edgeOver(p1, p0, q0, q1, limit bytes) bytes {
	d0, d1 := difference(p0, q0), difference(p1, q1)
	// Half of d1: the average of d1 minus one and 0 is rounded up.
	half := d1.SubSaturated(archsimd.BroadcastUint8x16(1)).Average(archsimd.BroadcastUint8x16(0))
	return d0.AddSaturated(d0).AddSaturated(half).SubSaturated(limit)
}

// toSigned returns bytes minus 128.
func toSigned(a bytes) signs { return a.Xor(archsimd.BroadcastUint8x16(128)).AsInt8x16() }

// fromSigned does the reverse of toSigned.
func fromSigned(a signs) bytes { return a.AsUint8x16().Xor(archsimd.BroadcastUint8x16(128)) }

// eighth returns a >> 3, plus 16.
func eighth(a signs) bytes {
	return fromSigned(a).AsInt16x8().ShiftAllRight(3).AsUint8x16().And(archsimd.BroadcastUint8x16(31))
}

// less16 returns a minus 16.
func less16(a bytes) signs { return a.Sub(archsimd.BroadcastUint8x16(16)).AsInt8x16() }

// times3 returns a plus three times b.
func times3(a, b signs) signs { return a.AddSaturated(b).AddSaturated(b).AddSaturated(b) }

// load reads a line.
func load(pix []uint8, at int) bytes { return archsimd.LoadUint8x16((*[16]uint8)(pix[at:])) }

// store writes a line.
func store(pix []uint8, at int, v bytes) { v.Store((*[16]uint8)(pix[at:])) }

// outerLines computes Strength.outer across lines that are across apart.
func (l *limits) outerLines(pix []uint8, at, across int) {
	p3, p2, p1, p0 := load(pix, at-4*across), load(pix, at-3*across), load(pix, at-2*across), load(pix, at-across)
	q0, q1, q2, q3 := load(pix, at), load(pix, at+across), load(pix, at+2*across), load(pix, at+3*across)
	dp, dq := difference(p1, p0), difference(q1, q0)
	beside := dp.Max(dq)
	inside := difference(p3, p2).Max(difference(p2, p1)).Max(difference(q3, q2).Max(difference(q2, q1))).Max(beside)
	smooth := isZero(inside.SubSaturated(l.interior).Or(edgeOver(p1, p0, q0, q1, l.edge)))
	flat := isZero(beside.SubSaturated(l.variance))

	sp1, sp0, sq0, sq1 := toSigned(p1), toSigned(p0), toSigned(q0), toSigned(q1)
	w := times3(sp1.SubSaturated(sq1), sq0.SubSaturated(sp0)).And(smooth)
	// If samples vary, the change is adjust's.
	steep := w.AndNot(flat)
	sq0 = sq0.SubSaturated(less16(eighth(steep.AddSaturated(archsimd.BroadcastInt8x16(4)))))
	sp0 = sp0.AddSaturated(less16(eighth(steep.AddSaturated(archsimd.BroadcastInt8x16(3)))))
	// Elsewhere it is 27, 18 and 9 128ths.
	nine := w.And(flat).ExtendToInt16().Mul(archsimd.BroadcastInt16x16(9))
	round := archsimd.BroadcastInt16x16(63)
	a2 := nine.Add(round)
	a1 := a2.Add(nine)
	a0 := a1.Add(nine)
	first, second := narrow(a0.ShiftAllRight(7), a1.ShiftAllRight(7))
	third, _ := narrow(a2.ShiftAllRight(7), a2)
	sp0, sq0 = sp0.AddSaturated(first), sq0.SubSaturated(first)
	sp1, sq1 = sp1.AddSaturated(second), sq1.SubSaturated(second)
	sp2, sq2 := toSigned(p2).AddSaturated(third), toSigned(q2).SubSaturated(third)
	store(pix, at-3*across, fromSigned(sp2))
	store(pix, at-2*across, fromSigned(sp1))
	store(pix, at-across, fromSigned(sp0))
	store(pix, at, fromSigned(sq0))
	store(pix, at+across, fromSigned(sq1))
	store(pix, at+2*across, fromSigned(sq2))
}

// evenOdd is the byte order that gathers the even bytes of eight numbers, then
// the odd ones.
var evenOdd = [32]int8{
	0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,
	0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,
}

// narrow returns numbers that fit bytes as bytes.
func narrow(a, b archsimd.Int16x16) (signs, signs) {
	low := archsimd.BroadcastInt16x16(255)
	both := a.And(low).Or(b.ShiftAllLeft(8)).AsUint8x32().PermuteOrZeroGrouped(archsimd.LoadInt8x32(&evenOdd)).AsUint64x4()
	lo, hi := both.GetLo(), both.GetHi()
	return lo.InterleaveLo(hi).AsInt8x16(), lo.InterleaveHi(hi).AsInt8x16()
}

// innerLines computes Strength.inner across lines that are across apart.
func (l *limits) innerLines(pix []uint8, at, across int) {
	p3, p2, p1, p0 := load(pix, at-4*across), load(pix, at-3*across), load(pix, at-2*across), load(pix, at-across)
	q0, q1, q2, q3 := load(pix, at), load(pix, at+across), load(pix, at+2*across), load(pix, at+3*across)
	dp, dq := difference(p1, p0), difference(q1, q0)
	beside := dp.Max(dq)
	inside := difference(p3, p2).Max(difference(p2, p1)).Max(difference(q3, q2).Max(difference(q2, q1))).Max(beside)
	smooth := isZero(inside.SubSaturated(l.interior).Or(edgeOver(p1, p0, q0, q1, l.edge)))
	flat := isZero(beside.SubSaturated(l.variance))

	sp1, sp0, sq0, sq1 := toSigned(p1), toSigned(p0), toSigned(q0), toSigned(q1)
	w := times3(sp1.SubSaturated(sq1).AndNot(flat), sq0.SubSaturated(sp0)).And(smooth)
	a := eighth(w.AddSaturated(archsimd.BroadcastInt8x16(4)))
	sq0 = sq0.SubSaturated(less16(a))
	sp0 = sp0.AddSaturated(less16(eighth(w.AddSaturated(archsimd.BroadcastInt8x16(3)))))
	// (a + 1) >> 1, where a is 16 too large.
	half := a.Average(archsimd.BroadcastUint8x16(0)).Sub(archsimd.BroadcastUint8x16(8)).AsInt8x16().And(flat)
	sp1, sq1 = sp1.AddSaturated(half), sq1.SubSaturated(half)
	store(pix, at-2*across, fromSigned(sp1))
	store(pix, at-across, fromSigned(sp0))
	store(pix, at, fromSigned(sq0))
	store(pix, at+across, fromSigned(sq1))
}

// simpleLines computes simple across lines that are across apart.
func simpleLines(pix []uint8, at, across int, limit uint8) {
	p1, p0 := load(pix, at-2*across), load(pix, at-across)
	q0, q1 := load(pix, at), load(pix, at+across)
	smooth := isZero(edgeOver(p1, p0, q0, q1, archsimd.BroadcastUint8x16(limit)))
	sp0, sq0 := toSigned(p0), toSigned(q0)
	w := times3(toSigned(p1).SubSaturated(toSigned(q1)), sq0.SubSaturated(sp0)).And(smooth)
	sq0 = sq0.SubSaturated(less16(eighth(w.AddSaturated(archsimd.BroadcastInt8x16(4)))))
	sp0 = sp0.AddSaturated(less16(eighth(w.AddSaturated(archsimd.BroadcastInt8x16(3)))))
	store(pix, at-across, fromSigned(sp0))
	store(pix, at, fromSigned(sq0))
}
