package icc

import "encoding/binary"

// Data colour spaces (ICC.1:2022, table 19).
const (
	Gray = "GRAY"
	RGB  = "RGB "
	CMYK = "CMYK"
)

// Whole returns an ICC profile without trailing data, if it is whole and describes
// pixels of the given colour space; else nil. A profile for other channels than the
// picture has, such as an RGB profile in a gray picture, means nothing: browsers ignore
// it too and take the pixels for sRGB.
func Whole(profile []byte, space string) []byte {
	const headerSize = 128 // ICC.1:2022, 7.2
	if len(profile) < headerSize+4 || string(profile[36:40]) != "acsp" {
		return nil
	}
	size := binary.BigEndian.Uint32(profile)
	if size < headerSize+4 || uint64(size) > uint64(len(profile)) {
		return nil
	}
	if string(profile[16:20]) != space {
		return nil
	}
	return profile[:size]
}

// Kept returns the ICC profile that a variant of gray or RGB pixels keeps, or nil.
func Kept(profile []byte, gray bool) []byte {
	if gray {
		return Whole(profile, Gray)
	}
	return Whole(profile, RGB)
}
