//go:build goexperiment.simd && amd64

package deblock

import (
	"encoding/binary"
	"simd/archsimd"
)

func put8(dst []uint8, v uint64) { binary.LittleEndian.PutUint64(dst, v) }

// apart returns the distances of elements.
func apart(a, b archsimd.Int16x16) archsimd.Int16x16 { return a.Sub(b).Abs() }

// filter filters the lines and returns how many on each side it may have changed. most is
// the longest of e's taps.
func (e *edge) filter(most taps) int {
	p1, p0, q0, q1 := e.load(before-1), e.load(before), e.load(behind), e.load(behind+1)
	taps := archsimd.LoadUint64x4(&e.taps).AsInt16x16()
	limit := archsimd.LoadInt16x16(&e.limit)
	step := apart(p1, p0).Max(apart(q1, q0))
	across := apart(p0, q0).ShiftAllLeft(1).Add(apart(p1, q1).ShiftAllRight(1))
	off := step.Greater(limit).ToInt16x16().Or(across.Greater(archsimd.LoadInt16x16(&e.blimit)).ToInt16x16())
	on := taps.Greater(step.Sub(step)).ToInt16x16().AndNot(off)
	if on.IsZero() {
		return 0
	}
	if most == four {
		e.narrow(on, step)
		return 2
	}
	p2, q2 := e.load(before-2), e.load(behind+2)
	further := apart(p2, p1).Max(apart(q2, q1))
	bumps := step.Max(apart(p2, p0).Max(apart(q2, q0)))
	if most > six {
		p3, q3 := e.load(before-3), e.load(behind+3)
		further = further.Max(apart(p3, p2).Max(apart(q3, q2)))
		bumps = bumps.Max(apart(p3, p0).Max(apart(q3, q0)))
	}
	wide := taps.Greater(archsimd.BroadcastInt16x16(int16(four))).ToInt16x16()
	on = on.AndNot(wide.And(further.Greater(limit).ToInt16x16()))
	isFlat := on.And(wide).AndNot(bumps.Greater(archsimd.BroadcastInt16x16(flat)).ToInt16x16())
	changed := 0
	if rest := on.AndNot(isFlat); !rest.IsZero() {
		e.narrow(rest, step)
		changed = 2
	}
	if isFlat.IsZero() {
		return changed
	}
	if most == six {
		e.smooth6(isFlat)
		return 2
	}
	if most == longer {
		isLonger := taps.Equal(archsimd.BroadcastInt16x16(int16(longer))).ToInt16x16().And(isFlat)
		if flatter := isLonger.AndNot(e.bumpsFurther()); !flatter.IsZero() {
			e.smooth14(flatter)
			changed = 6
			isFlat = isFlat.AndNot(flatter)
			if isFlat.IsZero() {
				return changed
			}
		}
	}
	e.smooth8(isFlat)
	return max(changed, 3)
}

// narrow does the narrow filter where on is set. step is the larger difference next to
// the edge.
func (e *edge) narrow(on, step archsimd.Int16x16) {
	p1, p0, q0, q1 := e.load(before-1), e.load(before), e.load(behind), e.load(behind+1)
	least, most := archsimd.BroadcastInt16x16(-128), archsimd.BroadcastInt16x16(127)
	hev := step.Greater(archsimd.LoadInt16x16(&e.thresh)).ToInt16x16()
	f := p1.Sub(q1).Max(least).Min(most).And(hev)
	d := q0.Sub(p0)
	f = f.Add(d).Add(d).Add(d).Max(least).Min(most)
	f1 := f.Add(archsimd.BroadcastInt16x16(4)).Min(most).ShiftAllRight(3).And(on)
	f2 := f.Add(archsimd.BroadcastInt16x16(3)).Min(most).ShiftAllRight(3).And(on)
	e.storeClamped(before, p0.Add(f2))
	e.storeClamped(behind, q0.Sub(f1))
	f = f1.Add(archsimd.BroadcastInt16x16(1)).ShiftAllRight(1).AndNot(hev)
	e.storeClamped(before-1, p1.Add(f))
	e.storeClamped(behind+1, q1.Sub(f))
}

// storeClamped stores v to a line, clamped to 0 … 255.
func (e *edge) storeClamped(line int, v archsimd.Int16x16) {
	most := archsimd.BroadcastInt16x16(255)
	v.Max(most.Sub(most)).Min(most).Store(&e.lines[line])
}

// storeWhere stores v to a line where on is set.
func (e *edge) storeWhere(on archsimd.Int16x16, line int, v archsimd.Int16x16) {
	to := &e.lines[line]
	v.And(on).Or(archsimd.LoadInt16x16(to).AndNot(on)).Store(to)
}

// smooth6 does chroma's wide filter where on is set.
func (e *edge) smooth6(on archsimd.Int16x16) {
	p2, p1, p0 := e.load(before-2), e.load(before-1), e.load(before)
	q0, q1, q2 := e.load(behind), e.load(behind+1), e.load(behind+2)
	four := archsimd.BroadcastInt16x16(4)
	inner := p0.Add(q0)
	all := p1.Add(inner).ShiftAllLeft(1)
	e.storeWhere(on, before-1, all.Sub(q0).Add(p2.ShiftAllLeft(1)).Add(p2).Add(four).ShiftAllRight(3))
	e.storeWhere(on, before, all.Add(p2).Add(q1).Add(four).ShiftAllRight(3))
	all = inner.Add(q1).ShiftAllLeft(1)
	e.storeWhere(on, behind, all.Add(p1).Add(q2).Add(four).ShiftAllRight(3))
	e.storeWhere(on, behind+1, all.Sub(p0).Add(q2.ShiftAllLeft(1)).Add(q2).Add(four).ShiftAllRight(3))
}

// smooth8 does luma's wide filter of log2Size 3 where on is set.
func (e *edge) smooth8(on archsimd.Int16x16) {
	p3, p2, p1, p0 := e.load(before-3), e.load(before-2), e.load(before-1), e.load(before)
	q0, q1, q2, q3 := e.load(behind), e.load(behind+1), e.load(behind+2), e.load(behind+3)
	sum := p3.ShiftAllLeft(1).Add(p3).Add(p2.ShiftAllLeft(1)).Add(p1).Add(p0.Add(q0)).Add(archsimd.BroadcastInt16x16(4))
	e.storeWhere(on, before-2, sum.ShiftAllRight(3))
	sum = sum.Add(p1.Add(q1)).Sub(p3.Add(p2))
	e.storeWhere(on, before-1, sum.ShiftAllRight(3))
	sum = sum.Add(p0.Add(q2)).Sub(p3.Add(p1))
	e.storeWhere(on, before, sum.ShiftAllRight(3))
	sum = sum.Add(q0.Add(q3)).Sub(p3.Add(p0))
	e.storeWhere(on, behind, sum.ShiftAllRight(3))
	sum = sum.Add(q1.Add(q3)).Sub(p2.Add(q0))
	e.storeWhere(on, behind+1, sum.ShiftAllRight(3))
	sum = sum.Add(q2.Add(q3)).Sub(p1.Add(q1))
	e.storeWhere(on, behind+2, sum.ShiftAllRight(3))
}

// bumpsFurther returns a mask of the samples whose flatMask2 is not set.
func (e *edge) bumpsFurther() archsimd.Int16x16 {
	p0, q0 := e.load(before), e.load(behind)
	p := apart(e.load(before-4), p0).Max(apart(e.load(before-5), p0)).Max(apart(e.load(before-6), p0))
	q := apart(e.load(behind+4), q0).Max(apart(e.load(behind+5), q0)).Max(apart(e.load(behind+6), q0))
	return p.Max(q).Greater(archsimd.BroadcastInt16x16(flat)).ToInt16x16()
}

// smooth14 does the wide filter of log2Size 4 where on is set: 13 samples count, with the
// outermost repeated, and the inner three twice.
func (e *edge) smooth14(on archsimd.Int16x16) {
	p6, p5, p4, p3, p2, p1, p0 := e.load(before-6), e.load(before-5), e.load(before-4), e.load(before-3), e.load(before-2), e.load(before-1), e.load(before)
	q0, q1, q2, q3, q4, q5, q6 := e.load(behind), e.load(behind+1), e.load(behind+2), e.load(behind+3), e.load(behind+4), e.load(behind+5), e.load(behind+6)
	sum := p6.ShiftAllLeft(2).Add(p6.ShiftAllLeft(1)).Add(p5.Add(p4)).Add(p3.Add(p2)).Add(p1.Add(p0)).Add(q0).Add(archsimd.BroadcastInt16x16(8))
	e.storeWhere(on, before-5, sum.Add(p6.Add(p5)).Add(p4).ShiftAllRight(4))
	sum = sum.Add(q1.Sub(p6))
	e.storeWhere(on, before-4, sum.Add(p5.Add(p4)).Add(p3).ShiftAllRight(4))
	sum = sum.Add(q2.Sub(p6))
	e.storeWhere(on, before-3, sum.Add(p4.Add(p3)).Add(p2).ShiftAllRight(4))
	sum = sum.Add(q3.Sub(p6))
	e.storeWhere(on, before-2, sum.Add(p3.Add(p2)).Add(p1).ShiftAllRight(4))
	sum = sum.Add(q4.Sub(p6))
	e.storeWhere(on, before-1, sum.Add(p2.Add(p1)).Add(p0).ShiftAllRight(4))
	sum = sum.Add(q5.Sub(p6))
	e.storeWhere(on, before, sum.Add(p1.Add(p0)).Add(q0).ShiftAllRight(4))
	sum = sum.Add(q6.Sub(p6))
	e.storeWhere(on, behind, sum.Add(p0.Add(q0)).Add(q1).ShiftAllRight(4))
	sum = sum.Add(q6.Sub(p5))
	e.storeWhere(on, behind+1, sum.Add(q0.Add(q1)).Add(q2).ShiftAllRight(4))
	sum = sum.Add(q6.Sub(p4))
	e.storeWhere(on, behind+2, sum.Add(q1.Add(q2)).Add(q3).ShiftAllRight(4))
	sum = sum.Add(q6.Sub(p3))
	e.storeWhere(on, behind+3, sum.Add(q2.Add(q3)).Add(q4).ShiftAllRight(4))
	sum = sum.Add(q6.Sub(p2))
	e.storeWhere(on, behind+4, sum.Add(q3.Add(q4)).Add(q5).ShiftAllRight(4))
	sum = sum.Add(q6.Sub(p1))
	e.storeWhere(on, behind+5, sum.Add(q4.Add(q5)).Add(q6).ShiftAllRight(4))
}
