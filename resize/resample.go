package resize

import (
	"image"

	"github.com/disintegration/imaging"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// resample makes the pixels of a variant with a Lanczos filter. Colours are
// weighted by their alpha, so transparent pixels leave no fringe. b is in
// pixels of img, whatever img's orientation.
//
// The crop is whole pixels of the source, so a cropped variant may lie up to
// half a source pixel off; a variant that is not cropped is exact.
func resample(img image.Image, b box) *image.NRGBA {
	bounds := img.Bounds()
	if crop := b.crop.Add(bounds.Min); crop != bounds {
		img = subImage(img, crop)
	}
	return imaging.Resize(img, b.width, b.height, imaging.Lanczos)
}

// subImage is the part of img within r, sharing its pixels where it can.
func subImage(img image.Image, r image.Rectangle) image.Image {
	if img, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok {
		return img.SubImage(r)
	}
	return imaging.Crop(img, r)
}

// stored is b for a picture that is stored with the given Exif orientation.
// The crop lies around the centre, so it stays where it is but for the axes.
func (b box) stored(orientation int) box {
	if !swapsAxes(orientation) {
		return b
	}
	return box{
		width:  b.height,
		height: b.width,
		window: plane.Window{X0: b.window.Y0, Y0: b.window.X0, X1: b.window.Y1, Y1: b.window.X1},
		crop:   image.Rect(b.crop.Min.Y, b.crop.Min.X, b.crop.Max.Y, b.crop.Max.X),
	}
}

// upright turns stored pixels the way a viewer sees them.
func upright(img *image.NRGBA, orientation int) *image.NRGBA {
	switch orientation {
	case 2:
		return imaging.FlipH(img)
	case 3:
		return imaging.Rotate180(img)
	case 4:
		return imaging.FlipV(img)
	case 5:
		return imaging.Transpose(img)
	case 6:
		return imaging.Rotate270(img) // imaging turns counter-clockwise
	case 7:
		return imaging.Transverse(img)
	case 8:
		return imaging.Rotate90(img)
	}
	return img
}

// swapsAxes says whether the upright width is the stored height.
func swapsAxes(orientation int) bool { return orientation >= 5 }
