package jpeg

// Markers (ITU-T T.81, table B.1); each follows a byte 0xff.
const (
	markerSOF0  = 0xc0 // baseline
	markerSOF1  = 0xc1 // extended sequential
	markerSOF2  = 0xc2 // progressive
	markerDHT   = 0xc4
	markerSOF15 = 0xcf // the last SOF; JPG, 0xc8, and DAC, 0xcc, lie between
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1 // Exif
	markerAPP2  = 0xe2 // ICC profiles
	markerAPP14 = 0xee
	markerAPP15 = 0xef
	markerCOM   = 0xfe
)

// segment is a marker with its parameters (T.81, B.1.1.4).
type segment struct {
	marker     byte
	start, end int    // offsets of the marker's 0xff and of the end of the parameters
	params     []byte // without the length
}

// isTable reports whether s holds tables or begins a scan.
func (s segment) isTable() bool {
	switch s.marker {
	case markerDHT, markerDQT, markerDRI, markerSOS:
		return true
	}
	return false
}

// checkSkippable returns an error unless a segment that the decoder does not read
// may be skipped.
func (s segment) checkSkippable() error {
	switch m := s.marker; {
	case m > markerSOF2 && m <= markerSOF15:
		return unsupportedError("lossless, hierarchical or arithmetic coding")
	case m >= markerAPP0 && m <= markerAPP15, m == markerCOM:
		return nil
	case m < markerSOF0:
		return formatError("unknown marker")
	case m == markerSOI:
		return formatError("SOI inside the picture")
	default: // DNL, hierarchical, extensions
		return unsupportedError("a marker that the baseline, extended and progressive processes do not use")
	}
}
