package jpeg

import "testing"

// RandomScripted returns a random picture, gray or YCbCr, in a random progression
// and in a sequential process, and a text that tells what it is. The same seed
// gives the same picture.
func RandomScripted(seed uint64, width, height int) (name string, progressive, baseline []byte) {
	s := randomScripted(seed, width, height, 3, false)
	return s.name, s.progressive, s.baseline
}

// Djpeg lets tests of other packages ask libjpeg-turbo.
func Djpeg(t testing.TB, file []byte, args ...string) []byte { return djpeg(t, file, args...) }
