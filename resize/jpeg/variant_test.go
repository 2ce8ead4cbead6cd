package jpeg

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// floor is the least PSNR, in dB for each plane, of a variant of a progressive
// picture against the variant of the same coefficients coded sequentially.
const floor = 42

// TestVariantOfAnyScript checks that the order of a picture's bits hardly changes
// the variant. It must not change it at all if fewer than three pixels become
// one, or if the picture is RGB or inks.
func TestVariantOfAnyScript(t *testing.T) {
	lowest := math.Inf(1)
	from, to := scripts(t, 60)
	for seed := from; seed < to; seed++ {
		width, height := 40+int(seed*37%190), 40+int(seed*53%150)
		s := randomScripted(seed, width, height, false)
		for _, size := range []image.Point{
			{width - 1, height - 1}, {(width + 1) / 2, (height + 1) / 2}, {width * 2 / 7, height * 2 / 7},
			{width / 4, height / 4}, {width / 8, height / 8}, {width / 12, height / 12}, {1, 1}, {width / 16, height / 3},
		} {
			v := covered(width, height, max(1, size.X), max(1, size.Y))
			if seed&1 == 0 {
				v = filled(width, height, v.Width, v.Height)
			}
			want := variant(t, s.name, s.baseline, v)
			got := variant(t, s.name, s.progressive, v)
			exact := s.adobe >= 0 || len(s.components) == 4 || 3*size.X > width && 3*size.Y > height
			if exact && !bytes.Equal(got, want) {
				t.Errorf("%s%v: another variant of all bits", s.name, size)
			}
			for plane, psnr := range planesPSNR(t, got, want) {
				if lowest = min(lowest, psnr); psnr < floor {
					t.Errorf("%s%v: plane %d is at %.1f dB", s.name, size, plane, psnr)
				}
			}
		}
	}
	t.Logf("at least %.1f dB", lowest)
}

// wickedScripts holds scripts, by name, that would mislead a simple estimate of
// what is still missing: luma's lowest coefficients are complete while its others
// have only high bits; luma is complete before chroma; chroma's means come late;
// or the lowest AC coefficients come last.
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

// TestVariantOfWickedScripts checks that variants of a photograph are the same,
// up to what hardly shows, in any order of its bits.
func TestVariantOfWickedScripts(t *testing.T) {
	const width, height = 320, 240
	for name, script := range wickedScripts {
		progressive, baseline := photoScripted(t, width, height, 90, script)
		for _, part := range []int{1, 2, 3, 4, 6, 8, 10, 15} {
			v := covered(width, height, width/part, height/part-1)
			for plane, psnr := range planesPSNR(t, variant(t, name, progressive, v), variant(t, name, baseline, v)) {
				if psnr < 45 { // chroma has 48 before it is sharpened
					t.Errorf("%s, 1/%d: plane %d is at %.1f dB", name, part, plane, psnr)
				}
			}
		}
	}
}

// TestVariantOfJpegtran checks that the output of libjpeg-turbo's jpegtran for a
// picture and a script becomes the same variant as that of the tests' own
// encoder.
func TestVariantOfJpegtran(t *testing.T) {
	path := peer.Program(t, "DJPEG", "jpegtran", "libjpeg-turbo-progs")
	from, to := scripts(t, 25)
	for seed := from; seed < to; seed++ {
		width, height := 40+int(seed*37%190), 40+int(seed*53%150)
		s := randomScripted(seed, width, height, false)
		if slices.ContainsFunc(s.scans, func(scan scanSpec) bool { return scan.low > 10 }) {
			continue // jpegtran refuses these
		}
		file := filepath.Join(t.TempDir(), "scans")
		if err := os.WriteFile(file, []byte(scriptText(s.scans)), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(path, "-scans", file)
		var out, said bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(s.baseline), &out, &said
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Fatalf("%sjpegtran: %v: %s", s.name, err, said.Bytes())
		}
		for _, part := range []int{1, 4, 9} {
			v := covered(width, height, width/part, height/part-1)
			if !bytes.Equal(variant(t, s.name, out.Bytes(), v), variant(t, s.name, s.progressive, v)) {
				t.Errorf("%s1/%d: another variant of jpegtran's file", s.name, part)
			}
		}
	}
}

// TestVariantOfOpenBits checks that the floor also holds for pictures whose
// missing bits are as large as possible, in the patterns that come through best.
func TestVariantOfOpenBits(t *testing.T) {
	const side = 192
	lowest := math.Inf(1)
	for _, quality := range []int{90, 85, 75} {
		for low := 1; low <= 3; low++ {
			for _, turn := range [][2]float64{{0, 0}, {math.Pi, math.Pi}, {1.5, 1.5}, {2, 0}} {
				progressive, baseline := openBits(side, side, quality, low, turn[0], turn[1])
				for _, size := range []int{62, 27, 23, 19, 14} {
					v := filled(side, side, size, size)
					what := fmt.Sprintf("quality %d, %d bits open, turned by %v, ", quality, low, turn)
					got, want := variant(t, what, progressive, v), variant(t, what, baseline, v)
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

// variant makes a JPEG, at quality 100, of what v shows.
func variant(t *testing.T, name string, data []byte, v pic.View) []byte {
	t.Helper()
	f, err := framed(t.Context(), new(pic.Buffers), open(t, data), v)
	if err != nil {
		t.Fatalf("%s%dx%d: %v", name, v.Width, v.Height, err)
	}
	return encoded(t, resampled(t, f, v), 100)
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

// planesOf decodes a JPEG with image/jpeg and returns its samples.
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
