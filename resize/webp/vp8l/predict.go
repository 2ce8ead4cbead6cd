package vp8l

// opaqueBlack is the prediction of the first pixel.
const opaqueBlack = 0xff000000

// modes is the number of predictors (RFC 9649 section 3.5.1). Modes 14 and 15, which the
// RFC does not define, work as 0, as in all decoders.
const modes = 14

// predict undoes the predictor transform of row y. The row above must be the
// previous out.
func (t *transform) predict(out, row []uint32, y int) {
	if y == 0 {
		last := uint32(opaqueBlack)
		for x, v := range row {
			last = add(last, v)
			out[x] = last
		}
		return
	}
	above := t.rows[y&1^1][:len(out)+1]
	out[0] = add(above[0], row[0])
	// The pixel to the right of the last one above is the first of this row.
	above[len(out)] = out[0]
	tiles := t.tiles[y>>t.bits*t.across:]
	for x0 := 1; x0 < len(row); {
		mode := tiles[x0>>t.bits] >> 8 & 15
		x1 := min(len(row), (x0>>t.bits+1)<<t.bits)
		for x1 < len(row) && tiles[x1>>t.bits]>>8&15 == mode {
			x1 = min(len(row), x1+1<<t.bits)
		}
		done := unpredictVectors(mode, out, row, above, x0, x1)
		unpredictScalar(mode, out, row, above, x0+done, x1)
		x0 = x1
	}
}

// unpredictScalar adds the prediction of a mode to row from x0 > 0 to x1. above
// must have a pixel to the right of the last.
func unpredictScalar(mode uint32, out, row, above []uint32, x0, x1 int) {
	n := x1 - x0
	left := out[x0-1]
	out, row = out[x0:x1], row[x0:x1][:n]
	corner, right := above[x0-1:][:n], above[x0+1:][:n]
	above = above[x0:][:n]
	out = out[:n]
	switch mode {
	case 1:
		for i, v := range row {
			left = add(left, v)
			out[i] = left
		}
	case 2:
		for i, v := range row {
			out[i] = add(v, above[i])
		}
	case 3:
		for i, v := range row {
			out[i] = add(v, right[i])
		}
	case 4:
		for i, v := range row {
			out[i] = add(v, corner[i])
		}
	case 5:
		for i, v := range row {
			left = add(v, average(average(left, right[i]), above[i]))
			out[i] = left
		}
	case 6:
		for i, v := range row {
			left = add(v, average(left, corner[i]))
			out[i] = left
		}
	case 7:
		for i, v := range row {
			left = add(v, average(left, above[i]))
			out[i] = left
		}
	case 8:
		for i, v := range row {
			out[i] = add(v, average(corner[i], above[i]))
		}
	case 9:
		for i, v := range row {
			out[i] = add(v, average(above[i], right[i]))
		}
	case 10:
		for i, v := range row {
			left = add(v, average(average(left, corner[i]), average(above[i], right[i])))
			out[i] = left
		}
	case 11:
		for i, v := range row {
			left = add(v, selected(left, above[i], corner[i]))
			out[i] = left
		}
	case 12:
		for i, v := range row {
			left = add(v, clampedSum(left, above[i], corner[i]))
			out[i] = left
		}
	case 13:
		for i, v := range row {
			left = add(v, clampedHalf(average(left, above[i]), corner[i]))
			out[i] = left
		}
	default:
		for i, v := range row {
			out[i] = add(v, opaqueBlack)
		}
	}
}

// add adds samples, each separately.
func add(a, b uint32) uint32 {
	return (a&0xff00ff00+b&0xff00ff00)&0xff00ff00 | (a&0x00ff00ff+b&0x00ff00ff)&0x00ff00ff
}

// sub subtracts samples, each separately.
func sub(a, b uint32) uint32 {
	// A bit above each sample keeps its borrow from the next sample.
	return (a|0x00ff00ff-b&0xff00ff00)&0xff00ff00 | (a|0xff00ff00-b&0x00ff00ff)&0x00ff00ff
}

// average computes Average2 of each sample.
func average(a, b uint32) uint32 { return (a^b)&0xfefefefe>>1 + a&b }

// selected computes Select.
func selected(left, top, corner uint32) uint32 {
	// The estimate differs from left as much as top from the corner, and from top
	// as much as left from the corner.
	if distanceOf(top, corner) < distanceOf(left, corner) {
		return left
	}
	return top
}

// distanceOf returns the sum of the samples' absolute differences.
func distanceOf(a, b uint32) int32 {
	return abs(int32(a>>24)-int32(b>>24)) + abs(int32(a>>16&0xff)-int32(b>>16&0xff)) +
		abs(int32(a>>8&0xff)-int32(b>>8&0xff)) + abs(int32(a&0xff)-int32(b&0xff))
}

func abs(v int32) int32 {
	sign := v >> 31
	return (v ^ sign) - sign
}

// clampedSum computes ClampAddSubtractFull of each sample.
func clampedSum(left, top, corner uint32) uint32 {
	return clamp(int32(left>>24)+int32(top>>24)-int32(corner>>24))<<24 |
		clamp(int32(left>>16&0xff)+int32(top>>16&0xff)-int32(corner>>16&0xff))<<16 |
		clamp(int32(left>>8&0xff)+int32(top>>8&0xff)-int32(corner>>8&0xff))<<8 |
		clamp(int32(left&0xff)+int32(top&0xff)-int32(corner&0xff))
}

// clampedHalf computes ClampAddSubtractHalf of each sample.
func clampedHalf(mean, corner uint32) uint32 {
	return clamp(half(int32(mean>>24), int32(corner>>24)))<<24 |
		clamp(half(int32(mean>>16&0xff), int32(corner>>16&0xff)))<<16 |
		clamp(half(int32(mean>>8&0xff), int32(corner>>8&0xff)))<<8 |
		clamp(half(int32(mean&0xff), int32(corner&0xff)))
}

// half adds half of mean's difference from corner to mean; the division is
// towards zero.
func half(mean, corner int32) int32 { return mean + (mean-corner)/2 }

func clamp(v int32) uint32 { return uint32(max(0, min(255, v))) }
