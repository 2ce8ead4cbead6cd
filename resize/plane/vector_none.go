//go:build !goexperiment.simd || !amd64

package plane

// vector stands for the vectors that this build does not have.
type vector struct{}

func (v *vector) reset([]taps, int, int, int) bool { return false }

func (v *vector) push(_, _ []uint8) {}

func (v *vector) resampleRow([]uint8, []uint8, int, taps) {}

func (v *vector) resampleNewest([]uint8, []uint8, int, taps, int, int) {}

func multiplyVectors([]uint8, []uint8) int { return 0 }

func vectorBlurColumns([]uint16, []uint8, []uint8, []uint8) int { return 0 }

func vectorSharpenRow([]uint8, []uint8, []uint16) int { return 0 }

func vectorUnsharpColumns(*unsharp, []uint8, []uint8, []uint8) int { return 0 }

func vectorUnsharpRow(*unsharp, []uint8, []uint8) int { return 0 }

func vectorExtremes(_, _, _ []uint8, _ int, _, _ *[4]uint8) int { return 0 }
