//go:build !goexperiment.simd || !amd64

package webp

// Without vectors nothing is done: each function returns 0.

func (l *levels) vectorReduce([]uint8, []uint8, int, int) int { return 0 }

func vectorJoin(_, _, _, _, _ []uint8) int { return 0 }
