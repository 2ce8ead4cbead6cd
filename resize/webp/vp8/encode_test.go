package vp8

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// pattern is a plane of a kind of content.
func pattern(random *rand.Rand, width, height, kind int) plane.Plane {
	p := plane.Plane{Pix: make([]uint8, width*height), Stride: width, Width: width, Height: height}
	dx, dy, base := random.IntN(9)-4, random.IntN(9)-4, random.IntN(256)
	for y := range height {
		for x := range width {
			v := 0
			switch kind {
			case 0: // gradient
				v = base + x*dx/2 + y*dy/2
			case 1: // noise
				v = random.IntN(256)
			case 2: // black and white
				v = 255 * random.IntN(2)
			case 3: // checkers
				v = 255 * ((x>>(base&3) + y>>(base>>2&3)) & 1)
			case 4: // a bit of all
				v = base + x*dx/2 + random.IntN(1+(x*y>>6&15))
				if (x>>5+y>>5)%3 == 0 {
					v = 255 * ((x + y*dy) >> 3 & 1)
				}
			case 5: // flat
				v = base
			}
			p.Pix[y*width+x] = uint8(min(max(v, 0), 255))
			if kind == 0 {
				p.Pix[y*width+x] = uint8(v)
			}
		}
	}
	return p
}

// picture returns planes of 4:2:0, or a gray one.
func picture(random *rand.Rand, width, height int, gray bool) []plane.Plane {
	planes := []plane.Plane{pattern(random, width, height, random.IntN(6))}
	if gray {
		return planes
	}
	cw, ch := (width+1)/2, (height+1)/2
	return append(planes, pattern(random, cw, ch, random.IntN(6)), pattern(random, cw, ch, random.IntN(6)))
}

// encode encodes planes.
func encode(t testing.TB, e *Encoder, planes []plane.Plane, p Params) []byte {
	t.Helper()
	if err := e.Load(context.Background(), planes); err != nil {
		t.Fatal(err)
	}
	stream, err := e.Encode(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// reconstructed returns the reconstruction.
func reconstructed(e *Encoder) *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, e.width, e.height), image.YCbCrSubsampleRatio420)
	p := e.Reconstruction()
	for i, to := range [3][]uint8{img.Y, img.Cb, img.Cr} {
		for y := range p[i].Height {
			copy(to[y*p[i].Width:][:p[i].Width], p[i].Pix[y*p[i].Stride:])
		}
	}
	return img
}

// checkDecoded compares the reconstruction with what decoders make of a frame: ours,
// golang.org/x/image's and libwebp's. It fails where webpinfo finds something to say.
func checkDecoded(t testing.TB, e *Encoder, frame []byte) {
	t.Helper()
	want := reconstructed(e)
	got, err := decodeWhole(new(Decoder), frame)
	if err != nil {
		t.Fatal(err)
	}
	if s := difference(got, want); s != "" {
		t.Fatalf("decoded and reconstructed differ %s", s)
	}
	if got, err = decodeOther(frame); err != nil {
		t.Fatalf("x/image: %v", err)
	}
	if s := difference(got, want); s != "" {
		t.Fatalf("decoded by x/image and reconstructed differ %s", s)
	}
	if s := difference(dwebp(t, frame), want); s != "" {
		t.Fatalf("decoded by libwebp and reconstructed differ %s", s)
	}
	if said := string(tool(t, webpOf(frame), "webpinfo", "-")); !strings.Contains(said, "No error detected.") || strings.Contains(said, "arning") {
		t.Fatalf("webpinfo: %s", said)
	}
}

// TestDecoded compares the reconstruction with what libwebp and golang.org/x/image make of
// pictures of all kinds, sizes and quantisers.
func TestDecoded(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	var e Encoder
	sizes := [][2]int{{1, 1}, {1, 300}, {300, 1}, {7, 9}, {64, 64}, {65, 65}, {2, 2}, {16, 16}, {129, 63}, {MaxSize, 17}, {17, MaxSize}}
	for i := range 64 {
		width, height := 1+random.IntN(100), 1+random.IntN(100)
		if i < len(sizes) {
			width, height = sizes[i][0], sizes[i][1]
		}
		q := (i * 37) % 128
		planes := picture(random, width, height, i%5 == 4)
		stream := encode(t, &e, planes, Params{Quantizer: q, Effort: Effort(i % 2)})
		t.Run(fmt.Sprintf("%d: %dx%d quantizer %d", i, width, height, q), func(t *testing.T) {
			checkDecoded(t, &e, stream)
		})
	}
}
