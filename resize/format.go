package resize

// Format is a picture file format.
type Format string

// The formats that are read; JPEG, PNG and GIF are also written.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	GIF  Format = "gif"
	WebP Format = "webp"
	BMP  Format = "bmp"
	TIFF Format = "tiff"
)

// ContentType is the media type of f, such as "image/jpeg".
func (f Format) ContentType() string { return "image/" + string(f) }
