package png

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestIs(t *testing.T) {
	for start, want := range map[string]bool{
		"": false, "\x89PNG": false, signature: true, signature + "more": true, "\x89PNG\n\x1a\n....": false,
	} {
		if got := Is([]byte(start)); got != want {
			t.Errorf("%q: %v", start, got)
		}
	}
}

// exifOf returns an eXIf chunk with an orientation.
func exifOf(orientation uint16) []byte {
	return pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.BigEndian, orientation))
}

func TestOrientation(t *testing.T) {
	for o := range uint16(10) {
		d := pictest.PlainPNG()
		d.Before = exifOf(o)
		p, err := Open(t.Context(), pic.Bytes(d.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		want := int(o)
		if o < 1 || o > 8 {
			want = 1
		}
		if got := p.Header(); got.Orientation != want || got.Width != 21 || got.Height != 13 {
			t.Errorf("orientation %d: %+v", o, got)
		}
	}
}

func TestAnimated(t *testing.T) {
	acTL := pictest.Chunk("acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0})
	d := pictest.PlainPNG()
	d.Before = acTL
	want := pic.UnsupportedError{Format: pic.APNG, Name: "animated PNG"}
	if _, err := Open(t.Context(), pic.Bytes(d.Bytes())); err != want {
		t.Errorf("%v, want %v", err, want)
	}
	d.Before, d.After = nil, acTL // in a place where it has no meaning (PNG third edition, 11.3.6.1)
	if _, err := readAll(d.Bytes()); err != nil {
		t.Errorf("behind IDAT: %v", err)
	}
}

// TestOpenWaits: Open waits for no more than the beginning of the first IDAT, and
// reports errors before that early.
func TestOpenWaits(t *testing.T) {
	d := pictest.PlainPNG()
	d.Before = slices.Concat(pictest.ICCP(pictest.Profile(icc.RGB)), exifOf(6), pictest.Chunk("tEXt", make([]byte, 5000)))
	data := d.Bytes()
	idat := bytes.Index(data, []byte("IDAT")) - 4
	source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
	if _, err := Open(t.Context(), source); err != nil || source.Asked > idat+around {
		t.Errorf("%d bytes were asked for, %d needed, %v", source.Asked, idat+around, err)
	}
	for n := range idat {
		damaged := bytes.Clone(data)
		damaged[n] ^= 4
		source := &pictest.Pieces{Data: damaged, Size: pictest.Always(1)}
		_, err := Open(t.Context(), source)
		checkBad(t, fmt.Sprintf("byte %d", n), err)
		if source.Asked > idat+around {
			t.Errorf("byte %d: %d bytes were asked for, %d needed", n, source.Asked, idat+around)
		}
	}
}

// TestOpenBroken: the error that ends the arrival is returned unchanged.
func TestOpenBroken(t *testing.T) {
	broken := errors.New("connection reset")
	data := pictest.PlainPNG().Bytes()
	idat := bytes.Index(data, []byte("IDAT")) - 4
	for n := range idat + around {
		if _, err := Open(t.Context(), &pictest.Pieces{Data: data, Size: pictest.Always(1), End: n, Err: broken}); err != broken {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// TestPictureBad: a file that is cut off or changed anywhere is refused.
func TestPictureBad(t *testing.T) {
	d := pictest.PlainPNG()
	d.Before = slices.Concat(pictest.NumbersChunk("gAMA", 45455), pictest.ICCP(pictest.Profile(icc.RGB)))
	d.After = pictest.Chunk("tEXt", []byte("Title\x00a title"))
	good := d.Bytes()
	if _, err := readAll(append(bytes.Clone(good), "garbage"...)); err != nil {
		t.Errorf("followed by garbage: %v", err)
	}
	for n := range good {
		_, err := readAll(good[:n])
		checkBad(t, fmt.Sprintf("cut after %d bytes", n), err)
		damaged := bytes.Clone(good)
		damaged[n] ^= 0x10
		_, err = readAll(damaged)
		checkBad(t, fmt.Sprintf("byte %d changed", n), err)
	}
}
