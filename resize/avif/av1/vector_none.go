//go:build !goexperiment.simd || !amd64

package av1

// There are no vectors here.

func vectorProxy([]int32, []float32) (float32, bool) { return 0, false }

func vectorNormalise([]float32, []uint8, []int32, []float32) (float32, bool) { return 0, false }
