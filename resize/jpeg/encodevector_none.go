//go:build !goexperiment.simd || !amd64

package jpeg

// vectorForward says that there is no vector form of forward.
func (b *biasedBlock) vectorForward([]uint8, int) bool { return false }

func hasVectors() bool { return false }

// vectorReaching is never called.
func (b *biasedBlock) vectorReaching(least *[16]uint64) uint64 { return b.scalarReaching(least) }

// vectorEnergy is never called.
func (b *biasedBlock) vectorEnergy() uint64 { return b.scalarEnergy() }

// vectorAddRows says that there is no vector form of addRows.
func vectorAddRows(sums []uint16, above, row, below []uint8) int { return 0 }

// vectorSubtractSums says that there is no vector form of subtractSums.
func vectorSubtractSums(to, row []uint8, sums []uint16) int { return 0 }
