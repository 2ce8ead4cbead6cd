package jpeg

import (
	"image/color"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// joined reports whether resampled planes become pixels: those of RGB and of
// inks, which the encoder does not write.
func (m colorModel) joined() bool { return m == modelRGB || m.inks() }

// inks reports whether the planes hold amounts of ink.
func (m colorModel) inks() bool { return m == modelCMYK || m == modelYCCK }

// toSRGB returns the function for [pic.Planar.ToSRGB]: nil for gray and YCbCr.
// Inks become sRGB by their profile or, without an ink profile, by the formula
// that browsers use. An ink profile that cannot be read is a
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

// makeOpaque sets the alpha of every pixel to 255.
func makeOpaque(pix []uint8) {
	for i := 3; i < len(pix); i += 4 {
		pix[i] = 255
	}
}

// invert turns inks as stored, 255 being none, into amounts of ink.
func invert(pix []uint8) {
	for i := range pix {
		pix[i] ^= 255
	}
}

// invertYCCK turns YCCK as stored into amounts of ink: the RGB of Y, Cb and Cr
// are the amounts of C, M and Y, and black is stored inverted.
func invertYCCK(pix []uint8) {
	for ; len(pix) >= 4; pix = pix[4:] {
		pix[0], pix[1], pix[2] = color.YCbCrToRGB(pix[0], pix[1], pix[2])
		pix[3] ^= 255
	}
}

// plainCMYK turns inks, 255 being full ink, into sRGB: each ink is a filter that
// passes its complement's colour.
func plainCMYK(pix []uint8) {
	for ; len(pix) >= 4; pix = pix[4:] {
		light := 255 - uint32(pix[3])
		for i, ink := range pix[:3] {
			pix[i] = uint8(((255-uint32(ink))*light + 127) / 255)
		}
		pix[3] = 255
	}
}
