//go:build !goexperiment.simd || !amd64

package vp8

// Without vectors, functions return false.

func vectorForward(*fourBlocks, []uint8, int, []uint8, int) bool { return false }

func vectorProxy(*[4]int32, *fourBlocks, *[64]uint16) bool { return false }
