package webp

import "image"

// fullRange stretches planes of lossy WebP from ITU-R BT.601's limited range,
// luma 16 to 235 and chroma 16 to 240 (RFC 9649 section 2.5), to the full range
// that image.YCbCr means. golang.org/x/image/webp leaves them as stored
// (golang/go#40173).
func fullRange(img *image.YCbCr) {
	var luma, chroma [256]byte
	for i := range 256 {
		luma[i] = stretch(i-16, 219, 0)
		chroma[i] = stretch(i-128, 224, 128)
	}
	translate(img.Y, &luma)
	translate(img.Cb, &chroma)
	translate(img.Cr, &chroma)
}

// stretch is v × 255 / span + zero, rounded and clipped to a byte.
func stretch(v, span, zero int) byte {
	const bias = 1024 // whole, so that the division rounds one way
	return byte(min(255, max(0, (2*255*v+span+2*span*bias)/(2*span)-bias+zero)))
}

func translate(plane []byte, table *[256]byte) {
	for i, v := range plane {
		plane[i] = table[v]
	}
}
