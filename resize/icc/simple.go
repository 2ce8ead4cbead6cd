package icc

// Simple converts RGB of a profile of curves and a matrix to sRGB.
type Simple struct {
	curves  [3][256]float32 // to linear light
	columns [3][3]float64   // XYZ of red, green and blue
	encode  []byte          // sRGB's curve, see encodeTable
}

// SimpleMemory is more bytes than a Simple takes, and than [NewSimple] and [GrayToSRGB]
// take for a profile of some hundred tags.
const SimpleMemory = 64 << 10

// NewSimple reads a profile, as [Kept] returns it. It returns nil unless the profile is
// one of RGB and [Plain].
func NewSimple(profile []byte) *Simple {
	if !Plain(profile) || string(profile[16:20]) != RGB {
		return nil
	}
	tags, _ := tagsOf(profile)
	s := &Simple{encode: encodeTable()}
	for i, name := range [...]string{"r", "g", "b"} {
		light, _, err := parseCurve(tags[name+"TRC"])
		if err != nil {
			return nil
		}
		for v := range s.curves[i] {
			s.curves[i][v] = float32(light(float64(v) / 255))
		}
		for j := range 3 {
			s.columns[i][j] = s15Fixed16(tags[name+"XYZ"][8+4*j:])
		}
	}
	return s
}

// ToSRGB converts pixels of red, green, blue and alpha in place. Colours outside sRGB
// are clipped.
func (s *Simple) ToSRGB(pix []byte) {
	for ; len(pix) >= 4; pix = pix[4:] {
		var xyz [3]float64
		for i, column := range s.columns {
			light := float64(s.curves[i][pix[i]])
			for j, v := range column {
				xyz[j] += light * v
			}
		}
		for i, v := range linearRGB(xyz) {
			pix[i] = s.encode[int(clip(v)*encodeSteps+0.5)]
		}
	}
}
