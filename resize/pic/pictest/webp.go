package pictest

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/webp"
)

// Shown is a picture that a viewer sees for a time.
type Shown struct {
	Pixels *image.NRGBA
	Delay  int // milliseconds
}

// SeenWebP returns what a viewer sees of an animated WebP, and how many times it is
// played, where 0 is for ever. golang.org/x/image decodes each frame, and SeenWebP
// draws it as RFC 9649, section 2.7.1.1, says.
func SeenWebP(t testing.TB, data []byte) (seen []Shown, plays int) {
	t.Helper()
	le := binary.LittleEndian
	le24 := func(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
	var canvas *image.NRGBA
	for rest := data[12:]; len(rest) > 0; {
		id, n := string(rest[:4]), int(le.Uint32(rest[4:]))
		body := rest[8 : 8+n]
		rest = rest[8+n+n%2:]
		switch id {
		case "VP8X":
			canvas = image.NewNRGBA(image.Rect(0, 0, le24(body[4:])+1, le24(body[7:])+1))
		case "ANIM":
			plays = int(le.Uint16(body[4:]))
		case "ANMF":
			r := image.Rect(0, 0, le24(body[6:])+1, le24(body[9:])+1).Add(image.Pt(2*le24(body), 2*le24(body[3:])))
			frame := stillWebP(t, r.Size(), body[16:])
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					c := frame.NRGBAAt(x-r.Min.X, y-r.Min.Y)
					if blends := body[15]&2 == 0; blends {
						c = over(c, canvas.NRGBAAt(x, y))
					}
					canvas.SetNRGBA(x, y, c)
				}
			}
			seen = append(seen, Shown{Copy(canvas), le24(body[12:])})
			if clears := body[15]&1 != 0; clears {
				for y := r.Min.Y; y < r.Max.Y; y++ {
					for x := r.Min.X; x < r.Max.X; x++ {
						canvas.SetNRGBA(x, y, color.NRGBA{})
					}
				}
			}
		}
	}
	return seen, plays
}

// DecodeFirst decodes a picture, or the first frame of an animation, by the standard
// library or golang.org/x/image, and returns its format too.
func DecodeFirst(t testing.TB, data []byte) (image.Image, string, error) {
	t.Helper()
	const flags = 20 // the offset in a VP8X chunk that comes first
	if len(data) > flags && string(data[8:16]) == "WEBPVP8X" && data[flags]&2 != 0 {
		frames, _ := SeenWebP(t, data)
		return frames[0].Pixels, "webp", nil
	}
	return image.Decode(bytes.NewReader(data))
}

// over blends c over the colour below.
func over(c, below color.NRGBA) color.NRGBA {
	a, b := float64(c.A)/255, float64(below.A)/255*(1-float64(c.A)/255)
	if a+b == 0 {
		return color.NRGBA{}
	}
	mix := func(c, below uint8) uint8 { return uint8((float64(c)*a+float64(below)*b)/(a+b) + 0.5) }
	return color.NRGBA{mix(c.R, below.R), mix(c.G, below.G), mix(c.B, below.B), uint8(255*(a+b) + 0.5)}
}

// stillWebP decodes a still from the chunks of a frame.
func stillWebP(t testing.TB, size image.Point, chunks []byte) *image.NRGBA {
	t.Helper()
	flags, w, h := "\x00", size.X-1, size.Y-1
	if string(chunks[:4]) == "ALPH" {
		flags = "\x10"
	}
	file := WebP("VP8X", flags+"\x00\x00\x00"+string([]byte{byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)}))
	if string(chunks[:4]) == "VP8L" {
		file = WebP()
	}
	file = append(file, chunks...)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return StillWebP(t, file)
}

// StillWebP returns the pixels of a still WebP, decoded by golang.org/x/image.
func StillWebP(t testing.TB, data []byte) *image.NRGBA {
	t.Helper()
	img, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewNRGBA(image.Rectangle{Max: img.Bounds().Size()})
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.SetNRGBA(x, y, colourOfWebP(img, x, y))
		}
	}
	return out
}

// colourOfWebP returns a pixel's colour. golang.org/x/image leaves planes in BT.601's
// limited range, so it is converted here.
func colourOfWebP(img image.Image, x, y int) color.NRGBA {
	ycc, alpha := (*image.YCbCr)(nil), uint8(255)
	switch img := img.(type) {
	case *image.YCbCr:
		ycc = img
	case *image.NYCbCrA:
		ycc, alpha = &img.YCbCr, img.A[img.AOffset(x, y)]
	default:
		return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
	}
	luma := 255. / 219 * (float64(ycc.Y[ycc.YOffset(x, y)]) - 16)
	blue := 255. / 224 * (float64(ycc.Cb[ycc.COffset(x, y)]) - 128)
	red := 255. / 224 * (float64(ycc.Cr[ycc.COffset(x, y)]) - 128)
	sample := func(v float64) uint8 { return uint8(min(255, max(0, v+0.5))) }
	return color.NRGBA{sample(luma + 1.402*red), sample(luma - 0.344136*blue - 0.714136*red), sample(luma + 1.772*blue), alpha}
}
