package tables

import (
	"slices"
	"testing"
)

// TestTrees checks that each tree reaches each of its leaves once.
func TestTrees(t *testing.T) {
	for name, tree := range map[string][]int8{
		"tokens": TokenTree[:], "segments": SegmentTree[:], "modes": ModeTree[:],
		"chroma": ChromaTree[:], "submodes": SubmodeTree[:],
	} {
		var leaves []int
		var walk func(at int)
		walk = func(at int) {
			for _, branch := range tree[at : at+2] {
				if branch <= 0 {
					leaves = append(leaves, -int(branch))
				} else {
					walk(int(branch))
				}
			}
		}
		walk(0)
		slices.Sort(leaves)
		for i, leaf := range leaves {
			if leaf != i || len(leaves) != len(tree)/2+1 {
				t.Fatalf("%s: leaves %v", name, leaves)
			}
		}
	}
}

// TestSteps compares quantiser steps with those that RFC 6386 gives for the ends
// of the range.
func TestSteps(t *testing.T) {
	if got, want := StepsOf(-3, Deltas{}), (Steps{[2]int{4, 4}, [2]int{8, 8}, [2]int{4, 4}}); got != want {
		t.Errorf("lowest %v, want %v", got, want)
	}
	if got, want := StepsOf(127, Deltas{LumaDC: -1, ChromaAC: 15}), (Steps{[2]int{154, 284}, [2]int{314, 440}, [2]int{132, 284}}); got != want {
		t.Errorf("highest %v, want %v", got, want)
	}
	for i := 1; i < Indices; i++ {
		if DC[i] < DC[i-1] || AC[i] <= AC[i-1] {
			t.Errorf("steps fall at %d", i)
		}
	}
}

// TestZigzag checks that every position comes once.
func TestZigzag(t *testing.T) {
	at := Zigzag
	slices.Sort(at[:])
	for i, v := range at {
		if int(v) != i {
			t.Fatal(at)
		}
	}
}
