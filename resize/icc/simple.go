package icc

// Simple converts pixels of a profile of curves and a matrix to sRGB.
type Simple struct {
	curves  [3][256]float32 // to linear light, for gray the first
	columns [3][3]float64   // XYZ of red, green and blue
	encode  []byte          // sRGB's curve, see encodeTable
}

// SimpleMemory is more bytes than a Simple and its making take: the tags of a profile may
// be many.
const SimpleMemory = 64 << 10

// NewSimple reads a profile, as [Kept] returns it. It returns nil unless the profile is
// [Plain] and connects through XYZ.
func NewSimple(profile []byte) *Simple {
	if !Plain(profile) || string(profile[20:24]) != "XYZ " {
		return nil
	}
	tags, _ := tagsOf(profile)
	s := &Simple{encode: encodeTable()}
	names := []string{"r", "g", "b"}
	if string(profile[16:20]) == Gray {
		names = []string{"k"}
	}
	for i, name := range names {
		c, _, err := parseCurve(tags[name+"TRC"])
		if err != nil {
			return nil
		}
		for v := range s.curves[i] {
			s.curves[i][v] = float32(c(float64(v) / 255))
		}
		for j := range 3 {
			if xyz := tags[name+"XYZ"]; len(names) == 3 {
				s.columns[i][j] = s15Fixed16(xyz[8+4*j:])
			}
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
			pix[i] = s.encoded(v)
		}
	}
}

// Grays returns the sRGB level for each level of a gray profile.
func (s *Simple) Grays() (levels [256]byte) {
	for v, light := range s.curves[0] {
		levels[v] = s.encoded(float64(light))
	}
	return levels
}

// encoded returns linear light as a level of sRGB.
func (s *Simple) encoded(light float64) byte { return s.encode[int(clip(light)*encodeSteps+0.5)] }
