// Package icc converts the colours of a CMYK ICC profile to sRGB, through the profile's
// table from device to perceptual colours: A2B0, of type lut8Type, lut16Type or
// lutAToBType (ICC.1:2022, 10.10 to 10.12). It does not compensate for black points.
//
// It reads profiles from untrusted pictures: whatever they hold, the result is an error
// or some colour, and memory stays in proportion to their length.
package icc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// channels is the number of inks.
const channels = 4

// Transform converts CMYK of one profile to sRGB. It is safe for concurrent use.
type Transform struct {
	input  [channels][256]float32 // position in the grid for each amount of ink
	grid   [channels]int          // points along each ink, at least 1
	clut   []float32              // three values of 0 to 1 a point, the last ink fastest
	middle *matrix                // between the table and output, or nil
	output [3]curve
	pcs    pcs
	encode []byte // sRGB's curve, see encodeTable
}

// matrix holds curves, and a matrix with an offset that follows them.
type matrix struct {
	curves [3]curve
	factor [9]float64
	offset [3]float64
}

// Memory returns the most bytes that the Transform of a profile of n bytes takes: the
// table has four for each byte that it is read from, and each of three sets of curves
// two. Table and curves may all be read from the same bytes.
func Memory(n int64) int64 { return (4+3*2)*n + 64<<10 }

// New reads a CMYK profile. The error says what in it cannot be used.
func New(profile []byte) (*Transform, error) {
	const headerSize = 128
	if len(profile) < headerSize+4 {
		return nil, errors.New("profile cut off")
	}
	if space := string(profile[16:20]); space != "CMYK" {
		return nil, fmt.Errorf("the profile has the colour space %q, not CMYK", space)
	}
	t := &Transform{}
	tag, err := deviceTable(profile)
	if err != nil {
		return nil, err
	}
	switch typ := string(tag[:4]); typ {
	case "mft1":
		err = t.parseLUT(tag, 1)
	case "mft2":
		err = t.parseLUT(tag, 2)
	case "mAB ":
		err = t.parseAToB(tag)
	default:
		err = fmt.Errorf("A2B0 has the type %q", typ)
	}
	if err != nil {
		return nil, err
	}
	t.pcs, err = pcsOf(string(profile[20:24]), string(tag[:4]))
	if err != nil {
		return nil, err
	}
	t.encode = encodeTable()
	return t, nil
}

// deviceTable returns the data of the A2B0 tag.
func deviceTable(profile []byte) ([]byte, error) {
	const tagTable = 128
	n := uint64(binary.BigEndian.Uint32(profile[tagTable:]))
	entries := profile[tagTable+4:]
	for ; n > 0 && len(entries) >= 12; n-- {
		if string(entries[:4]) != "A2B0" {
			entries = entries[12:]
			continue
		}
		start := uint64(binary.BigEndian.Uint32(entries[4:]))
		size := uint64(binary.BigEndian.Uint32(entries[8:]))
		if size < 32 || start+size > uint64(len(profile)) {
			return nil, errors.New("A2B0 extends beyond the profile")
		}
		return profile[start : start+size], nil
	}
	return nil, errors.New("the profile has no A2B0")
}

// ToSRGB converts pixels of four bytes in place: from cyan, magenta, yellow and black,
// where 255 is full ink, to red, green, blue and 255.
func (t *Transform) ToSRGB(pix []byte) {
	var last [channels]byte
	var rgb [3]byte
	for i := 0; i+channels <= len(pix); i += channels {
		p := (*[channels]byte)(pix[i:])
		if i == 0 || *p != last {
			last = *p
			rgb = t.convert(last)
		}
		p[0], p[1], p[2], p[3] = rgb[0], rgb[1], rgb[2], 255
	}
}

// convert converts one colour to sRGB.
func (t *Transform) convert(ink [channels]byte) [3]byte {
	v := t.interpolate(ink)
	if m := t.middle; m != nil {
		v = m.apply(v)
	}
	for i, c := range t.output {
		v[i] = c(v[i])
	}
	return t.encodeRGB(linearRGB(t.pcs(v)))
}

// interpolate interpolates in the table, linearly along each ink.
func (t *Transform) interpolate(ink [channels]byte) [3]float64 {
	// The corners of the cell around the colour. A corner without weight along an ink
	// is left out; that is most of them if inks are not used at all.
	var index [1 << channels]int
	var weight [1 << channels]float32
	weight[0] = 1
	corners, stride := 1, 3
	for ch := channels - 1; ch >= 0; ch-- {
		pos := t.input[ch][ink[ch]]
		low := int(pos)
		rest := pos - float32(low)
		for k := range corners {
			index[k] += low * stride
			if rest > 0 {
				index[corners+k] = index[k] + stride
				weight[corners+k] = weight[k] * rest
				weight[k] *= 1 - rest
			}
		}
		if rest > 0 {
			corners *= 2
		}
		stride *= t.grid[ch]
	}
	var a, b, c float32
	for k := range corners {
		p := t.clut[index[k] : index[k]+3 : index[k]+3]
		a += weight[k] * p[0]
		b += weight[k] * p[1]
		c += weight[k] * p[2]
	}
	return [3]float64{float64(a), float64(b), float64(c)}
}

func (m *matrix) apply(v [3]float64) [3]float64 {
	for i, c := range m.curves {
		v[i] = c(v[i])
	}
	f := &m.factor
	return [3]float64{
		f[0]*v[0] + f[1]*v[1] + f[2]*v[2] + m.offset[0],
		f[3]*v[0] + f[4]*v[1] + f[5]*v[2] + m.offset[1],
		f[6]*v[0] + f[7]*v[1] + f[8]*v[2] + m.offset[2],
	}
}
