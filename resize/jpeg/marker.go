package jpeg

import "bytes"

// Markers (ITU-T T.81, table B.1); each follows a byte 0xff.
const (
	markerSOF0  = 0xc0 // baseline
	markerSOF1  = 0xc1 // extended sequential
	markerSOF2  = 0xc2 // progressive
	markerDHT   = 0xc4
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP14 = 0xee
	markerAPP15 = 0xef
	markerCOM   = 0xfe
)

// segment is a marker with its parameters (T.81, B.1.1.4).
type segment struct {
	marker     byte
	start, end int    // offsets of the marker's 0xff and of what follows the parameters
	params     []byte // without the length
}

// nextMarker returns the first marker at or after pos, and the offset of its
// second byte. It passes over bytes that belong to no marker, as libjpeg does:
// leftovers of entropy-coded data, stuffed zeros and fill bytes (B.1.1.2).
func nextMarker(data []byte, pos int) (marker byte, at int, err error) {
	for {
		i := bytes.IndexByte(data[pos:], 0xff)
		if i < 0 {
			return 0, 0, errTruncated
		}
		pos += i + 1
		for pos < len(data) && data[pos] == 0xff {
			pos++
		}
		if pos == len(data) {
			return 0, 0, errTruncated
		}
		if data[pos] != 0 {
			return data[pos], pos, nil
		}
	}
}

// nextSegment returns the first segment at or after pos. It passes over restart
// markers, which some encoders write after the last interval of a scan too.
func nextSegment(data []byte, pos int) (segment, error) {
	for {
		m, at, err := nextMarker(data, pos)
		if err != nil {
			return segment{}, err
		}
		pos = at + 1
		if m >= markerRST0 && m <= markerRST7 {
			continue
		}
		s := segment{marker: m, start: at - 1, end: pos}
		if m == markerEOI {
			return s, nil
		}
		if pos+2 > len(data) {
			return segment{}, errTruncated
		}
		n := int(data[pos])<<8 | int(data[pos+1])
		if n < 2 {
			return segment{}, FormatError("short segment length")
		}
		s.end = pos + n
		if s.end > len(data) {
			return segment{}, errTruncated
		}
		s.params = data[pos+2 : s.end]
		return s, nil
	}
}

// checkSkippable says why a segment that the decoder does not read cannot be
// passed over, if it cannot.
func (s segment) checkSkippable() error {
	switch m := s.marker; {
	case m >= markerAPP0 && m <= markerAPP15, m == markerCOM:
		return nil
	case m < markerSOF0:
		return FormatError("unknown marker")
	case m == markerSOI:
		return FormatError("SOI inside the picture")
	default: // lossless, hierarchical, arithmetic-coded, DNL, extensions
		return UnsupportedError("marker that the baseline, extended and progressive processes do not use")
	}
}
