package tables

// Prediction modes of a macroblock, RFC 6386 section 11.2. All but the last are
// also those of chroma, section 11.4.
const (
	DC16 = iota // the mean of the samples above and to the left
	V16         // the row above
	H16         // the column to the left
	TM16        // above plus left minus corner
	Sub         // each 4 × 4 by a mode of its own

	Modes
	ChromaModes = Sub
)

// Prediction modes of 4 × 4 luma samples, RFC 6386 section 11.2.
const (
	SubDC = iota // the mean
	SubTM        // above plus left minus corner
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

// SubmodeOf maps the mode of a macroblock that is predicted whole to the mode
// that its 4 × 4 blocks count as in the contexts of their neighbours, RFC 6386
// section 11.3.
var SubmodeOf = [Sub]uint8{DC16: SubDC, V16: SubVE, H16: SubHE, TM16: SubTM}
