package jpeg

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// noisyPlanes returns planes like those of photoPlanes, with random samples, from
// almost flat to noise.
func noisyPlanes(r *random, w, h, n int, halved bool) []plane.Plane {
	planes := photoPlanes(w, h, n, halved)
	for _, p := range planes {
		spread, rare := 1+r.intn(256), 1+r.intn(100)
		level := 128
		for i := range p.Pix {
			if r.intn(rare) == 0 {
				level = r.intn(256)
			}
			p.Pix[i] = uint8(max(0, min(255, level+r.intn(spread)-spread/2)))
		}
	}
	return planes
}

// bothProcesses encodes planes in a sequential scan and in progressive ones.
func bothProcesses(t *testing.T, planes []plane.Plane, quality int) (sequential, progressive []byte) {
	t.Helper()
	var c coder
	steps := stepTables(scaleOf(quality))
	if err := c.load(t.Context(), planes, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.quantise(t.Context(), &steps, 0); err != nil {
		t.Fatal(err)
	}
	scans, err := c.tokenizeProgressive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.optimizeCodes()
	if progressive, err = c.write(t.Context(), &steps, scans, 0); err != nil {
		t.Fatal(err)
	}
	checkLength(t, &c, scans, progressive)
	scans = []codedScan{c.tokenizeSequential(true)}
	if sequential, err = c.write(t.Context(), &steps, scans, 0); err != nil {
		t.Fatal(err)
	}
	checkLength(t, &c, scans, sequential)
	return sequential, progressive
}

// checkLength checks that data is as long as was counted, plus stuffing.
func checkLength(t *testing.T, c *coder, scans []codedScan, data []byte) {
	t.Helper()
	stuffed := bytes.Count(data, []byte{0xff, 0})
	if n := c.frameLength() + c.length(scans); len(data) != n+stuffed {
		t.Errorf("%d scans of %d bytes, %d of them stuffed; counted %d", len(scans), len(data), stuffed, n)
	}
}

// TestEncodeProcesses checks that a picture is the same in one scan and in
// progressive ones, in any decoder, and that encode takes the shorter.
func TestEncodeProcesses(t *testing.T) {
	r := random(11)
	taken := [2]int{}
	for i := range 120 {
		w, h := 1+r.intn(70), 1+r.intn(70)
		if i%10 == 0 {
			w, h = 300+r.intn(300), 8+r.intn(100)
		}
		n := 1 + 2*r.intn(2)
		quality := 1 + r.intn(100)
		planes := noisyPlanes(&r, w, h, n, r.intn(2) == 0)
		sequential, progressive := bothProcesses(t, planes, quality)
		want, got := decodeStandard(t, sequential), decodeStandard(t, progressive)
		for j := range want {
			if v := psnr(t, got[j], want[j]); v < 99 {
				t.Errorf("%dx%d, quality %d: plane %d differs, %.1f dB", w, h, quality, j, v)
			}
		}
		if !sameDecoded(t, sequential, progressive) {
			t.Errorf("%dx%d, quality %d: our decoder tells them apart", w, h, quality)
		}
		switch data := encode(t, planes, quality); {
		case bytes.Equal(data, sequential):
			taken[0]++
		case bytes.Equal(data, progressive):
			taken[1]++
		default:
			t.Errorf("%dx%d, quality %d: neither", w, h, quality)
		}
		if len(encode(t, planes, quality)) > min(len(sequential), len(progressive))*101/100+1 { // stuffing is not counted
			t.Errorf("%dx%d, quality %d: not the shorter", w, h, quality)
		}
	}
	if min(taken[0], taken[1]) < 10 {
		t.Errorf("of the two %v are taken", taken)
	}
}

// sameDecoded reports whether two JPEGs decode to the same samples.
func sameDecoded(t *testing.T, a, b []byte) bool {
	t.Helper()
	var decoded [2]*decodedPart
	for i, data := range [][]byte{a, b} {
		var err error
		if decoded[i], err = new(decoder).Decode(t.Context(), whole(data), options{}); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range decoded[0].Planes {
		if !bytes.Equal(p.Pix, decoded[1].Planes[i].Pix) {
			return false
		}
	}
	return true
}

// TestEncodeAsLibjpeg checks that djpeg and jpegtran read what is written without
// a warning. djpeg's result must be the same for both processes and, to within
// rounding, that of this package's decoder.
func TestEncodeAsLibjpeg(t *testing.T) {
	jpegtran := peer.Program(t, "DJPEG", "jpegtran", "libjpeg-turbo-progs")
	r := random(12)
	for range 40 {
		w, h, n := 1+r.intn(60), 1+r.intn(60), 1+2*r.intn(2)
		quality := 1 + r.intn(100)
		sequential, progressive := bothProcesses(t, noisyPlanes(&r, w, h, n, r.intn(2) == 0), quality)
		if !bytes.Equal(djpeg(t, sequential), djpeg(t, progressive)) {
			t.Errorf("%dx%d, quality %d: djpeg tells the processes apart", w, h, quality)
		}
		ours, err := new(decoder).Decode(t.Context(), whole(progressive), options{})
		if err != nil {
			t.Fatal(err)
		}
		luma := ours.Planes[0]
		comparePNM(t, "", djpeg(t, progressive, "-grayscale"), ours, 1, func(x, y int) [3]float64 {
			return [3]float64{float64(luma.Pix[y*luma.Stride+x])}
		})
		for _, data := range [][]byte{sequential, progressive} {
			cmd := exec.Command(jpegtran, "-optimize")
			var out, said bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(data), &out, &said
			if err := cmd.Run(); err != nil || said.Len() > 0 {
				t.Fatalf("%dx%d, quality %d: jpegtran: %v: %s", w, h, quality, err, said.Bytes())
			}
			if !bytes.Equal(djpeg(t, out.Bytes()), djpeg(t, data)) {
				t.Errorf("%dx%d, quality %d: jpegtran makes another picture of it", w, h, quality)
			}
		}
	}
}
