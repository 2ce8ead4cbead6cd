package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// smallPictures returns one picture for each way of coding.
func smallPictures() map[string][]byte {
	all := map[string][]byte{}
	for name, p := range testModes(3) {
		p.components, p.adobe = sampling420, -1
		p.width, p.height = 33, 25
		all[name] = p.encode(testSampler)
	}
	return all
}

// isBad reports whether err says what is wrong with a picture.
func isBad(err error) bool {
	var bad formatError
	var unsupported unsupportedError
	return errors.As(err, &bad) || errors.As(err, &unsupported)
}

// TestTruncated cuts pictures at every byte: there must never be half a picture,
// and the whole one as soon as the last needed scan has its last byte.
func TestTruncated(t *testing.T) {
	var d decoder
	for name, data := range smallPictures() {
		for i, o := range testScales {
			m, err := d.Decode(context.Background(), whole(data), o)
			if err != nil {
				t.Fatal(err)
			}
			end, want := d.bits.next, clonePlanes(m)
			for n := i; n < len(data); n += len(testScales) {
				m, err := d.Decode(context.Background(), whole(data[:n]), o)
				checkEnd(t, fmt.Sprintf("%s, %+v, cut after %d bytes", name, o, n), want, m, err, n >= end, isBad)
			}
		}
	}
}

// checkEnd checks a result: the picture want if enough data is there, else an
// error that bad accepts.
func checkEnd(t *testing.T, what string, want [][]uint8, m *decodedPart, err error, enough bool, bad func(error) bool) {
	t.Helper()
	switch {
	case !enough && !bad(err):
		t.Fatalf("%s: error %v", what, err)
	case enough && err != nil:
		t.Fatalf("%s, which is enough: error %v", what, err)
	case enough && !slices.EqualFunc(want, clonePlanes(m), slices.Equal):
		t.Fatalf("%s, which is enough: another picture", what)
	}
}

// TestShortScan removes bytes from the end of the entropy-coded data and keeps
// the markers behind it.
func TestShortScan(t *testing.T) {
	p := picture{width: 64, height: 64, components: sampling420, adobe: -1}
	for _, restart := range []int{0, 1, 5} {
		p.restart = restart
		data := p.encode(testSampler)
		var d decoder
		for missing := 1; missing < 20; missing++ {
			short := slices.Concat(data[:len(data)-2-missing], data[len(data)-2:])
			for _, o := range testScales {
				if _, err := d.Decode(context.Background(), whole(short), o); !isBad(err) {
					t.Errorf("restart interval %d, %d bytes missing, %+v: error %v", restart, missing, o, err)
				}
			}
		}
	}
}

// TestCorruptScan decodes scans whose Huffman codes are right but whose symbols
// mean nothing.
func TestCorruptScan(t *testing.T) {
	dc := symbol{class: 0}
	ac := func(code uint8) symbol { return symbol{class: 1, code: code, size: code & 15} }
	sequential := scanSpec{components: []int{0}, last: 63}
	firstDC := scanSpec{components: []int{0}}
	firstAC, refinement := scanSpec{[]int{0}, 1, 5, 0, 1}, scanSpec{[]int{0}, 1, 5, 1, 0}
	for _, test := range []struct {
		name  string
		scans []scanSpec
		data  [][]symbol
		valid bool
	}{
		{"valid", []scanSpec{sequential}, [][]symbol{{dc, ac(0xf1), ac(0xf1), ac(0xf1), ac(0xe1)}}, true},
		{"index 64", []scanSpec{sequential}, [][]symbol{{dc, ac(0xf1), ac(0xf1), ac(0xf1), ac(0xf1)}}, false},
		{"index 66", []scanSpec{sequential}, [][]symbol{{dc, ac(0xf1), ac(0xf1), ac(0xf1), ac(0xd1), ac(0x21)}}, false},
		{"64 zeros", []scanSpec{sequential}, [][]symbol{{dc, ac(0xf0), ac(0xf0), ac(0xf0), ac(0xf0)}}, false},
		{"end-of-band run in a sequential scan", []scanSpec{sequential}, [][]symbol{{dc, {class: 1, code: 0x10, size: 1}}}, false},
		{"the same behind a coefficient", []scanSpec{sequential}, [][]symbol{{dc, ac(0x51), {class: 1, code: 0x10, size: 1}}}, false},
		{"DC of 15 bits", []scanSpec{sequential}, [][]symbol{{{class: 0, code: 15, size: 15}, ac(0)}}, true},
		{"DC of 16 bits", []scanSpec{sequential}, [][]symbol{{{class: 0, code: 16, size: 16}, ac(0)}}, false},
		{"valid band", []scanSpec{firstDC, {[]int{0}, 1, 5, 0, 0}}, [][]symbol{{dc}, {ac(0x41)}}, true},
		{"beyond the band", []scanSpec{firstDC, {[]int{0}, 1, 5, 0, 0}}, [][]symbol{{dc}, {ac(0x51)}}, false},
		{"zeros beyond the band", []scanSpec{firstDC, {[]int{0}, 1, 5, 0, 0}}, [][]symbol{{dc}, {ac(0xf0), ac(0)}}, false},
		{"valid refinement", []scanSpec{firstDC, firstAC, refinement}, [][]symbol{{dc}, {ac(0)}, {ac(0x41)}}, true},
		{"refinement beyond the band", []scanSpec{firstDC, firstAC, refinement}, [][]symbol{{dc}, {ac(0)}, {ac(0x51)}}, false},
		{"refinement by 2 bits", []scanSpec{firstDC, firstAC, refinement}, [][]symbol{{dc}, {ac(0)}, {ac(0x42)}}, false},
	} {
		p := picture{width: 8, height: 8, components: samplingGray, adobe: -1, progressive: len(test.scans) > 1, extended: true}
		data := p.encodeSymbols(test.scans, test.data)
		for _, scale := range []scale{full, half, quarter} {
			var d decoder
			_, err := d.Decode(context.Background(), whole(data), options{Luma: scale})
			if (err == nil) != test.valid || err != nil && !isBad(err) {
				t.Errorf("%s at 1/%d: error %v", test.name, scale, err)
			}
		}
	}
}

// TestUnstuffed decodes the output of an encoder that forgets the zero after
// 0xff.
func TestUnstuffed(t *testing.T) {
	for _, progressive := range []bool{false, true} {
		p := picture{width: 300, height: 200, components: sampling420, adobe: -1, quality: 98, progressive: progressive}
		right := p.encode(testSampler)
		p.unstuffed = true
		wrong := p.encode(testSampler)
		if bytes.Equal(right, wrong) {
			t.Fatal("no 0xff in the data: the test tests nothing")
		}
		var d decoder
		for _, o := range testScales {
			if _, err := d.Decode(context.Background(), whole(right), o); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Decode(context.Background(), whole(wrong), o); !isBad(err) {
				t.Errorf("progressive %v, %+v: error %v", progressive, o, err)
			}
		}
	}
}

// TestFlipped damages pictures: decoding must neither panic nor hang, and must
// give a picture of the right size or an error of this package.
func TestFlipped(t *testing.T) {
	var d decoder
	r := random(3)
	for name, data := range smallPictures() {
		for range 400 {
			damaged := slices.Clone(data)
			for range 1 + r.intn(3) {
				damaged[r.intn(len(damaged))] ^= 1 << r.intn(8)
			}
			h, err := readHeader(context.Background(), whole(damaged))
			if err == nil && h.Width*h.Height > 1<<20 {
				continue
			}
			o := testScales[r.intn(len(testScales))]
			m, err := d.Decode(context.Background(), whole(damaged), o)
			if err != nil && !isBad(err) {
				t.Fatalf("%s: error %v", name, err)
			}
			if err == nil && len(m.Planes) != len(h.Components) {
				t.Fatalf("%s: %d planes", name, len(m.Planes))
			}
		}
	}
}

func TestTrailingGarbage(t *testing.T) {
	for name, data := range smallPictures() {
		var d decoder
		m, err := d.Decode(context.Background(), whole(data), options{})
		if err != nil {
			t.Fatal(err)
		}
		want := clonePlanes(m)
		long := append(slices.Clone(data), "\xff\xd8\xff\xc0 anything\xff"...)
		if m, err = d.Decode(context.Background(), whole(long), options{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.EqualFunc(want, clonePlanes(m), slices.Equal) {
			t.Errorf("%s: another picture", name)
		}
	}
}

// clonePlanes copies the samples, without the bytes between rows.
func clonePlanes(m *decodedPart) (all [][]uint8) {
	for _, p := range m.Planes {
		var s []uint8
		for y := range p.Height {
			s = append(s, p.Pix[y*p.Stride:][:p.Width]...)
		}
		all = append(all, s)
	}
	return all
}

// TestRegion compares parts of pictures with the whole.
func TestRegion(t *testing.T) {
	r := random(5)
	var all, part decoder
	for name, p := range testModes(3) {
		for _, sampling := range []string{"22 11 11", "31 11 11", "11 21 12"} {
			p.components, p.adobe = components(sampling), -1
			p.width, p.height = 150, 90
			data := p.encode(testSampler)
			for _, o := range testScales[:4] {
				full, err := all.Decode(context.Background(), whole(data), o)
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					x, y := r.intn(150), r.intn(90)
					o.Region = image.Rect(x, y, x+1+r.intn(150-x), y+1+r.intn(90-y))
					m, err := part.Decode(context.Background(), whole(data), o)
					if err != nil {
						t.Fatal(err)
					}
					comparePart(t, name, full, m, o.Region)
				}
			}
		}
	}
}

// comparePart checks that m covers region and has the same samples as full.
func comparePart(t *testing.T, name string, full, m *decodedPart, region image.Rectangle) {
	t.Helper()
	if !region.In(m.Bounds) {
		t.Fatalf("%s: region %v is not in %v", name, region, m.Bounds)
	}
	for i, p := range m.Planes {
		sx, sy := m.Step(i)
		x0, y0 := float64(m.Bounds.Min.X)/sx, float64(m.Bounds.Min.Y)/sy
		if x0 != math.Trunc(x0) || y0 != math.Trunc(y0) {
			t.Fatalf("%s: bounds %v begin inside a sample of plane %d", name, m.Bounds, i)
		}
		if w, h := float64(p.Width)*sx, float64(p.Height)*sy; w < float64(m.Bounds.Dx()) || h < float64(m.Bounds.Dy()) {
			t.Fatalf("%s: plane %d of %dx%d does not cover %v", name, i, p.Width, p.Height, m.Bounds)
		}
		want := full.Planes[i]
		for y := range p.Height {
			from := want.Pix[(int(y0)+y)*want.Stride+int(x0):][:p.Width]
			if !bytes.Equal(p.Pix[y*p.Stride:][:p.Width], from) {
				t.Fatalf("%s: plane %d differs in row %d of region %v", name, i, y, region)
			}
		}
	}
}

func TestRegionOutside(t *testing.T) {
	p := picture{width: 20, height: 20, components: samplingGray, adobe: -1}
	var d decoder
	o := options{Region: image.Rect(20, 0, 30, 10)}
	if _, err := d.Decode(context.Background(), whole(p.encode(testSampler)), o); err == nil {
		t.Error("no error")
	}
}

// TestReuse decodes different pictures with one decoder.
func TestReuse(t *testing.T) {
	var d decoder
	pictures := smallPictures()
	for range 2 {
		for name, data := range pictures {
			for _, o := range testScales {
				var fresh decoder
				want, err := fresh.Decode(context.Background(), whole(data), o)
				if err != nil {
					t.Fatal(err)
				}
				got, err := d.Decode(context.Background(), whole(data), o)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.EqualFunc(clonePlanes(want), clonePlanes(got), slices.Equal) {
					t.Fatalf("%s: a used Decoder gives another picture", name)
				}
			}
			if _, err := d.Decode(context.Background(), whole(data[:len(data)*2/3]), options{}); err == nil {
				t.Fatal("no error")
			}
		}
	}
}

// TestMemory compares what decoding allocates with header.Memory.
func TestMemory(t *testing.T) {
	for _, progressive := range []bool{false, true} {
		p := picture{width: 1000, height: 700, components: sampling420, adobe: -1, progressive: progressive}
		data := p.encode(testSampler)
		h, err := readHeader(context.Background(), whole(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range append(testScales, options{Region: image.Rect(10, 10, 20, 20)}) {
			d := new(decoder)
			most, err := h.Memory(o)
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := d.Decode(context.Background(), whole(data), o); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			// Allocations are rounded up to whole pages.
			if n := int64(after.TotalAlloc - before.TotalAlloc); n > most+64<<10 {
				t.Errorf("progressive %v, %+v: %d bytes allocated, Header.Memory says %d", progressive, o, n, most)
			}
		}
	}
}

func TestContext(t *testing.T) {
	for _, progressive := range []bool{false, true} {
		p := picture{width: 16, height: 1600, components: sampling420, adobe: -1, progressive: progressive}
		data := p.encode(testSampler)
		var d decoder
		count := pictest.NewCountdown(context.Background(), 1<<30)
		if _, err := d.Decode(count, whole(data), options{}); err != nil {
			t.Fatal(err)
		}
		asked := 1<<30 - int(count.Left.Load())
		if asked < 6 {
			t.Errorf("asked %d times for 100 rows of MCUs", asked)
		}
		for n := range asked {
			if _, err := d.Decode(pictest.NewCountdown(context.Background(), n), whole(data), options{}); err != context.DeadlineExceeded {
				t.Fatalf("error %v when cancelled at the %dth question", err, n+1)
			}
		}
	}
}
