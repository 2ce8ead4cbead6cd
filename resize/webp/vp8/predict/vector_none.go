//go:build !goexperiment.simd || !amd64

package predict

// Without vectors, functions return false.

func (l *Luma) vectorPredict(int) bool { return false }

func (c *Chroma) vectorPredict(int) bool { return false }

func (b *around) vectorTrueMotion() bool { return false }
