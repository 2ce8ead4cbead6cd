package vp8l

import (
	"image"
	"image/color"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// streamOfGroups returns a stream with at least the named groups, in tiles of 4 ×
// 4 pixels, across to a row. All pixels of group n have n in red and green.
func streamOfGroups(named []int, across int) []byte {
	w := new(bitWriter)
	w.write(0b1_0_0, 3) // neither a transform nor a cache, but tiles
	w.write(0, 3)       // of 4 × 4 pixels
	w.write(0, 1)       // without a cache
	var codes codeWriter
	var reds, greens written
	var red, green [literals]uint32
	most := 0
	for _, n := range named {
		red[n>>8]++
		green[n&255]++
		most = max(most, n)
	}
	var all [firstCached]uint32
	copy(all[:], green[:])
	codes.write(w, &greens, all[:])
	codes.write(w, &reds, red[:])
	for range 3 {
		w.write(1, 4) // a simple code of the symbol 0
	}
	for _, n := range named {
		greens.write(w, n&255)
		reds.write(w, n>>8)
	}
	for n := range most + 1 {
		w.write(0b101, 3)
		w.write(uint32(n&255), 8)
		w.write(0b101, 3)
		w.write(uint32(n>>8), 8)
		for range 3 {
			w.write(1, 4)
		}
	}
	w.finish()
	header := streamOf(uint32(4*across), uint32(4*len(named)/across))[:headerSize]
	return append(header, w.data...)
}

// upTo returns the numbers below n.
func upTo(n int) (numbers []int) {
	for i := range n {
		numbers = append(numbers, i)
	}
	return numbers
}

// TestManyGroups checks that, with more groups than are kept, dropped ones are
// read again.
func TestManyGroups(t *testing.T) {
	const across = 65
	named := upTo(across * 64)
	stream := streamOfGroups(named, across)
	var d Decoder
	got, err := decode(&d, stream)
	if err != nil {
		t.Fatal(err)
	}
	want := image.NewNRGBA(got.Rect)
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			n := y/4*across + x/4
			want.SetNRGBA(x, y, color.NRGBA{R: uint8(n >> 8), G: uint8(n)})
		}
	}
	same(t, "groups", got, want)
	if n := len(d.pixels.groups.built); n > keptGroups || len(named) <= keptGroups {
		t.Errorf("%d groups of %d are kept", n, len(named))
	}
}

// TestMemoryOfGroups checks that opening a picture allocates at most the
// estimate, whichever groups it names, and whether they are there or not.
func TestMemoryOfGroups(t *testing.T) {
	for name, stream := range map[string][]byte{
		"last of all": streamOfGroups([]int{1<<16 - 1}, 1),
		"second":      streamOfGroups([]int{1}, 1),
		"many":        streamOfGroups(upTo(50*80), 50),
	} {
		for _, n := range []int{len(stream), 40} {
			stream := stream[:min(n, len(stream))]
			h, err := ParseHeader(stream)
			if err != nil {
				t.Fatal(err)
			}
			d := new(Decoder)
			got := pictest.Allocated(func() { _, err = d.Open(stream) })
			if said := h.Memory(len(stream)); got > said {
				t.Errorf("%s, %d bytes: %d bytes to open it (%v), %d said", name, len(stream), got, err, said)
			}
		}
	}
}
