//go:build goexperiment.simd && amd64

package vp8l

import "simd/archsimd"

// residualsVectors sets out to the residuals of the first pixels, and returns how
// many it has done.
func residualsVectors(mode int, out, pix, left, top, corner, right []uint32) int {
	if !hasVectors() {
		return 0
	}
	i, n := 0, len(out)
	switch mode {
	case 0:
		black := archsimd.BroadcastUint32x8(opaqueBlack).AsUint8x32()
		for ; i+8 <= n; i += 8 {
			store(out, i, load(pix, i).Sub(black))
		}
	case 1, 2, 3, 4:
		other := [...][]uint32{left, top, right, corner}[mode-1]
		for ; i+8 <= n; i += 8 {
			store(out, i, load(pix, i).Sub(load(other, i)))
		}
	case 5:
		for ; i+8 <= n; i += 8 {
			store(out, i, load(pix, i).Sub(mean8(mean8(load(left, i), load(right, i)), load(top, i))))
		}
	case 6:
		i = residualsOfMean(out, pix, left, corner)
	case 7:
		i = residualsOfMean(out, pix, left, top)
	case 8:
		i = residualsOfMean(out, pix, corner, top)
	case 9:
		i = residualsOfMean(out, pix, top, right)
	case 10:
		for ; i+8 <= n; i += 8 {
			far, near := mean8(load(left, i), load(corner, i)), mean8(load(top, i), load(right, i))
			store(out, i, load(pix, i).Sub(mean8(far, near)))
		}
	case 11:
		ones8, ones16 := archsimd.BroadcastInt8x32(1), archsimd.BroadcastInt16x16(1)
		for ; i+8 <= n; i += 8 {
			l, t, c := load(left, i), load(top, i), load(corner, i)
			toTop := t.Max(c).Sub(t.Min(c)).DotProductPairsSaturated(ones8).DotProductPairs(ones16)
			toLeft := l.Max(c).Sub(l.Min(c)).DotProductPairsSaturated(ones8).DotProductPairs(ones16)
			nearest := l.AsInt32x8().Merge(t.AsInt32x8(), toLeft.Greater(toTop))
			store(out, i, load(pix, i).Sub(nearest.AsUint8x32()))
		}
	case 12:
		for ; i+8 <= n; i += 8 {
			t, c := load(top, i), load(corner, i)
			sum := load(left, i).AddSaturated(t.SubSaturated(c)).SubSaturated(c.SubSaturated(t))
			store(out, i, load(pix, i).Sub(sum))
		}
	case 13:
		for ; i+8 <= n; i += 8 {
			m, c := mean8(load(left, i), load(top, i)), load(corner, i)
			sum := m.AddSaturated(halves8(m.SubSaturated(c))).SubSaturated(halves8(c.SubSaturated(m)))
			store(out, i, load(pix, i).Sub(sum))
		}
	}
	archsimd.ClearAVXUpperBits()
	return i
}

// residualsOfMean does what residualsVectors does for a mode that is the mean of
// two neighbours.
func residualsOfMean(out, pix, a, b []uint32) int {
	i := 0
	for ; i+8 <= len(out); i += 8 {
		store(out, i, load(pix, i).Sub(mean8(load(a, i), load(b, i))))
	}
	return i
}

// halves8 computes halves for 8 pixels.
func halves8(v archsimd.Uint8x32) archsimd.Uint8x32 {
	return v.AsUint16x16().ShiftAllRight(1).AsUint8x32().And(archsimd.BroadcastUint8x32(0x7f))
}

// fromBytesVectors does what fromBytes does for the first pixels, as long as all
// are opaque, and returns how many it has done.
func fromBytesVectors(row []uint32, src []byte) int {
	if !hasVectors() {
		return 0
	}
	order := archsimd.LoadInt8x32(&redFirst)
	black := archsimd.BroadcastUint32x8(opaqueBlack).AsUint8x32()
	x := 0
	for ; x+8 <= len(row); x += 8 {
		v := archsimd.LoadUint8x32((*[32]byte)(src[4*x : 4*x+32 : 4*x+32]))
		if !black.AndNot(v).IsZero() {
			break
		}
		store(row, x, v.PermuteOrZeroGrouped(order))
	}
	archsimd.ClearAVXUpperBits()
	return x
}
