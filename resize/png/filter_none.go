//go:build !goexperiment.simd || !amd64

package png

// tryVectors does nothing in this build.
func (f *Filterer) tryVectors(*[filters]int, []byte, []byte) int { return 0 }
