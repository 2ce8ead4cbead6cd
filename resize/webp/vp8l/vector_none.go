//go:build !goexperiment.simd || !amd64

package vp8l

// Without vectors nothing is done: functions return that they have done 0 pixels.

func unpredictVectors(uint32, []uint32, []uint32, []uint32, int, int) int { return 0 }

func fromBytesVectors([]uint32, []byte) int { return 0 }

func residualsVectors(_ int, _, _, _, _, _, _ []uint32) int { return 0 }

func addColourVectors(_, _ []uint32, _ elements) int { return 0 }

func addGreenVectors(_, _ []uint32) int { return 0 }

func toBytesVectors([]byte, []uint32) int { return 0 }

func isFlat(row []uint32, x int) bool { return isFlatScalar(row, x) }

func sameVectors(_, _ []uint32) (int, bool) { return 0, true }
