package resize

import "encoding/binary"

// Data colour spaces of ICC profiles (ICC.1:2022, table 19).
const (
	spaceGray = "GRAY"
	spaceRGB  = "RGB "
	spaceCMYK = "CMYK"
)

// profileFor is the ICC profile if it is whole and describes pixels of the
// given colour space, without anything that trails it; else nil. A profile for
// other channels than the picture has, an RGB one in a gray picture say, means
// nothing: browsers pass over it too and take the pixels for sRGB.
func profileFor(profile []byte, space string) []byte {
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

// keptProfile is what of an ICC profile goes into a variant of gray or RGB
// pixels: all or nothing.
func keptProfile(profile []byte, gray bool) []byte {
	if gray {
		return profileFor(profile, spaceGray)
	}
	return profileFor(profile, spaceRGB)
}
