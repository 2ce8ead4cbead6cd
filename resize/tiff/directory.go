package tiff

import "github.com/edgeresize/edgeresize/resize/exif"

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

	reduced      = 1 << 0 // of NewSubfileType
	uncompressed = 1
	g3           = 3
	g4           = 4
	lsbFirst     = 2
	separate     = 2
)

// unsupportedFeature names a feature that golang.org/x/image/tiff ignores, so that it
// would return wrong pixels; "" if there is none.
func unsupportedFeature(dir exif.IFD) string {
	compression := dir.Number(tagCompression, uncompressed)
	switch {
	case dir.Number(tagNewSubfileType, 0)&reduced != 0:
		return "TIFF that begins with a thumbnail, such as a camera's raw file"
	case dir.Number(tagPlanar, 1) == separate:
		return "TIFF with separate planes"
	case dir.Number(tagFillOrder, 1) == lsbFirst && compression != g3 && compression != g4:
		return "TIFF with reversed bits"
	}
	return ""
}

// maxBlocks bounds the strips or tiles of a TIFF, since each sets up a decompressor.
const maxBlocks = 1 << 15

// blocks returns how many strips or tiles a TIFF of w × h pixels has.
func blocks(dir exif.IFD, w, h int) int64 {
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
