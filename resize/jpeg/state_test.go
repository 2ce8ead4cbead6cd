package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// statePictures returns small pictures that leave as much state as possible of
// different kinds in a decoder: every way of coding, in several samplings and in
// gray. lacking are the same without the tables, the restart interval or the
// headers that an earlier picture may have defined.
func statePictures() (whole, lacking [][]byte) {
	samplings := []string{"11", "11 11 11", "22 11 11", "14 11 11", "11 11 11 11", "22 11 11 22"}
	for i, sampling := range samplings {
		c := components(sampling)
		for _, name := range []string{"baseline", "baseline/restart", "separate/restart", "progressive", "fine/restart", "spectral/wide quant"} {
			p := testModes(len(c))[name]
			p.components, p.adobe, p.quality = c, -1, 30+13*i
			p.width, p.height = 41-5*i, 17+6*i
			data := p.encode(testSampler)
			whole = append(whole, data)
			for _, marker := range []byte{markerDHT, markerDQT, markerDRI, markerSOF0, markerSOS} {
				lacking = append(lacking, withoutSegments(data, marker))
			}
		}
	}
	return whole, lacking
}

// withoutSegments returns a picture without its segments of one kind.
func withoutSegments(data []byte, marker byte) []byte {
	for {
		at := bytes.Index(data, []byte{0xff, marker})
		if at < 0 {
			return data
		}
		end := at + 2 + int(data[at+2])<<8 + int(data[at+3])
		data = slices.Concat(data[:at], data[end:])
	}
}

// burning is a source that panics when asked for more than after bytes.
type burning struct {
	whole
	after int
}

func (b burning) First(_ context.Context, n int) ([]byte, error) {
	if n > b.after {
		panic("the network is on fire")
	}
	return b.whole[:b.after], nil
}

// decoded is the result of decoding a picture.
type decoded struct {
	planes [][]uint8
	model  colorModel
	err    error
}

// decodedBy decodes data with d.
func decodedBy(d *decoder, data []byte, o options) decoded {
	m, err := d.Decode(context.Background(), whole(data), o)
	if err != nil {
		return decoded{err: err}
	}
	return decoded{clonePlanes(m), m.Model, nil}
}

// TestNothingLeft decodes pictures in thousands of orders, with corrupt, cut off,
// cancelled, failing and panicking ones between. A used decoder must return what
// a new one does, including errors. A picture that relies on the tables of
// another must fail.
func TestNothingLeft(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 12))
	pictures, lacking := statePictures()
	n := len(pictures)
	pictures = append(pictures, lacking...)
	wants := map[string]decoded{}
	var used decoder
	good := 0
	const rounds = 2000
	for range rounds {
		if r.IntN(5) > 0 {
			breakOff(&used, pictures[r.IntN(n)], r)
		}
		i, o := r.IntN(n), arrivingOptions[r.IntN(len(arrivingOptions))]
		if r.IntN(4) == 0 {
			i = r.IntN(len(pictures))
		}
		key := fmt.Sprint(i, o)
		want, ok := wants[key]
		if !ok {
			want = decodedBy(new(decoder), pictures[i], o)
			wants[key] = want
		}
		got := decodedBy(&used, pictures[i], o)
		if got.err != want.err || got.model != want.model || !slices.EqualFunc(got.planes, want.planes, slices.Equal) {
			t.Fatalf("picture %d, %+v: a used Decoder gives another picture, or error %v instead of %v", i, o, got.err, want.err)
		}
		if got.err == nil {
			good++
		}
	}
	if good < rounds/2 {
		t.Errorf("only %d pictures were good", good)
	}
}

// breakOff lets d begin a picture and usually not finish it.
func breakOff(d *decoder, data []byte, r *rand.Rand) {
	o := arrivingOptions[r.IntN(len(arrivingOptions))]
	switch end := r.IntN(len(data)); r.IntN(8) {
	case 0:
		d.Decode(context.Background(), whole(data[:end]), o)
	case 1:
		d.Decode(pictest.NewCountdown(context.Background(), r.IntN(4)), whole(data), o)
	case 2:
		d.Decode(context.Background(), &pictest.Pieces{Data: data, Size: pictest.Always(100), End: end, Err: errors.New("broken")}, o)
	case 3:
		defer func() { _ = recover() }()
		d.Decode(context.Background(), burning{data, end}, o)
	default:
		d.Decode(context.Background(), whole(corrupt(data, r)), o)
	}
}

// corrupt changes a few bits of a picture, most of them behind a scan header.
func corrupt(data []byte, r *rand.Rand) []byte {
	data = bytes.Clone(data)
	from := 0
	if at := bytes.Index(data, []byte{0xff, markerSOS}); at >= 0 && r.IntN(4) > 0 {
		from = at
	}
	for range 1 + r.IntN(4) {
		data[from+r.IntN(len(data)-from)] ^= 1 << r.IntN(8)
	}
	return data
}
