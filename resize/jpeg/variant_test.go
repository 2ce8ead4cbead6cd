package jpeg_test

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/jpeg"
)

// floor is what a variant of a progressive picture has to come to beside that of
// the same coefficients coded sequentially, dB of each plane.
const floor = 42

// TestVariantOfAnyScript: the order in which a picture's bits come makes no
// difference that counts, whatever it is, and none where fewer than three pixels
// become one, or where the picture is of RGB or inks.
func TestVariantOfAnyScript(t *testing.T) {
	lowest := math.Inf(1)
	from, to := jpeg.Scripts(t, 60)
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
			exact := bytes.Contains(baseline, []byte("Adobe")) || 3*size.X > width && 3*size.Y > height
			if exact && !bytes.Equal(got, want) {
				t.Errorf("%s%v: another variant of all bits", name, size)
			}
			for plane, psnr := range planesPSNR(t, got, want) {
				if lowest = min(lowest, psnr); psnr < floor {
					t.Errorf("%s%v: plane %d is at %.1f dB", name, size, plane, psnr)
				}
			}
		}
	}
	t.Logf("at least %.1f dB", lowest)
}

// wickedScripts bring almost everything from high bits on, but for what an
// estimate by luma's lowest coefficients looks at; leave AC coefficients of high
// bits to the end; or give away the order in which bits matter.
var wickedScripts = map[string]string{
	"high bits above the lowest": `0 1 2: 0-0, 0, 0;
		0: 1-2, 0, 0;
		1: 1-63, 0, 0;
		2: 1-63, 0, 0;
		0: 3-63, 0, 3;
		0: 3-63, 3, 2;
		0: 3-63, 2, 1;
		0: 3-63, 1, 0;`,
	"higher bits above the lowest": `0 1 2: 0-0, 0, 0;
		0: 1-2, 0, 0;
		1: 1-63, 0, 0;
		2: 1-63, 0, 0;
		0: 3-63, 0, 8;
		0: 3-63, 8, 7;
		0: 3-63, 7, 6;
		0: 3-63, 6, 5;
		0: 3-63, 5, 4;
		0: 3-63, 4, 3;
		0: 3-63, 3, 2;
		0: 3-63, 2, 1;
		0: 3-63, 1, 0;`,
	"luma first": `0 1 2: 0-0, 0, 1;
		0: 1-63, 0, 0;
		1: 1-63, 0, 2;
		2: 1-63, 0, 2;
		1: 1-63, 2, 1;
		2: 1-63, 2, 1;
		1: 1-63, 1, 0;
		2: 1-63, 1, 0;
		0 1 2: 0-0, 1, 0;`,
	"chroma's means late": `0: 0-0, 0, 0;
		0: 1-63, 0, 0;
		1: 0-0, 0, 4;
		2: 0-0, 0, 4;
		1: 0-0, 4, 3;
		1: 0-0, 3, 2;
		1: 1-63, 0, 1;
		1: 0-0, 2, 1;
		1: 0-0, 1, 0;
		1: 1-63, 1, 0;
		2: 0-0, 4, 3;
		2: 0-0, 3, 2;
		2: 1-63, 0, 1;
		2: 1-63, 1, 0;
		2: 0-0, 2, 1;
		2: 0-0, 1, 0;`,
	"the lowest apart": `0 1 2: 0-0, 0, 0;
		0: 2-63, 0, 0;
		1: 2-63, 0, 0;
		2: 2-63, 0, 0;
		0: 1-1, 0, 4;
		1: 1-1, 0, 4;
		2: 1-1, 0, 4;
		0: 1-1, 4, 3;
		0: 1-1, 3, 2;
		0: 1-1, 2, 1;
		0: 1-1, 1, 0;
		1: 1-1, 4, 3;
		1: 1-1, 3, 2;
		1: 1-1, 2, 1;
		1: 1-1, 1, 0;
		2: 1-1, 4, 3;
		2: 1-1, 3, 2;
		2: 1-1, 2, 1;
		2: 1-1, 1, 0;`,
}

// TestVariantOfWickedScripts: variants of a photograph are the same but for what
// hardly shows, in any order of its bits.
func TestVariantOfWickedScripts(t *testing.T) {
	const width, height = 320, 240
	for name, script := range wickedScripts {
		progressive, baseline := jpeg.PhotoScripted(t, width, height, 90, script)
		for _, part := range []int{1, 2, 3, 4, 6, 8, 10, 15} {
			req := resize.Request{Width: width / part, Height: height/part - 1, Fit: resize.Cover, Quality: 100, MinQuality: 100}
			for plane, psnr := range planesPSNR(t, variant(t, name, progressive, req), variant(t, name, baseline, req)) {
				if psnr < 48 {
					t.Errorf("%s, 1/%d: plane %d is at %.1f dB", name, part, plane, psnr)
				}
			}
		}
	}
}

// TestVariantOfJpegtran: what libjpeg-turbo's jpegtran makes of a picture and a
// script becomes the same variant as what the tests' own encoder does.
func TestVariantOfJpegtran(t *testing.T) {
	path, err := exec.LookPath("jpegtran")
	if err != nil {
		if os.Getenv("DJPEG") == "required" {
			t.Fatal(err)
		}
		t.Skip("no jpegtran (of libjpeg-turbo-progs):", err)
	}
	from, to := jpeg.Scripts(t, 25)
	for seed := from; seed < to; seed++ {
		width, height := 40+int(seed*37%190), 40+int(seed*53%150)
		script, ok := jpeg.RandomScript(seed, width, height)
		if !ok {
			continue
		}
		name, progressive, baseline := jpeg.RandomScripted(seed, width, height)
		file := filepath.Join(t.TempDir(), "scans")
		if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(path, "-scans", file)
		var out, said bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(baseline), &out, &said
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Fatalf("%sjpegtran: %v: %s", name, err, said.Bytes())
		}
		for _, part := range []int{1, 4, 9} {
			req := resize.Request{Width: width / part, Height: height/part - 1, Fit: resize.Cover, Quality: 90, MinQuality: 90}
			if !bytes.Equal(variant(t, name, out.Bytes(), req), variant(t, name, progressive, req)) {
				t.Errorf("%s1/%d: another variant of jpegtran's file", name, part)
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
