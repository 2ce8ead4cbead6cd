package bmp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/bmp"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestDecode(t *testing.T) {
	opaque := pictest.Scene(30, 20)
	alpha := pictest.Scene(30, 20)
	unused := pictest.Scene(30, 20)
	for i := 3; i < len(alpha.Pix); i += 4 {
		alpha.Pix[i], unused.Pix[i] = byte(i), 0
	}
	paletted := image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.White, color.Black, color.RGBA{9, 99, 199, 255}})
	for i := range paletted.Pix {
		paletted.Pix[i] = byte(i % 3)
	}
	rgb := pictest.Profile(icc.RGB, 5)
	encode := func(img image.Image) []byte {
		var b bytes.Buffer
		if err := bmp.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	tests := []struct {
		name    string
		data    []byte
		want    image.Image
		opaque  bool
		profile []byte
	}{
		{"24 bits", encode(opaque), opaque, true, nil},
		{"palette", encode(paletted), paletted, true, nil},
		{"alpha", pictest.BMPV5(alpha, nil), alpha, false, nil},
		{"alpha of 0 everywhere", pictest.BMPV5(unused, nil), opaque, true, nil},
		{"profile", pictest.BMPV5(opaque, rgb), opaque, true, rgb},
		{"profile of gray", pictest.BMPV5(opaque, pictest.Profile(icc.Gray)), opaque, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := pictest.Decode(t.Context(), Open, append(bytes.Clone(tt.data), "garbage"...))
			if err != nil {
				t.Fatal(err)
			}
			if d := pictest.MaxDiff(t, s.Pixels, tt.want); d != 0 || s.Pixels.Opaque() != tt.opaque || !bytes.Equal(s.Colour.Profile, tt.profile) {
				t.Errorf("off by %d, opaque %v, profile of %d bytes", d, s.Pixels.Opaque(), len(s.Colour.Profile))
			}
		})
	}
}

func TestRefused(t *testing.T) {
	good := pictest.BMPV5(pictest.Scene(30, 20), nil)
	for n := range len(good) {
		_, err := pictest.Decode(t.Context(), Open, good[:n])
		var format *pic.FormatError
		if !errors.As(err, &format) {
			t.Fatalf("cut off at %d of %d: %v", n, len(good), err)
		}
	}
	edit := func(at int, with byte) []byte { b := bytes.Clone(good); b[at] = with; return b }
	for name, data := range map[string][]byte{
		"16 bits": edit(28, 16), "run lengths": edit(30, 1), "core header": edit(14, 12), "two planes": edit(26, 2),
	} {
		_, err := Open(t.Context(), pic.Bytes(data))
		var unsupported pic.UnsupportedError
		if !errors.As(err, &unsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	none := edit(18, 0)
	copy(none[22:], []byte{0, 0, 0, 0})
	_, err := Open(t.Context(), pic.Bytes(none))
	var format *pic.FormatError
	if !errors.As(err, &format) {
		t.Errorf("0 by 0: %v", err)
	}
}

func TestProfileBounds(t *testing.T) {
	data := pictest.BMPV5(pictest.Scene(3, 2), pictest.Profile(icc.RGB))
	for _, v := range []uint32{0, 1, 1 << 16, 1<<32 - 1} {
		for _, at := range []int{14 + 112, 14 + 116} {
			b := bytes.Clone(data)
			binary.LittleEndian.PutUint32(b[at:], v)
			if p := icc.Kept(profile(b), false); p != nil {
				t.Errorf("%d at %d: profile of %d bytes", v, at, len(p))
			}
		}
	}
}
