package tables

// Modes of prediction of a macroblock, RFC 6386 section 11.2; but for the last one also
// those of chroma, 11.4.
const (
	DC16 = iota // the mean of what is above and to the left
	V16         // the row above
	H16         // the column to the left
	TM16        // what differs from the corner along both
	Sub         // each 4 × 4 in a mode of its own

	Modes
	ChromaModes = Sub
)

// Modes of prediction of 4 × 4 luma samples, RFC 6386 section 11.2.
const (
	SubDC = iota // the mean
	SubTM        // what differs from the corner along both edges
	SubVE        // the row above, smoothed
	SubHE        // the column to the left, smoothed
	SubLD        // left and down, 45°
	SubRD        // right and down, 45°
	SubVR        // right of vertical
	SubVL        // left of vertical
	SubHD        // down of horizontal
	SubHU        // up of horizontal

	Submodes
)

// SubmodeOf is what mode a macroblock's 4 × 4 have for the contexts of those beside
// them, where it is predicted whole: by its mode, RFC 6386 section 11.3.
var SubmodeOf = [Sub]uint8{DC16: SubDC, V16: SubVE, H16: SubHE, TM16: SubTM}
