package icc

import (
	"encoding/binary"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the profiles in testdata")

// kinds lists the kinds of table that fixture writes.
var kinds = []string{"lut8", "lut16", "lut16xyz", "atob", "atobmatrix"}

// TestFixtures compares the profiles in testdata with the code that made them. After
// -update run testdata/littlecms.py to compute the expected numbers.
func TestFixtures(t *testing.T) {
	for _, kind := range kinds {
		path := filepath.Join("testdata", kind+".icc")
		want := fixture(kind)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what fixture makes; rewrite it with -update", path)
		}
	}
}

// fixture returns a whole CMYK profile of an invented press.
func fixture(kind string) []byte {
	version, space := uint32(0x02100000), "Lab "
	var table []byte
	switch kind {
	case "lut8":
		table = fixtureLUT(1, 4, labValues(1))
	case "lut16":
		table = fixtureLUT(2, 5, labValues(65280.0/65535))
	case "lut16xyz":
		space = "XYZ "
		table = fixtureLUT(2, 5, xyzValues)
	case "atob":
		version = 0x04200000
		table = fixtureAToB(labValues(1), nil)
	case "atobmatrix":
		version, space = 0x04200000, "XYZ "
		table = fixtureAToB(rgbValues, append(paraCurves(), s15Fixed16s(
			0.4361*0.5, 0.3851*0.5, 0.1431*0.5,
			0.2225*0.5, 0.7169*0.5, 0.0606*0.5,
			0.0139*0.5, 0.0971*0.5, 0.7141*0.5,
			0.001, 0.001, 0.001)...))
	}
	return fixtureProfile(version, space, table)
}

// fixtureProfile returns a profile with a table and the required tags.
func fixtureProfile(version uint32, space string, table []byte) []byte {
	text := append([]byte("text\x00\x00\x00\x00Made by edgeresize, free for any use"), 0)
	desc := append([]byte("desc\x00\x00\x00\x00\x00\x00\x00\x0bedgeresize\x00"), make([]byte, 78)...)
	wtpt := append([]byte("XYZ \x00\x00\x00\x00"), s15Fixed16s(white[:]...)...)
	tags := []struct {
		name string
		data []byte
	}{{"A2B0", table}, {"cprt", text}, {"desc", desc}, {"wtpt", wtpt}}

	p := make([]byte, 128, 1<<14)
	binary.BigEndian.PutUint32(p[8:], version)
	copy(p[12:], "prtrCMYK")
	copy(p[20:], space)
	copy(p[24:], "\x07\xea\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00")
	copy(p[36:], "acsp")
	copy(p[68:], s15Fixed16s(white[:]...))
	p = binary.BigEndian.AppendUint32(p, uint32(len(tags)))
	at := len(p) + 12*len(tags)
	for _, tag := range tags {
		p = append(p, tag.name...)
		p = binary.BigEndian.AppendUint32(p, uint32(at))
		p = binary.BigEndian.AppendUint32(p, uint32(len(tag.data)))
		at += (len(tag.data) + 3) / 4 * 4
	}
	for _, tag := range tags {
		p = padded(append(p, tag.data...))
	}
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	return p
}

// press returns the light that inks of 0 to 1 leave, as linear sRGB.
func press(ink [4]float64) [3]float64 {
	absorbs := [4][3]float64{{0.95, 0.35, 0.1}, {0.12, 0.9, 0.4}, {0.02, 0.08, 0.88}, {0.97, 0.97, 0.96}}
	rgb := [3]float64{0.96, 0.97, 0.95}
	for i, share := range ink {
		for c := range rgb {
			rgb[c] *= 1 - share*absorbs[i][c]
		}
	}
	return rgb
}

func pressXYZ(ink [4]float64) [3]float64 {
	v := press(ink)
	return [3]float64{
		0.4361*v[0] + 0.3851*v[1] + 0.1431*v[2],
		0.2225*v[0] + 0.7169*v[1] + 0.0606*v[2],
		0.0139*v[0] + 0.0971*v[1] + 0.7141*v[2],
	}
}

func rgbValues(ink [4]float64) [3]float64 { return press(ink) }

func xyzValues(ink [4]float64) [3]float64 {
	v := pressXYZ(ink)
	for i := range v {
		v[i] *= 32768.0 / 65535
	}
	return v
}

// labValues returns a function that encodes CIELAB so that 1 stands for L* of 100 /
// scale.
func labValues(scale float64) func([4]float64) [3]float64 {
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return v*841/108 + 16.0/116
	}
	return func(ink [4]float64) [3]float64 {
		v := pressXYZ(ink)
		x, y, z := f(v[0]/white[0]), f(v[1]/white[1]), f(v[2]/white[2])
		return [3]float64{
			scale * (116*y - 16) / 100,
			scale * (500*(x-y) + 128) / 255,
			scale * (200*(y-z) + 128) / 255,
		}
	}
}

// fixtureLUT returns a lut8Type or lut16Type with input curves of dot gain and output
// curves that darken the first channel a little.
func fixtureLUT(width, side int, values func([4]float64) [3]float64) []byte {
	b := append([]byte{}, []string{"", "mft1", "mft2"}[width]...)
	b = append(b, 0, 0, 0, 0, 4, 3, byte(side), 0)
	b = append(b, s15Fixed16s(1, 0, 0, 0, 1, 0, 0, 0, 1)...)
	points := 256
	if width == 2 {
		points = 33
		b = append(b, 0, byte(points), 0, byte(points))
	}
	for range 4 {
		b = appendCurve(b, width, points, func(v float64) float64 { return math.Pow(v, 0.8) })
	}
	b = appendGrid(b, width, [4]int{side, side, side, side}, values)
	b = appendCurve(b, width, points, func(v float64) float64 { return v - 0.1*v*(1-v) })
	for range 2 {
		b = appendCurve(b, width, points, func(v float64) float64 { return v })
	}
	return b
}

// fixtureAToB returns a lutAToBType; middle is its M curves and matrix, or nil.
func fixtureAToB(values func([4]float64) [3]float64, middle []byte) []byte {
	const head, width = 32, 2
	b := append([]byte("mAB \x00\x00\x00\x00\x04\x03\x00\x00"), make([]byte, 20)...)
	at := func(i int) { binary.BigEndian.PutUint32(b[12+4*i:], uint32(len(b))) }
	at(0) // B curves: identity, sampled, gamma
	b = append(b, "curv\x00\x00\x00\x00\x00\x00\x00\x00"...)
	b = append(b, "curv\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x7f\xff\xff\xff\x00\x00"...)
	b = append(b, "curv\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00"...)
	if middle != nil {
		at(2)
		b = append(b, middle[:len(middle)-48]...)
		at(1)
		b = append(b, middle[len(middle)-48:]...)
	}
	at(3)
	sides := [4]int{4, 5, 3, 6}
	grid := make([]byte, 20)
	for i, n := range sides {
		grid[i] = byte(n)
	}
	grid[16] = width
	b = padded(appendGrid(append(b, grid...), width, sides, values))
	at(4)
	for _, gamma := range []float64{0.8, 0.9, 1, 1.2} {
		b = append(b, "para\x00\x00\x00\x00\x00\x00\x00\x00"...)
		b = append(b, s15Fixed16s(gamma)...)
	}
	return b
}

// paraCurves returns three parametric curves of different kinds.
func paraCurves() []byte {
	b := append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), s15Fixed16s(1.5, 0.9, 0.1, 1.104, 0.05)...)
	b = append(append(b, "para\x00\x00\x00\x00\x00\x04\x00\x00"...), s15Fixed16s(1.2, 0.9, 0.05, 0.8828, 0.4, 0.02, 0.01)...)
	return append(append(b, "para\x00\x00\x00\x00\x00\x01\x00\x00"...), s15Fixed16s(1.1, 1.05, -0.05)...)
}

func appendCurve(b []byte, width, points int, f func(float64) float64) []byte {
	for i := range points {
		b = appendValue(b, width, f(float64(i)/float64(points-1)))
	}
	return b
}

func appendGrid(b []byte, width int, sides [4]int, values func([4]float64) [3]float64) []byte {
	for i := range sides[0] * sides[1] * sides[2] * sides[3] {
		var ink [4]float64
		for ch, rest := 3, i; ch >= 0; ch-- {
			ink[ch] = float64(rest%sides[ch]) / float64(sides[ch]-1)
			rest /= sides[ch]
		}
		for _, v := range values(ink) {
			b = appendValue(b, width, v)
		}
	}
	return b
}

func appendValue(b []byte, width int, v float64) []byte {
	v = clip(v)
	if width == 1 {
		return append(b, byte(255*v+0.5))
	}
	return binary.BigEndian.AppendUint16(b, uint16(65535*v+0.5))
}

func s15Fixed16s(values ...float64) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

func padded(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
