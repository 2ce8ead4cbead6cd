package pictest

import (
	"runtime"
	"testing"
)

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

// Allocated returns how many bytes f allocates, whether or not they are freed. It
// skips short tests, which run under the race detector: that allocates besides.
func Allocated(t testing.TB, f func()) int64 {
	t.Helper()
	if testing.Short() {
		t.Skip("allocations are not counted in short tests")
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}
