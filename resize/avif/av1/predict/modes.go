package predict

import "math/bits"

// Mode is an intra prediction mode, numbered as in the specification (section 6.10.16, y
// mode).
type Mode uint8

// The modes. From V to D67 they are directional.
const (
	DC Mode = iota
	V
	H
	D45
	D135
	D113
	D157
	D203
	D67
	Smooth
	SmoothV
	SmoothH
	Paeth
)

// Directional reports whether m has an angle, which a delta may change.
func (m Mode) Directional() bool { return m >= V && m <= D67 }

// angleStep is ANGLE_STEP.
const angleStep = 3

// angles is Mode_To_Angle.
var angles = [...]int{V: 90, H: 180, D45: 45, D135: 135, D113: 113, D157: 157, D203: 203, D67: 67}

// Angle returns the angle in degrees, 36 … 212, of a directional mode with a delta of -3
// … 3: 90 is from above, 180 from the left.
func (m Mode) Angle(delta int) int { return angles[m] + delta*angleStep }

// Predict sets dst, width*height samples, to the prediction of a mode (section 7.11.2).
// delta, -3 … 3, changes the angle of directional modes.
func (e *Edges) Predict(dst []uint16, mode Mode, delta, width, height int) {
	dst = dst[:width*height]
	if !e.vectorPredict(dst, mode, delta, width, height) {
		e.predict(dst, mode, delta, width, height)
	}
}

// predict does Predict without vectors.
func (e *Edges) predict(dst []uint16, mode Mode, delta, width, height int) {
	switch {
	case mode.Directional():
		e.directional(dst, mode.Angle(delta), width, height)
	case mode == DC:
		fill(dst, e.Average(width, height))
	case mode == Paeth:
		e.paeth(dst, width)
	default:
		e.smooth(dst, mode, width, height)
	}
}

// Average returns the sample that mode DC predicts for the whole block (section 7.11.2.5,
// DC intra prediction process).
func (e *Edges) Average(width, height int) uint16 {
	sum, n := uint(0), 0
	if e.HaveAbove {
		for _, s := range e.Above[Origin:][:width] {
			sum += uint(s)
		}
		n += width
	}
	if e.HaveLeft {
		for _, s := range e.Left[Origin:][:height] {
			sum += uint(s)
		}
		n += height
	}
	if n == 0 {
		return 128
	}
	return uint16((sum + uint(n)/2) / uint(n))
}

// paeth does the basic intra prediction process (section 7.11.2.2).
func (e *Edges) paeth(dst []uint16, width int) {
	corner := int(e.Above[Origin-1])
	for i := range len(dst) / width {
		left := int(e.Left[Origin+i])
		for j := range width {
			above := int(e.Above[Origin+j])
			pLeft, pTop, pTopLeft := distance(above, corner), distance(left, corner), distance(above+left, 2*corner)
			switch {
			case pLeft <= pTop && pLeft <= pTopLeft:
				dst[i*width+j] = uint16(left)
			case pTop <= pTopLeft:
				dst[i*width+j] = uint16(above)
			default:
				dst[i*width+j] = uint16(corner)
			}
		}
	}
}

func distance(a, b int) int { return max(a-b, b-a) }

// smooth does the smooth intra prediction process (section 7.11.2.6).
func (e *Edges) smooth(dst []uint16, mode Mode, width, height int) {
	weightsX, weightsY := weightsOf(width), weightsOf(height)
	right, bottom := int(e.Above[Origin+width-1]), int(e.Left[Origin+height-1])
	for i := range height {
		wy, left := int(weightsY[i]), int(e.Left[Origin+i])
		for j := range width {
			wx := int(weightsX[j])
			down := wy*int(e.Above[Origin+j]) + (256-wy)*bottom
			across := wx*left + (256-wx)*right
			var s int
			switch mode {
			case SmoothV:
				s = (down + 128) >> 8
			case SmoothH:
				s = (across + 128) >> 8
			default:
				s = (down + across + 256) >> 9
			}
			dst[i*width+j] = uint16(s)
		}
	}
}

// weightsOf returns the smooth weights for a side of n samples.
func weightsOf(n int) *[maxSize]uint16 { return &smoothWeights[bits.Len(uint(n))-3] }
