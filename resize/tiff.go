package resize

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"io"

	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Tags and values of TIFF 6.0 section 8, and the ICC profile of ICC.1 annex B.
const (
	tagNewSubfileType = 254
	tagBitsPerSample  = 258
	tagCompression    = 259
	tagFillOrder      = 266
	tagRowsPerStrip   = 278
	tagPlanar         = 284
	tagTileWidth      = 322
	tagTileLength     = 323
	tagICCProfile     = 34675

	tiffReduced      = 1 << 0 // of NewSubfileType
	tiffUncompressed = 1
	tiffG3           = 3
	tiffG4           = 4
	tiffLSBFirst     = 2
	tiffSeparate     = 2
)

// inspectTIFF reads the first directory of a TIFF.
func inspectTIFF(data []byte) (Info, error) {
	dir, ok := exif.Parse(data)
	if !ok {
		return Info{}, tiffError(io.ErrUnexpectedEOF)
	}
	if feature := unreadTIFF(dir); feature != "" {
		return Info{}, pic.Unsupported(TIFF, feature)
	}
	c, err := tiff.DecodeConfig(newReader(context.Background(), data))
	if err != nil {
		return Info{}, tiffError(err)
	}
	if tiffBlocks(dir, c.Width, c.Height) > maxTIFFBlocks {
		return Info{}, pic.Unsupported(TIFF, fmt.Sprintf("TIFF of more than %d strips or tiles", maxTIFFBlocks))
	}
	return uprightInfo(TIFF, c.Width, c.Height, exif.Orientation(data)), nil
}

// unreadTIFF names what golang.org/x/image/tiff takes no notice of, so that it
// would give pixels other than the picture's.
func unreadTIFF(dir exif.IFD) string {
	compression := dir.Number(tagCompression, tiffUncompressed)
	switch {
	case dir.Number(tagNewSubfileType, 0)&tiffReduced != 0:
		return "TIFF that begins with a thumbnail, such as a camera's raw file"
	case dir.Number(tagPlanar, 1) == tiffSeparate:
		return "TIFF of separate planes"
	case dir.Number(tagFillOrder, 1) == tiffLSBFirst && compression != tiffG3 && compression != tiffG4:
		return "TIFF with reversed bits"
	}
	return ""
}

// maxTIFFBlocks bounds the strips or tiles of a TIFF, each of which sets up a
// decompressor.
const maxTIFFBlocks = 1 << 15

// tiffBlocks is how many strips or tiles a TIFF of w × h pixels has.
func tiffBlocks(dir exif.IFD, w, h int) int64 {
	number := func(tag uint16) int64 { return int64(dir.Number(tag, 0)) }
	parts := func(side int, of int64) int64 { return (int64(side) + of - 1) / of }
	if width := number(tagTileWidth); width > 0 {
		return parts(w, width) * parts(h, max(1, number(tagTileLength)))
	}
	if rows := number(tagRowsPerStrip); rows > 0 {
		return parts(h, rows)
	}
	return 1
}

// decodeTIFF decodes the first page of a TIFF whole.
func decodeTIFF(ctx context.Context, data []byte) (*still, error) {
	img, err := tiff.Decode(newReader(ctx, data))
	if err != nil {
		return nil, tiffError(err)
	}
	model := img.ColorModel()
	img, err = pic.EightBit(img)
	if err != nil {
		return nil, tiffError(err)
	}
	s := &still{
		pixels:      img,
		orientation: exif.Orientation(data),
		gray:        model == color.GrayModel || model == color.Gray16Model,
		opaque:      pic.IsOpaque(img),
	}
	if dir, ok := exif.Parse(data); ok {
		profile, _, _, _ := dir.Field(tagICCProfile)
		s.profile = icc.Kept(profile, s.gray)
	}
	return s, nil
}

// tiffError gives an error of the decoder its type.
func tiffError(err error) error {
	var unsupported tiff.UnsupportedError
	if errors.As(err, &unsupported) {
		return pic.Unsupported(TIFF, "TIFF with "+string(unsupported))
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return pic.Invalid(pic.TIFF, err)
}
