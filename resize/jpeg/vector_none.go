//go:build !goexperiment.simd || !amd64

package jpeg

// vectorDCT8 returns false: there is no vector form of inverseDCT8.
func (b *block) vectorDCT8([]uint8, int) bool { return false }

// vectorDCT4 returns false: there is no vector form of inverseDCT4.
func (b *block) vectorDCT4([]uint8, int) bool { return false }
