package tables

// Indices is the number of quantiser indices.
const Indices = 128

// DC and AC hold luma's quantiser steps of DC and of AC coefficients by index,
// RFC 6386 section 14.1.
var (
	DC = [Indices]uint8{
		4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17,
		18, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 25, 25, 26, 27, 28,
		29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43,
		44, 45, 46, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
		59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74,
		75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
		91, 93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118,
		122, 124, 126, 128, 130, 132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
	}
	AC = [Indices]uint16{
		4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
		20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
		36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
		52, 53, 54, 55, 56, 57, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76,
		78, 80, 82, 84, 86, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108,
		110, 112, 114, 116, 119, 122, 125, 128, 131, 134, 137, 140, 143, 146, 149, 152,
		155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205, 209,
		213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
	}
)

// Steps holds the quantiser steps of a macroblock.
type Steps struct {
	Luma, Y2, Chroma [2]int // for DC and for AC coefficients
}

// Deltas holds what is added to the index for each kind of coefficient except
// luma's AC, each -15 to 15. RFC 6386 section 9.6.
type Deltas struct{ LumaDC, Y2DC, Y2AC, ChromaDC, ChromaAC int }

// StepsOf returns the steps of an index. The index, and its sums with d, are
// clipped to 0 to Indices - 1. Y2's steps are 2 (DC) and 155/100 (AC) times
// luma's, AC at least 8; chroma's DC is at most 132 (RFC 6386 section 14.1).
func StepsOf(index int, d Deltas) Steps {
	dc := func(delta int) int { return int(DC[clip(index+delta)]) }
	ac := func(delta int) int { return int(AC[clip(index+delta)]) }
	return Steps{
		Luma:   [2]int{dc(d.LumaDC), ac(0)},
		Y2:     [2]int{2 * dc(d.Y2DC), max(8, ac(d.Y2AC)*155/100)},
		Chroma: [2]int{min(132, dc(d.ChromaDC)), ac(d.ChromaAC)},
	}
}

func clip(index int) int { return min(max(index, 0), Indices-1) }
