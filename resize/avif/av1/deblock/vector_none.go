//go:build !goexperiment.simd || !amd64

package deblock

// There are no vectors here.

func (p *Plane) vectorVertical(*limits) bool { return false }

func (p *Plane) vectorHorizontal(*limits) bool { return false }
