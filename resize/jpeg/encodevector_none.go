//go:build !goexperiment.simd || !amd64

package jpeg

// vectorForward says that there is no vector form of forward.
func (b *biasedBlock) vectorForward([]uint8, int) bool { return false }
