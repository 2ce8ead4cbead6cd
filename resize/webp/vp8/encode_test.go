package vp8

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/loopfilter"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// picture returns planes of 4:2:0, or a gray one.
func picture(random *rand.Rand, width, height int, gray bool) []plane.Plane {
	pattern := func(w, h int) plane.Plane { return pictest.Pattern(random, w, h, random.IntN(pictest.Patterns)) }
	planes := []plane.Plane{pattern(width, height)}
	if gray {
		return planes
	}
	cw, ch := (width+1)/2, (height+1)/2
	return append(planes, pattern(cw, ch), pattern(cw, ch))
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

// reconstructed returns the encoder's reconstruction of the last picture, with
// edges filtered.
func reconstructed(e *Encoder) *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, 16*e.cols, 16*e.rows), image.YCbCrSubsampleRatio420)
	for i, to := range [3][]uint8{img.Y, img.Cb, img.Cr} {
		copy(to, e.recon[i].pix)
	}
	for i, mb := range e.blocks {
		level := e.filterLevels[mb.segment]
		if level == 0 {
			continue
		}
		col, row := i%e.cols, i/e.cols
		strength := loopfilter.StrengthOf(level, e.sharpness)
		edges := loopfilter.Edges{Left: col > 0, Top: row > 0, Inner: !mb.skip || mb.mode == tables.Sub}
		strength.Luma(img.Y, img.YOffset(16*col, 16*row), img.YStride, edges)
		strength.Chroma(img.Cb, img.Cr, img.COffset(16*col, 16*row), img.CStride, edges)
	}
	return img.SubImage(image.Rect(0, 0, e.width, e.height)).(*image.YCbCr)
}

// checkDecoded compares the reconstruction with the decoders' results for a
// frame: ours, golang.org/x/image's and libwebp's. It fails if webpinfo reports
// anything.
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

// TestDecoded compares the reconstruction with libwebp's and golang.org/x/image's
// results for pictures of all kinds, sizes and quantisers.
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
		stream := encode(t, &e, planes, Params{Quantiser: q, Effort: Effort(i % 2)})
		t.Run(fmt.Sprintf("%d: %dx%d quantiser %d", i, width, height, q), func(t *testing.T) {
			checkDecoded(t, &e, stream)
		})
	}
}
