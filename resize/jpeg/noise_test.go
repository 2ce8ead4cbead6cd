package jpeg

import (
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestMiddleDC checks that a picture with missing bits is neither darker nor
// brighter.
func TestMiddleDC(t *testing.T) {
	p := picture{width: 640, height: 480, components: components("11"), progressive: true, quality: 90}
	p.scans = []scanSpec{{[]int{0}, 0, 0, 0, 2}, {[]int{0}, 0, 0, 2, 1}, {[]int{0}, 0, 0, 1, 0}}
	data := encodePhoto(p)
	var sums [2]float64
	for i := range sums {
		o := options{Luma: eighth}
		if i == 1 {
			o.LumaGain = allPass
		}
		m, err := new(decoder).Decode(t.Context(), whole(data), o)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range m.Planes[0].Pix {
			sums[i] += float64(v) / float64(len(m.Planes[0].Pix))
		}
	}
	// Two bits are missing, in steps of 3/8 levels: 0 to 1.1 levels.
	if d := sums[1] - sums[0]; d == 0 || math.Abs(d) > 0.2 {
		t.Errorf("the mean is off by %.3f levels", d)
	}
}

// TestSettle checks that coefficients are settled once the missing bits of all of
// them are within what is permitted, and before that only if all of their bits
// are there.
func TestSettle(t *testing.T) {
	const quarter = 1<<1 | 1<<2 | 1<<4 // the AC coefficients that the scale needs
	type lows map[int]uint8
	for _, test := range []struct {
		name      string
		gain      gain
		step      int // of all coefficients
		lows      lows
		left      uint64
		toTheLast bool
	}{
		{"nothing coded", allPass, 1, nil, quarter | 1, false},
		{"only DC", allPass, 9, lows{0: 1}, quarter, true},
		{"only DC, too coarse", allPass, 10, lows{0: 1}, quarter | 1, true},
		{"DC of two bits", allPass, 3, lows{0: 2}, quarter, false},
		{"DC of many bits", allPass, 1, lows{0: 4}, quarter | 1, false},
		{"DC, all bits wanted", gain{}, 1, lows{0: 1}, quarter | 1, true},
		{"two of three", allPass, 1, lows{1: 1, 2: 1}, quarter | 1, false},
		{"all of one bit", allPass, 6, lows{1: 1, 2: 1, 4: 1}, 1, false},
		{"all of one bit, too coarse", allPass, 7, lows{1: 1, 2: 1, 4: 1}, quarter | 1, true},
		{"all of two bits", allPass, 2, lows{1: 2, 2: 2, 4: 2}, 1, false},
		{"all of two bits, too coarse but for one", allPass, 3, lows{1: 2, 2: 2, 4: 2}, quarter | 1, false},
		{"one of many bits", allPass, 1, lows{1: 1, 2: 1, 4: 5}, quarter | 1, false},
		{"what is not needed", allPass, 6, lows{1: 1, 2: 1, 3: 13, 4: 1, 5: 13}, 1, false},
		{"hardly anything passes", gain{0.1, 0.1}, 20, lows{1: 2, 2: 2, 4: 2}, 1, false},
		{"nothing passes across", gain{0.1, 1}, 20, lows{1: 2, 2: 2, 4: 2}, quarter | 1, true},
		{"one not coded of which nothing passes", gain{0.001, 1}, 1, lows{1: 0, 2: 1}, 1, false},
		{"all bits wanted", gain{}, 1, lows{0: 0, 1: 1, 2: 0, 4: 0}, quarter | 1, true},
	} {
		c := component{points: 2, last: 4, needed: quarter | 1, left: quarter | 1, gain: test.gain}
		var q quantTable
		for k := range q.step {
			q.step[k], c.low[k] = uint16(test.step), uncoded
		}
		c.setDequant(&q)
		for k, low := range test.lows {
			c.low[k] = low
		}
		c.settle()
		if toTheLast := c.readToTheLast(); c.left != test.left || toTheLast != test.toTheLast {
			t.Errorf("%s: left %b, to the last bit %v; want %b, %v", test.name, c.left, toTheLast, test.left, test.toTheLast)
		}
	}
}

// TestExpect checks that all of the picture is expected as soon as last bits are
// known to be needed.
func TestExpect(t *testing.T) {
	for _, test := range []struct {
		quality, scans int // scans read before that is known
		o              options
	}{
		{90, 1, options{}},
		{90, 1, options{Luma: quarter, Chroma: quarter}},
		{70, 1, options{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass}},
		{75, 0, options{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass}},
		{98, 0, options{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass}},
		{60, 0, options{Luma: eighth, Chroma: eighth, LumaGain: allPass, ChromaGain: allPass}},
	} {
		p := picture{width: 150, height: 130, components: sampling420, adobe: -1, progressive: true, quality: test.quality}
		data := p.encode(testSampler)
		source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		if _, err := new(decoder).Decode(t.Context(), source, test.o); err != nil {
			t.Fatal(err)
		}
		if test.scans == 0 {
			if source.Expected != 0 {
				t.Errorf("%+v: %d bytes are expected", test, source.Expected)
			}
			continue
		}
		end := scanEnd(t, data, test.scans)
		if source.Expected != len(data) || source.When < end || source.When > end+400 {
			t.Errorf("%+v: %d bytes of %d are expected once %d have come, want that after %d",
				test, source.Expected, len(data), source.When, end)
		}
	}
}
