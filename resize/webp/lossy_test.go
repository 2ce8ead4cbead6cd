package webp

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// cwebp encodes a picture with libwebp's command line. It skips the test without
// cwebp, unless WEBP=required.
func cwebp(t testing.TB, img image.Image, args ...string) []byte {
	t.Helper()
	path := peer.Program(t, "WEBP", "cwebp", "webp")
	var in, out, said bytes.Buffer
	if err := png.Encode(&in, img); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append(args, "-quiet", "-o", "-", "--", "-")...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("cwebp %q: %v: %s", args, err, said.Bytes())
	}
	return out.Bytes()
}

// viewOf returns a view of a part of a picture, at 1/ratio of its size.
func viewOf(r image.Rectangle, ratio float64) pic.View {
	return pic.View{
		Window: plane.Window{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)},
		Width:  max(1, int(float64(r.Dx())/ratio)), Height: max(1, int(float64(r.Dy())/ratio)),
	}
}

// planesOf decodes what v shows of a lossy picture.
func planesOf(t testing.TB, data []byte, v pic.View) *pic.Planar {
	t.Helper()
	p, err := Open(t.Context(), pic.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	decoding, err := p.Plan(v)
	if err != nil {
		t.Fatal(err)
	}
	for frame, err := range decoding.Frames(t.Context(), new(pic.Buffers)) {
		if err != nil {
			t.Fatal(err)
		}
		return frame.Planes
	}
	t.Fatal("no frame")
	return nil
}

// TestRegion checks that a part of a picture has the same samples as the whole,
// and begins at a whole sample of all planes.
func TestRegion(t *testing.T) {
	const w, h = 357, 273
	data := cwebp(t, pictest.Scene(w, h), "-q", "60")
	whole := planesOf(t, data, viewOf(image.Rect(0, 0, w, h), 1))
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		x, y := r.IntN(w-1), r.IntN(h-1)
		shown := image.Rect(x, y, x+1+r.IntN(w-x-1), y+1+r.IntN(h-y-1))
		part := planesOf(t, data, viewOf(shown, 1))
		for i, p := range part.Planes {
			step := part.Steps[i].X
			left, top := int(part.X/step), int(part.Y/step)
			if right := float64(left+p.Width) * step; part.X > float64(shown.Min.X) || right < float64(shown.Max.X) {
				t.Fatalf("%v: plane %d from %v to %v", shown, i, part.X, right)
			}
			for y := range p.Height {
				from := whole.Planes[i]
				if !slices.Equal(p.Pix[y*p.Stride:][:p.Width], from.Pix[(top+y)*from.Stride+left:][:p.Width]) {
					t.Fatalf("%v: row %d of plane %d differs", shown, y, i)
				}
			}
		}
	}
}

// TestReduced checks that a large picture is decoded to means of its samples; at
// the right and the lower edge the last sample is repeated.
func TestReduced(t *testing.T) {
	const w, h = 1237, 929
	data := cwebp(t, pictest.Scene(w, h), "-q", "60", "-f", "0")
	whole := planesOf(t, data, viewOf(image.Rect(0, 0, w, h), 1))
	for _, tt := range []struct {
		ratio float64
		steps [2]float64
	}{{1.9, [2]float64{1, 2}}, {4.1, [2]float64{2, 4}}, {10.5, [2]float64{4, 8}}, {25, [2]float64{8, 8}}} {
		got := planesOf(t, data, viewOf(image.Rect(0, 0, w, h), tt.ratio))
		if got.Steps[0].X != tt.steps[0] || got.Steps[1].Y != tt.steps[1] {
			t.Errorf("ratio %v: steps %v", tt.ratio, got.Steps)
		}
		for i, p := range got.Planes {
			from := whole.Planes[i]
			factor := int(got.Steps[i].X / whole.Steps[i].X)
			if p.Width != (from.Width+factor-1)/factor || p.Height != (from.Height+factor-1)/factor {
				t.Fatalf("ratio %v: plane %d of %d × %d", tt.ratio, i, p.Width, p.Height)
			}
			for y := range p.Height {
				for x := range p.Width {
					sum := 0
					for k := range factor * factor {
						sum += int(from.Pix[min(y*factor+k/factor, from.Height-1)*from.Stride+min(x*factor+k%factor, from.Width-1)])
					}
					// The whole picture's samples are rounded too.
					if d := int(p.Pix[y*p.Stride+x])*factor*factor - sum; d > factor*factor || -d > factor*factor {
						t.Fatalf("ratio %v: plane %d at %d, %d is %d, want %d/%d", tt.ratio, i, x, y, p.Pix[y*p.Stride+x], sum, factor*factor)
					}
				}
			}
		}
	}
}

// TestMemoryOfLossy compares what is planned with what is allocated.
func TestMemoryOfLossy(t *testing.T) {
	const w, h = 1200, 900
	for _, transparent := range []bool{false, true} {
		img := pictest.Scene(w, h)
		if transparent {
			img.Pix[3] = 7
		}
		data := cwebp(t, img, "-q", "60", "-m", "2")
		for _, ratio := range []float64{1, 5} {
			p, err := Open(t.Context(), pic.Bytes(data))
			if err != nil {
				t.Fatal(err)
			}
			decoding, err := p.Plan(viewOf(image.Rect(0, 0, w, h), ratio))
			if err != nil {
				t.Fatal(err)
			}
			got := pictest.Allocated(func() {
				for frame, err := range decoding.Frames(t.Context(), new(pic.Buffers)) {
					if err != nil {
						t.Fatal(err)
					}
					for frame.Rows != nil {
						if _, err := frame.Rows.Next(); err == io.EOF {
							break
						} else if err != nil {
							t.Fatal(err)
						}
					}
				}
			})
			if got > decoding.Memory || !transparent && decoding.Memory > got+2*fixed {
				t.Errorf("transparent %v, ratio %v: %d bytes allocated, %d planned", transparent, ratio, got, decoding.Memory)
			}
		}
	}
}

// TestAlpha compares pictures with alpha of all kinds with golang.org/x/image's.
func TestAlpha(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 24 {
		w, h := 1+r.IntN(90), 1+r.IntN(90)
		img := pictest.Scene(w, h)
		for i := 3; i < len(img.Pix); i += 4 {
			img.Pix[i] = uint8(i/4%w*3 + i/4/w*r.IntN(3))
		}
		img.Pix[3] = 7
		args := []string{
			"-q", fmt.Sprint(r.IntN(101)), "-alpha_q", fmt.Sprint(r.IntN(101)), "-alpha_method", fmt.Sprint(r.IntN(2)),
			"-alpha_filter", []string{"none", "fast", "best"}[r.IntN(3)],
		}
		data := cwebp(t, img, args...)
		got, err := pictest.Decode(t.Context(), Open, data)
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		other, err := webp.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		want := other.(*image.NYCbCrA)
		for _, p := range [][]uint8{want.Y, want.Cb, want.Cr} {
			l := &luma
			if &p[0] != &want.Y[0] {
				l = &chroma
			}
			for i, v := range p {
				p[i] = l.level(uint32(v) << 8)
			}
		}
		pixels, err := pic.EightBit(want)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Pixels.Pix, pixels.(*image.NRGBA).Pix) {
			t.Fatalf("%d × %d, %q: pixels differ", w, h, args)
		}
	}
}

// TestUnfilterAlpha undoes each of the filters.
func TestUnfilterAlpha(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const w, h = 7, 5
	for filter := range byte(4) {
		want := make([]uint8, w*h)
		for i := range want {
			want[i] = uint8(r.Uint32())
		}
		filtered := slices.Clone(want)
		for i := range filtered {
			x, y := i%w, i/w
			var left, above, corner int
			if x > 0 {
				left = int(want[i-1])
			}
			if y > 0 {
				above = int(want[i-w])
			}
			if x > 0 && y > 0 {
				corner = int(want[i-w-1])
			}
			p := []int{0, left, above, min(255, max(0, left+above-corner))}[filter]
			if filter > 0 && y == 0 {
				p = left
			} else if filter > 0 && x == 0 {
				p = above
			}
			filtered[i] -= uint8(p)
		}
		if unfilterAlpha(filtered, w, filter); !slices.Equal(filtered, want) {
			t.Errorf("filter %d: %v, want %v", filter, filtered, want)
		}
	}
}

// TestBadAlpha checks that an error of alpha is an error of the picture.
func TestBadAlpha(t *testing.T) {
	vp8 := vp8Of(t)
	canvas := "\x10\x00\x00\x00\x7f\x00\x00\x3f\x00\x00" // 128 × 64
	for name, alpha := range map[string]string{
		"empty":               "",
		"too short":           "\x00" + string(make([]byte, 128*64-1)),
		"unknown compression": "\x02" + string(make([]byte, 128*64)),
		"no lossless data":    "\x01",
	} {
		data := pictest.WebP("VP8X", canvas, "ALPH", alpha, "VP8 ", vp8)
		_, err := pictest.Decode(t.Context(), Open, data)
		var format *pic.FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	good := pictest.WebP("VP8X", canvas, "ALPH", "\x00"+string(make([]byte, 128*64)), "VP8 ", vp8)
	s, err := pictest.Decode(t.Context(), Open, good)
	if err != nil || s.Pixels.Pix[3] != 0 {
		t.Errorf("alpha 0: %v", err)
	}
}

// TestJoin compares pixels with those of color.YCbCrToRGB, at any width.
func TestJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		n := 1 + r.IntN(70)
		planes := make([][]uint8, 4)
		for i := range planes {
			planes[i] = make([]uint8, 80)
			for j := range planes[i] {
				planes[i][j] = uint8(r.Uint32())
			}
		}
		got, want := make([]uint8, 4*n), make([]uint8, 4*n)
		join(got, planes[0][:n], planes[1][:(n+1)/2], planes[2][:(n+1)/2], planes[3][:n])
		for x := range n {
			y, cb, cr := luma.level(uint32(planes[0][x])<<8), chroma.level(uint32(planes[1][x/2])<<8), chroma.level(uint32(planes[2][x/2])<<8)
			want[4*x], want[4*x+1], want[4*x+2] = color.YCbCrToRGB(y, cb, cr)
			want[4*x+3] = planes[3][x]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%d pixels: %v, want %v", n, got, want)
		}
	}
}
