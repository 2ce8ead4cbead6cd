package cputime

import "testing"

// TestSelf: processor time that is used counts.
func TestSelf(t *testing.T) {
	before, sum := Self(), 0
	for i := 0; Self() == before && i < 1e9; i++ {
		sum += i
	}
	if Self() <= before {
		t.Errorf("%v before and after %d", before, sum)
	}
}
