//go:build goexperiment.simd && amd64

package png

import "simd/archsimd"

// lanes is how many bytes a vector has.
const lanes = 32

// load returns the bytes from at on. Its slice has a fixed capacity, so that no check
// for an empty slice is compiled.
func load(bytes []byte, at int) archsimd.Uint8x32 {
	return archsimd.LoadUint8x32((*[lanes]byte)(bytes[at : at+lanes : at+lanes]))
}

func store(bytes []byte, at int, v archsimd.Uint8x32) {
	v.Store((*[lanes]byte)(bytes[at : at+lanes : at+lanes]))
}
