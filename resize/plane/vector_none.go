//go:build !goexperiment.simd || !amd64

package plane

// vector stands for what this build does not have.
type vector struct{}

func (v *vector) reset([]taps, int, int) bool { return false }

func (v *vector) resampleRow(dst, src []uint8, stride int, t taps) {}
