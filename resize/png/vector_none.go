//go:build !goexperiment.simd || !amd64

package png

// This build has no vectors: these functions do nothing.

func (f *filterer) tryVectors(*[filters]int, []byte, []byte) int { return 0 }

func (s *adler) addVectors([]byte) int { return 0 }

func unfilterVectors(byte, []byte, []byte, []byte, int) int { return 0 }
