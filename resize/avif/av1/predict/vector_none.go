//go:build !goexperiment.simd || !amd64

package predict

// Without GOEXPERIMENT=simd on amd64 there are no vectors: all functions return false.

func (e *Edges) vectorPredict([]uint16, Mode, int, int, int) bool { return false }

func (e *Edges) vectorLoad([]uint8, int, int, int, int, int, int) bool { return false }

func vectorLumaAC([]int16, []uint8, int, int, int, bool) bool { return false }

func vectorChromaFromLuma([]uint16, []int16, uint16, int) bool { return false }

func vectorCorrelation([]int16, []uint8, int, uint16, int, int) (products, squares int, ok bool) {
	return 0, 0, false
}
