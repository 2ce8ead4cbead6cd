//go:build !goexperiment.simd || !amd64

package jpeg

// vectorForward returns false: there is no vector form of forward.
func (b *biasedBlock) vectorForward([]uint8, int) bool { return false }

func hasVectors() bool { return false }

// vectorReaching is never called.
func (b *biasedBlock) vectorReaching(least *[16]uint64) uint64 { return b.scalarReaching(least) }

// vectorEnergy is never called.
func (b *biasedBlock) vectorEnergy() uint64 { return b.scalarEnergy() }
