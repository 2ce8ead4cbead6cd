package icc

import "encoding/binary"

// Plain reports whether a profile, as [Kept] returns it, defines colours by curves and
// a matrix alone (ICC.1:2022, 8.3 to 8.5 without tables), is well formed and has a
// version up to 4. Chromium shows no AVIF with any other profile. In a JPEG or a PNG it
// ignores a profile that it cannot read, and takes the pixels for sRGB.
func Plain(profile []byte) bool {
	tags, ok := tagsOf(profile)
	if !ok || profile[8] > 4 || !isD50(profile[68:80]) {
		return false
	}
	space, pcs := string(profile[16:20]), string(profile[20:24])
	for _, table := range [...]string{"A2B0", "A2B1", "A2B2", "A2B3", "B2A0", "B2A1", "B2A2", "B2A3", "D2B0", "B2D0", "cicp"} {
		if tags[table] != nil {
			return false
		}
	}
	if space == Gray {
		return (pcs == "XYZ " || pcs == "Lab ") && isPlainCurve(tags["kTRC"])
	}
	for _, c := range [...]string{"r", "g", "b"} {
		if !isPlainCurve(tags[c+"TRC"]) || !isXYZ(tags[c+"XYZ"]) {
			return false
		}
	}
	return space == RGB && pcs == "XYZ "
}

// tagsOf returns the data of a profile's tags (7.3); false if one lies outside the
// profile.
func tagsOf(profile []byte) (tags map[string][]byte, ok bool) {
	const table, entry = 128, 12
	if len(profile) < table+4 {
		return nil, false
	}
	n := uint64(binary.BigEndian.Uint32(profile[table:]))
	entries := profile[table+4:]
	if n*entry > uint64(len(entries)) {
		return nil, false
	}
	tags = map[string][]byte{}
	for ; n > 0; n-- {
		start, size := uint64(binary.BigEndian.Uint32(entries[4:])), uint64(binary.BigEndian.Uint32(entries[8:]))
		if size < 4 || start+size > uint64(len(profile)) {
			return nil, false
		}
		name := string(entries[:4])
		if tags[name] != nil {
			return nil, false // readers differ in which of the two they take
		}
		tags[name] = profile[start : start+size]
		entries = entries[entry:]
	}
	return tags, true
}

// isD50 reports whether an XYZNumber is close to the white of the connection space.
func isD50(number []byte) bool {
	const near = 0.0099
	for i, want := range white {
		if d := s15Fixed16(number[4*i:]) - want; d < -near || d > near {
			return false
		}
	}
	return true
}

// isXYZ reports whether a tag is an XYZType (10.31).
func isXYZ(tag []byte) bool { return len(tag) >= 20 && string(tag[:4]) == "XYZ " }

// isPlainCurve reports whether a tag is a curve that rises, as far as its numbers show:
// by samples, or a function with an exponent whose parameters are all given.
func isPlainCurve(tag []byte) bool {
	if _, _, err := parseCurve(tag); err != nil {
		return false
	}
	if string(tag[:4]) == "curv" {
		return true
	}
	var p [7]float64 // g, a, b, c, d, e, f
	switch kind := binary.BigEndian.Uint16(tag[8:]); kind {
	case 0:
		return s15Fixed16(tag[12:]) >= 0
	case 3, 4:
		for i := range 2 + kind { // e and f may have any sign
			p[i] = s15Fixed16(tag[12+4*i:])
		}
	default: // their d is a quotient, so rounding would decide
		return false
	}
	g, a, b, c, d := p[0], p[1], p[2], p[3], p[4]
	return g >= 0 && a >= 0 && c >= 0 && d >= 0 && a*d+b >= 0
}
