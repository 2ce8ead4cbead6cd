//go:build !goexperiment.simd || !amd64

package webp

// There are no vectors here.

func (l *levels) vectorReduce([]uint8, []uint8, int, int) int { return 0 }

func vectorJoin(_, _, _, _, _ []uint8) int { return 0 }
