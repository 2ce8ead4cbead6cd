//go:build !goexperiment.simd || !amd64

package jpeg

// vectorForward returns false: there is no vector form of forward.
func (b *biasedBlock) vectorForward([]uint8, int) bool { return false }

// hasVectors returns false: this build has no vectors.
func hasVectors() bool { return false }

// vectorReaching satisfies the compiler; nothing calls it.
func (b *biasedBlock) vectorReaching(least *[16]uint64) uint64 { return b.scalarReaching(least) }

// vectorEnergy satisfies the compiler; nothing calls it.
func (b *biasedBlock) vectorEnergy() uint64 { return b.scalarEnergy() }
