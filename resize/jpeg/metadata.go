package jpeg

import (
	"bytes"
)

// metadata is what application segments before the first scan hold, besides the
// colour model. Its bytes are the source's.
type metadata struct {
	// Exif is the TIFF structure of the first Exif segment (Exif 2.32, 4.7.2), or
	// nil.
	Exif []byte

	icc [][]byte // the parts of the ICC profile in file order: number, count, data
}

// parseExif reads an APP1 segment. Two zeros follow the name; some writers put
// another byte in place of the second.
func (m *metadata) parseExif(params []byte) {
	if m.Exif == nil && len(params) > 6 && string(params[:5]) == "Exif\x00" {
		m.Exif = params[6:]
	}
}

// iccHeader begins an APP2 segment with a part of an ICC profile; the part's
// number, from 1, and the number of parts follow (ICC.1:2022, B.4).
const iccHeader = "ICC_PROFILE\x00"

// parseICC reads an APP2 segment.
func (m *metadata) parseICC(params []byte) {
	if part, ok := bytes.CutPrefix(params, []byte(iccHeader)); ok {
		m.icc = append(m.icc, part)
	}
}

// profileSize returns an upper bound of the ICC profile's size in bytes.
func (m *metadata) profileSize() (n int64) {
	for _, part := range m.icc {
		n += int64(len(part))
	}
	return n
}

// Profile returns the ICC profile, joined from its parts, or nil. If a part is
// missing, double or numbered out of range there is no profile: libjpeg, and so
// every browser, reads such a file the same way.
func (m *metadata) Profile() []byte {
	n := len(m.icc)
	ordered := make([][]byte, n)
	for _, part := range m.icc {
		if len(part) < 2 || int(part[1]) != n {
			return nil
		}
		i := int(part[0]) - 1
		if i < 0 || i >= n || ordered[i] != nil {
			return nil
		}
		ordered[i] = part[2:]
	}
	return bytes.Join(ordered, nil)
}
