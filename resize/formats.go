package resize

import "github.com/edgeresize/edgeresize/resize/pic"

// Format is a file format: of pictures that are resized, of those that are not,
// and of what else is found under a picture's name. Logs show it as it is.
type Format = pic.Format

// The formats that are read; JPEG, PNG and GIF are also written.
const (
	JPEG = pic.JPEG
	PNG  = pic.PNG
	GIF  = pic.GIF
	WebP = pic.WebP
	BMP  = pic.BMP
	TIFF = pic.TIFF
)
