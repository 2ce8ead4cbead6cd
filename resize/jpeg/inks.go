package jpeg

import (
	"image/color"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// joined reports whether resampled planes become pixels: those of RGB and of
// inks, which no JPEG is written of.
func (m colorModel) joined() bool { return m == modelRGB || m.inks() }

// inks reports whether the planes say how much ink there is.
func (m colorModel) inks() bool { return m == modelCMYK || m == modelYCCK }

// toSRGB returns what [pic.Planar.ToSRGB] has to be: nil for gray and YCbCr.
// Inks become sRGB as their profile says; without one of inks by the formula
// that browsers use. A profile of inks that cannot be read is a
// [pic.UnsupportedError].
func (o *original) toSRGB() (func(pix []uint8), error) {
	model := o.header.Model
	if !model.joined() {
		return nil, nil
	}
	if model == modelRGB {
		return makeOpaque, nil
	}
	convert := plainCMYK
	if p := icc.Whole(o.metadata.Profile(), icc.CMYK); p != nil {
		t, err := icc.New(p)
		if err != nil {
			return nil, pic.Unsupported(pic.JPEG, "CMYK JPEG with an ICC profile that cannot be read ("+err.Error()+")")
		}
		convert = t.ToSRGB
	}
	toInks := invert
	if model == modelYCCK {
		toInks = invertYCCK
	}
	return func(pix []uint8) {
		toInks(pix)
		convert(pix)
	}, nil
}

func makeOpaque(pix []uint8) {
	for i := 3; i < len(pix); i += 4 {
		pix[i] = 255
	}
}

// invert turns inks as they are stored, 255 being none, into amounts of ink.
func invert(pix []uint8) {
	for i := range pix {
		pix[i] ^= 255
	}
}

// invertYCCK does so for YCCK: the colours that Y, Cb and Cr stand for are the
// amounts of ink, and black is stored inverted.
func invertYCCK(pix []uint8) {
	for ; len(pix) >= 4; pix = pix[4:] {
		pix[0], pix[1], pix[2] = color.YCbCrToRGB(pix[0], pix[1], pix[2])
		pix[3] ^= 255
	}
}

// plainCMYK takes inks, 255 being full ink, for filters that add up, each of its
// complement's colour.
func plainCMYK(pix []uint8) {
	for ; len(pix) >= 4; pix = pix[4:] {
		light := 255 - uint32(pix[3])
		for i, ink := range pix[:3] {
			pix[i] = uint8(((255-uint32(ink))*light + 127) / 255)
		}
		pix[3] = 255
	}
}
