//go:build !goexperiment.simd || !amd64

package av1

// Without GOEXPERIMENT=simd on amd64 there are no vectors: all functions return false.

func vectorProxy([]int32, []float32) (float32, bool) { return 0, false }

func vectorNormalise([]float32, []int32, []float32, []int16) (energy float32, last int, ok bool) {
	return 0, 0, false
}

func vectorDequantise([]int32, []int16, []int32, int, int, int) bool { return false }

func vectorSums(*[2]cellSums, *surface, int, int) bool { return false }
