package jpeg

import (
	"bytes"
)

// metadata is what application segments before the first scan say besides the
// colour model. Its bytes are the source's.
type metadata struct {
	// Exif is the TIFF structure of the first Exif segment (Exif 2.32, 4.7.2);
	// nil without one.
	Exif []byte

	icc [][]byte // the parts of the ICC profile, as they come: number, count, data
}

// parseExif reads an APP1 segment. Behind the name stand two zeros; some writers
// put another byte in the place of the second.
func (m *metadata) parseExif(params []byte) {
	if m.Exif == nil && len(params) > 6 && string(params[:5]) == "Exif\x00" {
		m.Exif = params[6:]
	}
}

// iccHeader precedes a part of an ICC profile in an APP2, before the part's
// number, from 1, and the number of parts (ICC.1:2022, B.4).
const iccHeader = "ICC_PROFILE\x00"

// parseICC reads an APP2 segment.
func (m *metadata) parseICC(params []byte) {
	if part, ok := bytes.CutPrefix(params, []byte(iccHeader)); ok {
		m.icc = append(m.icc, part)
	}
}

// profileSize returns how many bytes the ICC profile has at most.
func (m *metadata) profileSize() (n int64) {
	for _, part := range m.icc {
		n += int64(len(part))
	}
	return n
}

// Profile returns the ICC profile, joined of its parts. Where one is missing,
// double or numbered out of range there is no profile: that is how libjpeg, and
// with it every browser, takes such a file.
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
