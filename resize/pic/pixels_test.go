package pic

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"testing"
)

func TestRound8(t *testing.T) {
	for v := range 1 << 16 {
		want := byte((float64(v)*255/65535 + 0.5))
		if got := round8(byte(v>>8), byte(v)); got != want {
			t.Fatalf("%d gives %d, want %d", v, got, want)
		}
	}
}

// TestEightBit reads parts of pictures that do not begin at 0, 0.
func TestEightBit(t *testing.T) {
	part := image.Rect(3, 5, 13, 11)
	colours := func(x, y int) color.NRGBA64 {
		return color.NRGBA64{uint16(x * 4001), uint16(y * 5003), uint16(x * y * 701), uint16(0xffff - x*2000)}
	}
	nrgba64 := image.NewNRGBA64(image.Rect(0, 0, 20, 20))
	rgba64 := image.NewRGBA64(nrgba64.Rect)
	rgba := image.NewRGBA(nrgba64.Rect)
	gray16 := image.NewGray16(nrgba64.Rect)
	for y := range 20 {
		for x := range 20 {
			c := colours(x, y)
			nrgba64.Set(x, y, c)
			rgba64.Set(x, y, c)
			rgba.Set(x, y, c)
			gray16.Set(x, y, c)
		}
	}
	tests := []struct {
		img       image.Image
		tolerance int // for colours that were multiplied by alpha
	}{
		{nrgba64.SubImage(part), 0},
		{rgba64.SubImage(part), 0},
		{rgba.SubImage(part), 1},
		{gray16.SubImage(part), 0},
	}
	for _, tt := range tests {
		before := image.NewNRGBA64(image.Rectangle{Max: part.Size()})
		draw.Draw(before, before.Rect, tt.img, part.Min, draw.Src)
		got, err := EightBit(tt.img)
		if err != nil {
			t.Fatal(err)
		}
		if size := got.Bounds().Size(); size != part.Size() {
			t.Fatalf("%T: %v", tt.img, size)
		}
		for y := range part.Dy() {
			for x := range part.Dx() {
				c := before.NRGBA64At(x, y)
				want := [4]byte{round8(byte(c.R>>8), byte(c.R)), round8(byte(c.G>>8), byte(c.G)), round8(byte(c.B>>8), byte(c.B)), round8(byte(c.A>>8), byte(c.A))}
				n := color.NRGBAModel.Convert(got.At(got.Bounds().Min.X+x, got.Bounds().Min.Y+y)).(color.NRGBA)
				for i, v := range [4]byte{n.R, n.G, n.B, n.A} {
					if d := int(v) - int(want[i]); d > tt.tolerance || -d > tt.tolerance {
						t.Fatalf("%T at %d, %d: %v, want %v", tt.img, x, y, n, want)
					}
				}
			}
		}
	}
}

// TestEightBitPaletted: an index beyond the palette is an error. imaging would look it
// up in a goroutine of its own, where the panic ends the process.
func TestEightBitPaletted(t *testing.T) {
	img := image.NewPaletted(image.Rect(0, 0, 4, 2), color.Palette{color.Gray16{0xff80}, color.NRGBA64{0x0180, 0, 0, 0x8080}})
	copy(img.Pix, []byte{0, 1, 1, 0, 1, 0, 0, 1})
	got, err := EightBit(img)
	if err != nil {
		t.Fatal(err)
	}
	want := color.Palette{color.NRGBA{255, 255, 255, 255}, color.NRGBA{1, 0, 0, 128}}
	for i, c := range got.(*image.Paletted).Palette {
		if c != want[i] {
			t.Errorf("colour %d is %v, want %v", i, c, want[i])
		}
	}
	img.Pix[7] = 2
	if _, err := EightBit(img); err == nil {
		t.Error("no error for a colour beyond the palette")
	}
	if _, err := EightBit(img.SubImage(image.Rect(0, 0, 3, 2))); err != nil {
		t.Errorf("pixel outside of the picture: %v", err)
	}
	if _, err := EightBit(&image.Paletted{Pix: []byte{0}, Stride: 1, Rect: image.Rect(0, 0, 1, 1)}); err == nil {
		t.Error("no error for an empty palette")
	}
}

func TestWithAlpha(t *testing.T) {
	img := image.NewNYCbCrA(image.Rect(0, 0, 6, 4), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i], img.A[i] = byte(10*i), byte(255-i)
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = byte(100+20*i), byte(180-20*i)
	}
	for _, r := range []image.Rectangle{img.Rect, image.Rect(1, 1, 5, 4)} {
		part := img.SubImage(r).(*image.NYCbCrA)
		got := withAlpha(part)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				c := part.NYCbCrAAt(x, y)
				red, green, blue := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
				if want, n := (color.NRGBA{red, green, blue, c.A}), got.NRGBAAt(x-r.Min.X, y-r.Min.Y); n != want {
					t.Errorf("%v at %d, %d: %v, want %v", r, x, y, n, want)
				}
			}
		}
	}
}

func TestRedOf(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(i)
	}
	if got, want := redOf(img).Pix, []byte{0, 4, 8, 12, 16, 20}; !bytes.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
