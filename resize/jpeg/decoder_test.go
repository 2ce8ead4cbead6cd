package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkReference compares a decoded picture with the reference decoder's.
func checkReference(t *testing.T, ref *reference, m *decodedPart, o options) {
	t.Helper()
	for i, p := range m.Planes {
		scale := o.Luma
		if m.Model.chroma(i) {
			scale = o.Chroma
		}
		want, width, height, largest := ref.samples(i, 8/int(max(1, scale)))
		if p.Width != width || p.Height != height {
			t.Fatalf("plane %d is %dx%d, want %dx%d", i, p.Width, p.Height, width, height)
		}
		if largest > 16384 {
			continue
		}
		for j, w := range want {
			x, y := j%width, j/width
			if got := p.Pix[y*p.Stride+x]; math.Abs(float64(got)-w) > 1 {
				t.Fatalf("plane %d at %d,%d is %d, want %.2f", i, x, y, got, w)
			}
		}
	}
}

// checkStandard compares a picture decoded at full scale with image/jpeg's.
func checkStandard(t *testing.T, data []byte, m *decodedPart) {
	t.Helper()
	want, err := stdjpeg.Decode(bytes.NewReader(data))
	var unsupported stdjpeg.UnsupportedError
	if errors.As(err, &unsupported) {
		return
	}
	if err != nil {
		t.Fatalf("image/jpeg: %v", err)
	}
	compareStandard(t, want, m)
}

// compareStandard compares m with a picture that image/jpeg has decoded.
func compareStandard(t *testing.T, want image.Image, m *decodedPart) {
	t.Helper()
	for i, p := range m.Planes {
		at := standardSamples(want, m, i)
		if at == nil {
			continue
		}
		for y := range p.Height {
			for x := range p.Width {
				got, want := int(p.Pix[y*p.Stride+x]), int(at(x, y))
				if got-want > 1 || want-got > 1 {
					t.Fatalf("plane %d at %d,%d is %d, image/jpeg says %d", i, x, y, got, want)
				}
			}
		}
	}
}

// standardSamples returns the samples of plane i of a picture that image/jpeg has
// decoded, or nil if image/jpeg converted it to other colours or another size.
func standardSamples(img image.Image, m *decodedPart, i int) func(x, y int) uint8 {
	sx, sy := m.Step(i)
	switch img := img.(type) {
	case *image.Gray:
		return func(x, y int) uint8 { return img.GrayAt(x, y).Y }
	case *image.YCbCr:
		plane, stride := [][]uint8{img.Y, img.Cb, img.Cr}[i], img.CStride
		if i == 0 {
			stride = img.YStride
		}
		return func(x, y int) uint8 { return plane[y*stride+x] }
	case *image.RGBA:
		if sx == 1 && sy == 1 {
			return func(x, y int) uint8 { return img.Pix[y*img.Stride+4*x+i] }
		}
	case *image.CMYK:
		if sx == 1 && sy == 1 && (m.Model == modelCMYK || i == 3) {
			return func(x, y int) uint8 { return 255 - img.Pix[y*img.Stride+4*x+i] }
		}
	}
	return nil
}

// standardMiscounts reports whether image/jpeg decodes a picture wrongly or
// refuses it: in scans of one component it counts restart intervals in MCUs, and
// ends rows by the width of the component that is sampled most.
func standardMiscounts(p *picture) bool {
	if len(p.components) == 1 || p.scans == nil && !p.progressive {
		return false
	}
	maxH, maxV := p.sampling()
	for _, c := range p.components {
		if c.H*c.V > 1 && (p.restart > 0 || c.H < maxH && c.H > 1 || c.V < maxV && c.V > 1) {
			return true
		}
	}
	return false
}

// testSampler returns the samples of a small picture: smooth, with an edge and
// some noise.
func testSampler(c, x, y int) uint8 {
	r := random(uint64(c<<40 | x<<20 | y))
	v := 60*c + 3*x + 2*y + r.intn(24)
	if x+2*y > 40 {
		v = 220 - v/2
	}
	return uint8(max(0, min(255, v)))
}

// components returns components with sampling factors such as "22 11 11".
func components(factors string) []frameComponent {
	var c []frameComponent
	for _, f := range strings.Fields(factors) {
		c = append(c, frameComponent{H: int(f[0] - '0'), V: int(f[1] - '0')})
	}
	return c
}

var testSamplings = []string{
	"11", "22", "41",
	"11 11 11", "21 11 11", "12 11 11", "22 11 11", "41 11 11", "14 11 11", "42 11 11", "24 11 11",
	"31 11 11", "13 11 11", "32 11 11", "22 21 12", "11 22 11", "21 12 11", "22 12 12", "32 21 11", "44 11 11",
	"11 11 11 11", "22 11 11 22", "21 11 11 21", "22 21 12 11",
}

var testSizes = [][2]int{{1, 1}, {7, 9}, {17, 33}, {65, 3}, {50, 41}}

// separate returns a scan for each of n components.
func separate(n int) (s []scanSpec) {
	for i := range n {
		s = append(s, scanSpec{components: []int{i}, last: 63})
	}
	return s
}

// testModes returns the ways to code a picture of n components, by name.
func testModes(n int) map[string]picture {
	spectral := []scanSpec{}
	for i := range n {
		spectral = append(spectral, scanSpec{[]int{i}, 0, 0, 0, 0}, scanSpec{[]int{i}, 1, 2, 0, 0},
			scanSpec{[]int{i}, 3, 30, 0, 0}, scanSpec{[]int{i}, 31, 63, 0, 0})
	}
	fine := []scanSpec{}
	for i := range n {
		fine = append(fine, scanSpec{[]int{i}, 0, 0, 0, 3}, scanSpec{[]int{i}, 1, 63, 0, 4})
		for low := 3; low >= 0; low-- {
			fine = append(fine, scanSpec{[]int{i}, 1, 20, low + 1, low}, scanSpec{[]int{i}, 21, 63, low + 1, low})
		}
		for low := 2; low >= 0; low-- {
			fine = append(fine, scanSpec{[]int{i}, 0, 0, low + 1, low})
		}
	}
	modes := map[string]picture{
		"separate":            {scans: separate(n)},
		"separate/restart":    {scans: separate(n), restart: 3},
		"spectral":            {progressive: true, scans: spectral},
		"fine":                {progressive: true, scans: fine},
		"fine/restart":        {progressive: true, scans: fine, restart: 2},
		"spectral/wide quant": {progressive: true, scans: spectral, wideQuant: true},
	}
	// The usual scans interleave components; not every sampling allows that.
	modes["baseline"] = picture{}
	modes["baseline/restart"] = picture{restart: 1}
	modes["extended/wide quant"] = picture{extended: true, wideQuant: true}
	modes["baseline/fill/restart"] = picture{fill: 3, restart: 2}
	modes["best"] = picture{quality: 100, restart: 5}
	modes["progressive"] = picture{progressive: true}
	modes["progressive/restart"] = picture{progressive: true, restart: 2}
	modes["progressive/best"] = picture{progressive: true, quality: 100}
	return modes
}

// interleavable reports whether an MCU of all components has at most 10 blocks.
func (p *picture) interleavable() bool {
	n := 0
	for _, c := range p.components {
		n += c.H * c.V
	}
	return n <= 10 || len(p.components) == 1
}

// eachTestPicture calls f with pictures of every sampling, size and mode.
func eachTestPicture(t *testing.T, f func(t *testing.T, p picture, data []byte)) {
	for _, sampling := range testSamplings {
		c := components(sampling)
		t.Run(sampling, func(t *testing.T) {
			t.Parallel()
			for name, p := range testModes(len(c)) {
				p.components, p.adobe = c, -1
				if len(c) == 4 {
					p.adobe = 0
				}
				if p.scans == nil && !p.interleavable() {
					continue
				}
				for _, size := range testSizes {
					p.width, p.height = size[0], size[1]
					t.Run(fmt.Sprintf("%s/%dx%d", name, p.width, p.height), func(t *testing.T) {
						f(t, p, p.encode(testSampler))
					})
				}
			}
		})
	}
}

var testScales = []options{
	{},
	{Luma: half, Chroma: half}, {Luma: quarter, Chroma: quarter}, {Luma: eighth, Chroma: eighth},
	{Luma: half, Chroma: full}, {Luma: eighth, Chroma: quarter}, {Luma: full, Chroma: eighth},
}

func TestDecode(t *testing.T) {
	eachTestPicture(t, func(t *testing.T, p picture, data []byte) {
		var ref reference
		if err := ref.decode(data); err != nil {
			t.Fatal(err)
		}
		if ref.largest() > 16384 {
			t.Fatal("coefficients are too large to compare")
		}
		var d decoder
		for _, o := range testScales {
			m, err := d.Decode(context.Background(), whole(data), o)
			if err != nil {
				t.Fatalf("%+v: %v", o, err)
			}
			checkReference(t, &ref, m, o)
			if o == (options{}) && !standardMiscounts(&p) {
				checkStandard(t, data, m)
			}
		}
	})
}

// TestQuantisationLatched checks that the quantisation table at a component's
// first scan holds for all its scans, even if the scale does not need the first.
func TestQuantisationLatched(t *testing.T) {
	p := picture{width: 40, height: 30, components: samplingGray, adobe: -1, progressive: true}
	p.scans = []scanSpec{{[]int{0}, 1, 63, 0, 0}, {[]int{0}, 0, 0, 0, 0}}
	data := p.encode(testSampler)
	other := append([]byte{0xff, markerDQT, 0, 67, 0}, bytes.Repeat([]byte{99}, 64)...)
	at := scanEnd(t, data, 1)
	changed := slices.Concat(data[:at], other, data[at:])
	var a, b decoder
	for _, o := range testScales {
		want, err := a.Decode(t.Context(), whole(data), o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Decode(t.Context(), whole(changed), o)
		if err != nil || !slices.EqualFunc(clonePlanes(want), clonePlanes(got), slices.Equal) {
			t.Errorf("%+v: another picture, or error %v", o, err)
		}
	}
}

// TestOriginals decodes pictures of other encoders.
func TestOriginals(t *testing.T) {
	files, err := filepath.Glob("../../testdata/originals/*.jpg")
	if err != nil || len(files) == 0 {
		t.Fatal("no originals", err)
	}
	for i := 0; i < len(files); i++ {
		file := files[i]
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, []byte{0xff, markerSOI}) {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			var d decoder
			m, err := d.Decode(context.Background(), whole(data), options{})
			if strings.Contains(file, "truncated") {
				var bad formatError
				if !errors.As(err, &bad) {
					t.Fatalf("error %v, want a FormatError", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(file, "progressive-420-restart") { // image/jpeg refuses this one
				checkStandard(t, data, m)
			}
			var ref reference
			if err := ref.decode(data); err != nil {
				t.Fatal(err)
			}
			for _, o := range testScales {
				m, err := d.Decode(context.Background(), whole(data), o)
				if err != nil {
					t.Fatal(err)
				}
				checkReference(t, &ref, m, o)
			}
		})
	}
}

// TestLong decodes more than several windows of data, with as many bits a block
// as a picture can have.
func TestLong(t *testing.T) {
	for _, progressive := range []bool{false, true} {
		p := picture{width: 400, height: 300, components: sampling444, adobe: -1, quality: 100, progressive: progressive, restart: 600}
		data := p.encode(func(c, x, y int) uint8 {
			r := random(uint64(c<<40 | x<<20 | y))
			return uint8(-(r.next() & 1))
		})
		if len(data) < 10*windowSize {
			t.Fatalf("only %d bytes", len(data))
		}
		var ref reference
		if err := ref.decode(data); err != nil {
			t.Fatal(err)
		}
		var d decoder
		for _, o := range testScales {
			m, err := d.Decode(context.Background(), whole(data), o)
			if err != nil {
				t.Fatalf("progressive %v, %+v: %v", progressive, o, err)
			}
			checkReference(t, &ref, m, o)
		}
	}
}
