package jpeg_test

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/jpeg"
)

// scripts returns how many random scripts to try: usual, or as many as the
// environment variable JPEG_SCRIPTS says, from seed JPEG_SEED on.
func scripts(t *testing.T, usual int) (from, to uint64) {
	t.Helper()
	number := func(name string, n uint64) uint64 {
		if text := os.Getenv(name); text != "" {
			var err error
			if n, err = strconv.ParseUint(text, 10, 40); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		return n
	}
	from = number("JPEG_SEED", 1)
	return from, from + number("JPEG_SCRIPTS", uint64(usual))
}

// floor is what a variant of a progressive picture has to come to beside that of
// the same coefficients coded sequentially, dB of each plane.
const floor = 42

// TestVariantOfAnyScript: the order in which a picture's bits come makes no
// difference that counts, whatever it is, and none where fewer than three pixels
// become one.
func TestVariantOfAnyScript(t *testing.T) {
	from, to := scripts(t, 60)
	for seed := from; seed < to; seed++ {
		width, height := 40+int(seed*37%190), 40+int(seed*53%150)
		name, progressive, baseline := jpeg.RandomScripted(seed, width, height)
		for _, size := range []image.Point{
			{width - 1, height - 1}, {(width + 1) / 2, (height + 1) / 2}, {width * 2 / 7, height * 2 / 7},
			{width / 4, height / 4}, {width / 8, height / 8}, {width / 12, height / 12}, {1, 1}, {width / 16, height / 3},
		} {
			req := resize.Request{
				Width: max(1, size.X), Height: max(1, size.Y), Fit: resize.Cover, Quality: 100, MinQuality: 100,
			}
			if seed&1 == 0 {
				req.Fit = resize.Fill
			}
			want := variant(t, name, baseline, req)
			got := variant(t, name, progressive, req)
			if exact := 3*size.X > width && 3*size.Y > height; exact && !bytes.Equal(got, want) {
				t.Errorf("%s%v: another variant of all bits", name, size)
			}
			for plane, psnr := range planesPSNR(t, got, want) {
				if psnr < floor {
					t.Errorf("%s%v: plane %d is at %.1f dB", name, size, plane, psnr)
				}
			}
		}
	}
}

// TestVariantOfOpenBits: not even pictures of which all that their first scans do
// not show is as large as can be, in patterns that come through best, are worse.
func TestVariantOfOpenBits(t *testing.T) {
	const side = 192
	lowest := math.Inf(1)
	for _, quality := range []int{90, 85, 75} {
		for low := 1; low <= 3; low++ {
			for _, turn := range [][2]float64{{0, 0}, {math.Pi, math.Pi}, {1.5, 1.5}, {2, 0}} {
				progressive, baseline := jpeg.OpenBits(side, side, quality, low, turn[0], turn[1])
				for _, size := range []int{62, 27, 23, 19, 14} {
					req := resize.Request{Width: size, Height: size, Fit: resize.Fill, Quality: 100, MinQuality: 100}
					what := fmt.Sprintf("quality %d, %d bits open, turned by %v, ", quality, low, turn)
					got, want := variant(t, what, progressive, req), variant(t, what, baseline, req)
					for plane, psnr := range planesPSNR(t, got, want) {
						if lowest = min(lowest, psnr); psnr < floor {
							t.Errorf("%sto %d pixels: plane %d is at %.1f dB", what, size, plane, psnr)
						}
					}
				}
			}
		}
	}
	if t.Logf("at least %.1f dB", lowest); lowest > floor+5 {
		t.Errorf("no picture is at less than %.1f dB: bits that would not show are read", lowest)
	}
}

func variant(t *testing.T, name string, data []byte, req resize.Request) []byte {
	t.Helper()
	v, err := resize.Resize(t.Context(), resize.Bytes(data), req)
	if err != nil {
		t.Fatalf("%s%dx%d: %v", name, req.Width, req.Height, err)
	}
	return v.Data
}

// planesPSNR returns the peak signal-to-noise ratio of each plane, in dB.
func planesPSNR(t *testing.T, a, b []byte) (psnr []float64) {
	t.Helper()
	planesA, planesB := planesOf(t, a), planesOf(t, b)
	for i := range planesA {
		var sum float64
		for j, v := range planesA[i] {
			d := float64(v) - float64(planesB[i][j])
			sum += d * d
		}
		psnr = append(psnr, 10*math.Log10(255*255*float64(len(planesA[i]))/sum))
	}
	return psnr
}

func planesOf(t *testing.T, data []byte) [][]uint8 {
	t.Helper()
	img, err := stdjpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	switch img := img.(type) {
	case *image.Gray:
		return [][]uint8{img.Pix}
	case *image.YCbCr:
		return [][]uint8{img.Y, img.Cb, img.Cr}
	}
	t.Fatalf("a variant of type %T", img)
	return nil
}
