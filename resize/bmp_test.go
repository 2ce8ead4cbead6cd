package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/bmp"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// bmpV5 is a BMP of 32 bits with a BITMAPV5HEADER, and a profile behind it.
func bmpV5(img *image.NRGBA, profile []byte) []byte {
	le := binary.LittleEndian
	b := make([]byte, 14+124)
	copy(b, "BM")
	le.PutUint32(b[10:], uint32(len(b)))
	h := b[14:]
	le.PutUint32(h, 124)
	le.PutUint32(h[4:], uint32(img.Rect.Dx()))
	le.PutUint32(h[8:], uint32(-img.Rect.Dy())) // top row first
	le.PutUint16(h[12:], 1)
	le.PutUint16(h[14:], 32)
	le.PutUint32(h[16:], 3) // the bit masks that follow
	le.PutUint32(h[40:], 0xff0000)
	le.PutUint32(h[44:], 0xff00)
	le.PutUint32(h[48:], 0xff)
	le.PutUint32(h[52:], 0xff000000)
	if profile != nil {
		le.PutUint32(h[56:], 0x4d424544)
		le.PutUint32(h[112:], uint32(124+len(img.Pix)))
		le.PutUint32(h[116:], uint32(len(profile)))
	}
	for i := 0; i < len(img.Pix); i += 4 {
		b = append(b, img.Pix[i+2], img.Pix[i+1], img.Pix[i], img.Pix[i+3])
	}
	return append(b, profile...)
}

func TestBMP(t *testing.T) {
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
	profile := pictest.Profile(icc.RGB, 5)
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
		{"alpha", bmpV5(alpha, nil), alpha, false, nil},
		{"alpha of 0 everywhere", bmpV5(unused, nil), opaque, true, nil},
		{"profile", bmpV5(opaque, profile), opaque, true, profile},
		{"profile of gray", bmpV5(opaque, pictest.Profile(icc.Gray)), opaque, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			info, err := Inspect(t.Context(), Bytes(tt.data))
			if want := (Info{BMP, 30, 20, 1}); err != nil || info != want {
				t.Errorf("%+v, %v", info, err)
			}
			s, err := decodeBMP(t.Context(), append(bytes.Clone(tt.data), "garbage"...))
			if err != nil {
				t.Fatal(err)
			}
			if d := pictest.MaxDiff(t, s.pixels, tt.want); d != 0 || s.opaque != tt.opaque || !bytes.Equal(s.profile, tt.profile) {
				t.Errorf("off by %d, opaque %v, profile of %d bytes", d, s.opaque, len(s.profile))
			}
		})
	}
}

func TestBMPRefused(t *testing.T) {
	good := bmpV5(pictest.Scene(30, 20), nil)
	for n := range len(good) {
		_, err := decodeBMP(t.Context(), good[:n])
		var format *FormatError
		if !errors.As(err, &format) {
			t.Fatalf("cut off at %d of %d: %v", n, len(good), err)
		}
	}
	edit := func(at int, with byte) []byte { b := bytes.Clone(good); b[at] = with; return b }
	for name, data := range map[string][]byte{
		"16 bits": edit(28, 16), "run lengths": edit(30, 1), "core header": edit(14, 12), "two planes": edit(26, 2),
	} {
		_, err := Inspect(t.Context(), Bytes(data))
		var unsupported UnsupportedError
		if !errors.As(err, &unsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	none := edit(18, 0)
	copy(none[22:], []byte{0, 0, 0, 0})
	_, err := Inspect(t.Context(), Bytes(none))
	var format *FormatError
	if !errors.As(err, &format) {
		t.Errorf("0 by 0: %v", err)
	}
}

func TestBMPProfileBounds(t *testing.T) {
	data := bmpV5(pictest.Scene(3, 2), pictest.Profile(icc.RGB))
	for _, v := range []uint32{0, 1, 1 << 16, 1<<32 - 1} {
		for _, at := range []int{14 + 112, 14 + 116} {
			b := bytes.Clone(data)
			binary.LittleEndian.PutUint32(b[at:], v)
			if p := icc.Kept(bmpProfile(b), false); p != nil {
				t.Errorf("%d at %d: profile of %d bytes", v, at, len(p))
			}
		}
	}
}
