//go:build !goexperiment.simd || !amd64

package transform

// Without vectors, functions return false.

func (f *Four) vectorInverse() bool { return false }

func (f *Four) vectorAddRow([]uint8, int) bool { return false }

func (f *Four) vectorAddSquare([]uint8, int) bool { return false }

func (f *Four) vectorAddBlock(int, []uint8, int) bool { return false }
