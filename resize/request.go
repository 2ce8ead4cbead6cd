package resize

// Fit says how a picture fills a box of another shape.
type Fit string

// The ways to fit.
const (
	Cover  Fit = "cover"  // fills the box, cropping what Request.Focus and Request.Smart leave
	Fill   Fit = "fill"   // fills the box, stretching
	Inside Fit = "inside" // the largest size of the same shape within the box
	Pad    Fit = "pad"    // as Inside, in the middle of the box on Request.Background
)

// Request says which variant is wanted.
type Request struct {
	// Width and Height are the box in pixels of the upright picture. One of them may be
	// 0: then it follows from the picture's ratio.
	Width, Height int
	// Scale, at least 1, multiplies Width and Height, to the nearest whole pixel. The
	// result is capped by the original, MaxWidth and MaxHeight, in the box's shape. 0 is 1.
	Scale float64
	// MaxWidth and MaxHeight cap what Scale makes, in pixels; 0 is no cap.
	MaxWidth, MaxHeight int
	// Largest makes of a box that is larger than the original the largest one of its
	// shape, which may be the original's size.
	Largest bool
	// Fit is how the picture fills the box.
	Fit Fit
	// Focus is the point around which Cover crops, as far as the picture reaches; nil is
	// the centre, or with Smart where the picture's subject is likely to be. Smart takes
	// memory; if Limits do not permit it, the centre is shown.
	Focus *Focus
	Smart bool
	// Trim removes a border of one colour before the box is applied. Sizes are then those
	// of what remains.
	Trim bool
	// Background is the colour of Pad, and of what is transparent. nil leaves pictures
	// transparent, and pads others with white; an animation goes by its first frame.
	Background *RGB
	// Sharpen is how much to sharpen the variant's luma, 0 (not) to 10.
	Sharpen int
	// Blur is the standard deviation of a blur in pixels of the variant, 0 (none) to
	// 100. It comes before sharpening. A blurred variant is a still, the first frame of
	// an animation; it has no ICC profile, and is a JPEG or a PNG if Formats are empty.
	Blur int
	// Quality is the quality of lossy formats. If the result is longer than MaxBytes,
	// the quality is lowered, but not below MinQuality. Both are 1 to 100.
	Quality, MinQuality int
	// MaxBytes is the largest size of the result in bytes; 0 is no limit.
	MaxBytes int
	// Formats are tried in this order before those nearest to the original's. A format
	// that is not written, cannot hold the picture or does not fit is passed over.
	Formats []Format
	// Limits bound the work; they are checked from headers, before pixels
	// are decoded.
	Limits Limits
}

// Focus is a point of the upright picture in fractions of its width and height, 0 to 1.
type Focus struct{ X, Y float64 }

// RGB is a colour, in the colour space of the picture: its ICC profile's, or sRGB.
type RGB struct{ R, G, B uint8 }

// Limits bound what one resize may cost. A zero field is no limit.
type Limits struct {
	// Pixels is the largest width × height × frames of an original.
	Pixels int64
	// Memory is the largest working memory in bytes, estimated from the original's
	// header. The original's own bytes do not count.
	Memory int64
	// AVIFPixels is the largest width × height of a variant that is written as AVIF.
	AVIFPixels int64
}
