package deblock

// limits say which edges are filtered (section 7.14.4, Adaptive filter strength process).
type limits struct {
	limit, blimit, thresh int32
}

// limitsOf returns the limits at a level and a sharpness.
func limitsOf(level, sharpness int) limits {
	shift := 0
	switch {
	case sharpness > 4:
		shift = 2
	case sharpness > 0:
		shift = 1
	}
	limit := max(1, level>>shift)
	if sharpness > 0 {
		limit = max(1, min(9-sharpness, level>>shift))
	}
	return limits{int32(limit), int32(2*(level+2) + limit), int32(level >> 4)}
}

// flat is the most that flat samples differ from those at the edge.
const flat = 1

// filter filters one line of samples across an edge (section 7.14.6, Sample filtering
// process). pix[at] is the first sample after the edge; samples are step apart.
func (l *limits) filter(pix []uint8, at, step int, t taps) {
	p1, p0 := int32(pix[at-2*step]), int32(pix[at-step])
	q0, q1 := int32(pix[at]), int32(pix[at+step])
	if distance(p1, p0) > l.limit || distance(q1, q0) > l.limit || distance(p0, q0)*2+distance(p1, q1)/2 > l.blimit {
		return
	}
	if t == four {
		l.narrow(pix, at, step)
		return
	}
	p2, q2 := int32(pix[at-3*step]), int32(pix[at+2*step])
	if distance(p2, p1) > l.limit || distance(q2, q1) > l.limit {
		return
	}
	isFlat := max(distance(p1, p0), distance(q1, q0), distance(p2, p0), distance(q2, q0)) <= flat
	if t == six {
		if !isFlat {
			l.narrow(pix, at, step)
			return
		}
		pix[at-2*step] = uint8((3*p2 + 2*p1 + 2*p0 + q0 + 4) >> 3)
		pix[at-step] = uint8((p2 + 2*p1 + 2*p0 + 2*q0 + q1 + 4) >> 3)
		pix[at] = uint8((p1 + 2*p0 + 2*q0 + 2*q1 + q2 + 4) >> 3)
		pix[at+step] = uint8((p0 + 2*q0 + 2*q1 + 3*q2 + 4) >> 3)
		return
	}
	p3, q3 := int32(pix[at-4*step]), int32(pix[at+3*step])
	if distance(p3, p2) > l.limit || distance(q3, q2) > l.limit {
		return
	}
	if !isFlat || max(distance(p3, p0), distance(q3, q0)) > flat {
		l.narrow(pix, at, step)
		return
	}
	if t == longer && isFlatFurther(pix, at, step) {
		filterLonger(pix, at, step)
		return
	}
	sum := 3*p3 + 2*p2 + p1 + p0 + q0 + 4
	pix[at-3*step] = uint8(sum >> 3)
	sum += p1 + q1 - p3 - p2
	pix[at-2*step] = uint8(sum >> 3)
	sum += p0 + q2 - p3 - p1
	pix[at-step] = uint8(sum >> 3)
	sum += q0 + q3 - p3 - p0
	pix[at] = uint8(sum >> 3)
	sum += q1 + q3 - p2 - q0
	pix[at+step] = uint8(sum >> 3)
	sum += q2 + q3 - p1 - q1
	pix[at+2*step] = uint8(sum >> 3)
}

func distance(a, b int32) int32 { return max(a-b, b-a) }

// isFlatFurther reports whether flatMask2 is set.
func isFlatFurther(pix []uint8, at, step int) bool {
	p0, q0 := int32(pix[at-step]), int32(pix[at])
	for i := 4; i <= 6; i++ {
		if distance(int32(pix[at-(i+1)*step]), p0) > flat || distance(int32(pix[at+i*step]), q0) > flat {
			return false
		}
	}
	return true
}

// filterLonger does the wide filter process of log2Size 4: 13 samples count, the inner
// three of them twice.
func filterLonger(pix []uint8, at, step int) {
	var x [26]int32 // the samples, the outermost ones repeated
	for i := range x {
		x[i] = int32(pix[at+min(max(i-13, -7), 6)*step])
	}
	sum := int32(8)
	for _, s := range x[1:14] {
		sum += s
	}
	for i := 7; i < 19; i++ {
		pix[at+(i-13)*step] = uint8((sum + x[i-1] + x[i] + x[i+1]) >> 4)
		sum += x[i+7] - x[i-6]
	}
}

// narrow does the narrow filter process (section 7.14.6.3).
func (l *limits) narrow(pix []uint8, at, step int) {
	ps1, ps0 := int32(pix[at-2*step])-128, int32(pix[at-step])-128
	qs0, qs1 := int32(pix[at])-128, int32(pix[at+step])-128
	hev := distance(ps1, ps0) > l.thresh || distance(qs1, qs0) > l.thresh
	f := int32(0)
	if hev {
		f = clamp8(ps1 - qs1)
	}
	f = clamp8(f + 3*(qs0-ps0))
	f1, f2 := clamp8(f+4)>>3, clamp8(f+3)>>3
	pix[at] = uint8(clamp8(qs0-f1) + 128)
	pix[at-step] = uint8(clamp8(ps0+f2) + 128)
	if !hev {
		f = (f1 + 1) >> 1
		pix[at+step] = uint8(clamp8(qs1-f) + 128)
		pix[at-2*step] = uint8(clamp8(ps1+f) + 128)
	}
}

// clamp8 does filter4_clamp.
func clamp8(x int32) int32 { return min(max(x, -128), 127) }
