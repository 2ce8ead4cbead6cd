// Package plane resamples pictures that are held as planes of 8-bit samples.
package plane

// Plane is one component of a picture, such as its luma: Height rows of Width samples.
// Row y begins at Pix[y*Stride].
type Plane struct {
	Pix           []uint8
	Stride        int // samples from one row to the next, at least Width
	Width, Height int // samples
}
