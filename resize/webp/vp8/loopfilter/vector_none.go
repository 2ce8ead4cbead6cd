//go:build !goexperiment.simd || !amd64

package loopfilter

// Without vectors, functions return false.

func (s *Strength) vectorLuma([]uint8, int, int, Edges) bool { return false }

func (s *Strength) vectorChroma(_, _ []uint8, _, _ int, _ Edges) bool { return false }

func (s *Strength) vectorSimple([]uint8, int, int, Edges) bool { return false }
