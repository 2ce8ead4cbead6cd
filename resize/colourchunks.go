package resize

import "encoding/binary"

// What the colour chunks of a PNG hold for sRGB (PNG third edition, 11.3.2).
var (
	srgbGamma  = []uint32{45455}
	srgbChroma = []uint32{31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000}
	srgbCICP   = "\x01\x0d\x00\x01" // BT.709 primaries, sRGB transfer, RGB, full range
)

// meansSRGB says whether colour chunks, with or without an ICC profile beside
// them, mean what a file without them means: the profile, or sRGB. Chunks count
// in the order cICP, ICC profile, sRGB, then gAMA and cHRM (PNG third edition,
// 4.3).
func meansSRGB(chunks []byte, hasProfile bool) bool {
	bodies := map[string][]byte{}
	for len(chunks) >= 12 { // length, type, body, CRC
		n := uint64(binary.BigEndian.Uint32(chunks))
		if n+12 > uint64(len(chunks)) {
			break
		}
		bodies[string(chunks[4:8])] = chunks[8 : 8+n]
		chunks = chunks[n+12:]
	}
	if cicp, ok := bodies["cICP"]; ok {
		return !hasProfile && string(cicp) == srgbCICP
	}
	if _, ok := bodies["sRGB"]; ok || hasProfile {
		return true
	}
	return about(bodies["gAMA"], srgbGamma) && about(bodies["cHRM"], srgbChroma)
}

// about says whether a chunk is absent or holds the numbers given, in
// hundred-thousandths, but for rounding.
func about(body []byte, want []uint32) bool {
	if body == nil {
		return true
	}
	if len(body) != 4*len(want) {
		return false
	}
	for i, w := range want {
		if d := int64(binary.BigEndian.Uint32(body[4*i:])) - int64(w); d < -100 || d > 100 {
			return false
		}
	}
	return true
}
