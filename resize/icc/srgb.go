package icc

import (
	"fmt"
	"math"
	"sync"
)

// pcs converts encoded colours of a profile connection space to XYZ under D50.
type pcs func([3]float64) [3]float64

// white is the D50 white of the profile connection space (ICC.1:2022, 7.2.16).
var white = [3]float64{0.9642, 1, 0.8249}

// pcsOf returns how a table of the given type encodes a connection space (ICC.1:2022,
// 6.3.4.2; for lut16Type, 10.10 tables 41 and 42).
func pcsOf(space, typ string) (pcs, error) {
	switch {
	case space == "Lab " && typ == "mft2":
		return func(v [3]float64) [3]float64 {
			const legacy = 65535.0 / 65280 // 0xff00 in place of 0xffff
			return labToXYZ(v[0]*legacy, v[1]*legacy, v[2]*legacy)
		}, nil
	case space == "Lab ":
		return func(v [3]float64) [3]float64 { return labToXYZ(v[0], v[1], v[2]) }, nil
	case space == "XYZ " && typ != "mft1":
		return func(v [3]float64) [3]float64 {
			const scale = 65535.0 / 32768
			return [3]float64{v[0] * scale, v[1] * scale, v[2] * scale}
		}, nil
	}
	return nil, fmt.Errorf("connection space %q in a table of type %q", space, typ)
}

// labToXYZ converts CIELAB to XYZ. Numbers of 0 to 1 encode L* of 0 to 100, and a* and
// b* of -128 to 127.
func labToXYZ(l, a, b float64) [3]float64 {
	y := (100*l + 16) / 116
	return [3]float64{
		white[0] * cubed(y+(255*a-128)/500),
		white[1] * cubed(y),
		white[2] * cubed(y-(255*b-128)/200),
	}
}

// cubed computes the inverse of CIELAB's f.
func cubed(v float64) float64 {
	if v > 6.0/29 {
		return v * v * v
	}
	return (v - 16.0/116) * (108.0 / 841)
}

// linearRGB converts XYZ under D50 to linear sRGB. The matrix is the inverse of the
// sRGB primaries' (IEC 61966-2-1), adapted from D65 to D50 by the Bradford transform
// (ICC.1:2022, annex E).
func linearRGB(v [3]float64) [3]float64 {
	return [3]float64{
		3.1338561*v[0] - 1.6168667*v[1] - 0.4906146*v[2],
		-0.9787684*v[0] + 1.9161415*v[1] + 0.0334540*v[2],
		0.0719453*v[0] - 0.2289914*v[1] + 1.4052427*v[2],
	}
}

// encodeSteps is fine enough for the steepest part of sRGB's curve: a step is about a
// fifth of one of its 255 levels.
const encodeSteps = 1 << 14

// encodeTable returns sRGB's curve (IEC 61966-2-1) over linear light of 0 to 1 in
// encodeSteps, rounded to bytes.
var encodeTable = sync.OnceValue(func() []byte {
	table := make([]byte, encodeSteps+1)
	for i := range table {
		v := float64(i) / encodeSteps
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		table[i] = byte(255*v + 0.5)
	}
	return table
})

// encodeRGB encodes linear light. Colours outside sRGB are clipped.
func (t *Transform) encodeRGB(v [3]float64) [3]byte {
	var rgb [3]byte
	for i := range rgb {
		rgb[i] = t.encode[int(clip(v[i])*encodeSteps+0.5)]
	}
	return rgb
}
