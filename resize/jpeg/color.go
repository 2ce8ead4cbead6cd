package jpeg

// colorModel is what the planes of a picture mean.
type colorModel uint8

// The colour models. YCbCr is JFIF's: ITU-R BT.601, full range. CMYK and YCCK are
// stored inverted, 255 being no ink: all writers do so, following Adobe, and
// browsers and djpeg read them so, with or without an Adobe segment.
const (
	modelGray colorModel = iota
	modelYCbCr
	modelRGB
	modelCMYK
	modelYCCK // CMY as YCbCr of its inverse, and K
)

func (m colorModel) String() string {
	return [...]string{"Gray", "YCbCr", "RGB", "CMYK", "YCCK"}[m]
}

// chroma reports whether component i carries colour differences, to which the eye
// is less sensitive.
func (m colorModel) chroma(i int) bool {
	return (m == modelYCbCr || m == modelYCCK) && (i == 1 || i == 2)
}

// colorHints holds what application segments say about the colour model; the
// frame header itself says nothing.
type colorHints struct {
	jfif      bool
	adobe     bool
	transform byte // Adobe's: 0 none, 1 YCbCr, 2 YCCK
}

// parseJFIF reads an APP0 segment (JFIF 1.02, page 5). It ignores a segment too
// short for JFIF's fields: other applications use APP0 too, also after JFIF's
// own.
func (c *colorHints) parseJFIF(params []byte) {
	const fields = 14 // bytes, from the identifier to the size of the thumbnail
	if len(params) >= fields && string(params[:5]) == "JFIF\x00" {
		c.jfif = true
	}
}

// parseAdobe reads an APP14 segment (Adobe Technical Note 5116, section 18).
func (c *colorHints) parseAdobe(params []byte) {
	if len(params) < 12 || string(params[:5]) != "Adobe" {
		return
	}
	c.adobe, c.transform = true, params[11]
}

// model returns the colour model by the rules of libjpeg (jdapimin.c,
// default_decompress_parms), and so of most browsers.
func (c colorHints) model(comps []frameComponent) colorModel {
	switch len(comps) {
	case 1:
		return modelGray
	case 3:
		switch {
		case c.jfif:
			return modelYCbCr
		case c.adobe && c.transform == 0:
			return modelRGB
		case c.adobe:
			return modelYCbCr
		case comps[0].ID == 'R' && comps[1].ID == 'G' && comps[2].ID == 'B':
			return modelRGB
		}
		return modelYCbCr
	default:
		if c.adobe && c.transform != 0 {
			return modelYCCK
		}
		return modelCMYK
	}
}
