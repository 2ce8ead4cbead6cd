// Package tables holds the numbers that RFC 6386 lists for VP8 key frames.
package tables

// Kinds of blocks, RFC 6386 section 13.3: the first index of [CoefficientProbs].
const (
	PlaneLumaAC = iota // luma without its DC, which Y2 has
	PlaneY2            // the DCs of 16 luma blocks
	PlaneChroma
	PlaneLuma // luma with its DC

	Planes
)

// Sizes of the other indices of [CoefficientProbs].
const (
	Bands    = 8
	Contexts = 3
	Nodes    = 11
)

// Zigzag maps coefficients in coded order to their positions, row by row, RFC
// 6386 section 13.
var Zigzag = [16]uint8{0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15}

// BandOf holds the band of each coefficient in coded order, and of one after the
// last, which is never read. RFC 6386 section 13.3.
var BandOf = [17]uint8{0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0}

// Tokens of coefficients, RFC 6386 section 13.2: values up to 4, categories of
// larger values, and the end of a block.
const (
	Zero = iota
	One
	Two
	Three
	Four
	Category1
	Category2
	Category3
	Category4
	Category5
	Category6
	EndOfBlock

	Tokens
)

// Category describes a category of values: the smallest one, and the
// probabilities of the bits, the highest first, of what is added to it. RFC 6386
// section 13.2.
type Category struct {
	Base  int
	Probs []uint8
}

// Categories holds Category1 to Category6.
var Categories = [6]Category{
	{5, []uint8{159}},
	{7, []uint8{165, 145}},
	{11, []uint8{173, 148, 140}},
	{19, []uint8{176, 155, 140, 135}},
	{35, []uint8{180, 157, 141, 134, 130}},
	{67, []uint8{254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}},
}

// MaxCoefficient is the largest absolute value of a quantised coefficient.
const MaxCoefficient = 67 + 1<<11 - 1

// Trees as in RFC 6386 section 8.1. An element is the index of the next pair of
// branches, for a bit of 0 and of 1, or a negated leaf. The probability of a pair
// is at half its index. The leaves of TokenTree are tokens (13.2), those of
// SegmentTree segments (10), those of the others modes (11.2 and 11.4).
var (
	TokenTree = [2 * (Tokens - 1)]int8{
		-EndOfBlock, 2, -Zero, 4, -One, 6, 8, 12, -Two, 10, -Three, -Four,
		14, 16, -Category1, -Category2, 18, 20, -Category3, -Category4, -Category5, -Category6,
	}
	SegmentTree = [6]int8{2, 4, -0, -1, -2, -3}
	ModeTree    = [2 * (Modes - 1)]int8{-Sub, 2, 4, 6, -DC16, -V16, -H16, -TM16}
	ChromaTree  = [2 * (ChromaModes - 1)]int8{-DC16, 2, -V16, 4, -H16, -TM16}
	SubmodeTree = [2 * (Submodes - 1)]int8{
		-SubDC, 2, -SubTM, 4, -SubVE, 6, 8, 12, -SubHE, 10, -SubRD, -SubVR,
		-SubLD, 14, -SubVL, 16, -SubHD, -SubHU,
	}
)

// ModeProbs and ChromaProbs hold the probabilities of the nodes of ModeTree and
// ChromaTree in key frames, RFC 6386 sections 11.2 and 11.4.
var (
	ModeProbs   = [Modes - 1]uint8{145, 156, 163, 128}
	ChromaProbs = [ChromaModes - 1]uint8{142, 114, 183}
)
