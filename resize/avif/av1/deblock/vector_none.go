//go:build !goexperiment.simd || !amd64

package deblock

// Without GOEXPERIMENT=simd on amd64 there are no vectors: all functions return false.

func (p *Plane) vectorVertical(*limits) bool { return false }

func (p *Plane) vectorHorizontal(*limits) bool { return false }
