//go:build !goexperiment.simd || !amd64

package transform

// Without GOEXPERIMENT=simd on amd64 there are no vectors: all functions return false.

func (t *Transformer) vectorForward([]int32, *Block, int, int, Type) bool { return false }

func (t *Transformer) vectorInverse(*Block, []int32, int, int, Type, int, int) bool { return false }

func vectorResidual(*Block, []uint8, int, []uint16, int, int) bool { return false }

func vectorAdd([]uint8, int, []uint16, *Block, int, int) bool { return false }

func vectorCopy([]uint8, int, []uint16, int, int) bool { return false }

func vectorSATD([]uint8, int, []uint16, int, int) (int, bool) { return 0, false }
