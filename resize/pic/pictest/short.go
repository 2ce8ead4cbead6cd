package pictest

import "testing"

// few is which part of the cases is tried in short.
const few = 10

// Cases returns how many of n cases to try: all, and with -short a few. A short run is
// for a build without vectors, beside the whole one of a build with them.
func Cases(n int) int { return max(1, n/Stride()) }

// Stride returns the number of cases of which one is to be tried.
func Stride() int {
	if testing.Short() {
		return few
	}
	return 1
}
