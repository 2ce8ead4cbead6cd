package pictest

import "testing"

// few is the divisor for the number of cases under -short.
const few = 10

// Cases returns how many of n cases to try: all, or a few with -short. A short run
// accompanies the whole one: it tests the build without vectors.
func Cases(n int) int { return max(1, n/Stride()) }

// Stride returns n if one of n cases is to be tried.
func Stride() int {
	if testing.Short() {
		return few
	}
	return 1
}
