package pictest

import "testing"

// Few returns n, or a quarter of it in short tests (go test -short): where what is
// tried is more than it takes, and the race detector makes it ten times as slow.
func Few(n int) int {
	if testing.Short() {
		return (n + 3) / 4
	}
	return n
}

// Step returns n, or four times as much in short tests.
func Step(n int) int {
	if testing.Short() {
		return 4 * n
	}
	return n
}
