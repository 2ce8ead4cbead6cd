package resize

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestJPEGColoursAsDjpeg resizes pictures of three and four components under
// other component identifiers and other JFIF and Adobe segments: their mean
// colour is that of what djpeg makes of the original.
func TestJPEGColoursAsDjpeg(t *testing.T) {
	jfif := pictest.JPEGSegment(pictest.MarkerAPP0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	adobe := func(transform byte) []byte {
		return pictest.JPEGSegment(pictest.MarkerAPP14, []byte("Adobe\x00\x64\x00\x00\x00\x00"), []byte{transform})
	}
	for _, name := range []string{"jpeg-rgb-adobe.jpg", "jpeg-444.jpg", "jpeg-cmyk-adobe.jpg", "jpeg-ycck-adobe.jpg"} {
		plain := withoutSegments(withoutSegments(fixture(t, "../../testdata/originals/"+name), pictest.MarkerAPP0), pictest.MarkerAPP14)
		components := int(plain[bytes.Index(plain, []byte{0xff, pictest.MarkerSOF0})+9])
		for _, ids := range []string{"\x01\x02\x03\x04", "RGBK"} {
			named := withIdentifiers(t, plain, ids[:components])
			for _, segments := range [][]byte{nil, jfif, adobe(0), adobe(1), adobe(2), append(adobe(0), jfif...), append(jfif[:len(jfif):len(jfif)], adobe(1)...)} {
				data := slices.Concat(named[:2], segments, named[2:])
				what := fmt.Sprintf("%s, %q behind %q", name, ids[:components], segments)
				want := djpegMean(t, data)
				info, err := Inspect(t.Context(), Bytes(data))
				if err != nil {
					t.Fatal(err)
				}
				req := Request{Width: info.Width / 2, Height: info.Height / 2, Fit: Fill, Quality: 95, MinQuality: 95}
				v, err := Resize(t.Context(), Bytes(data), req)
				if err != nil {
					t.Errorf("%s: %v", what, err)
					continue
				}
				img, err := jpeg.Decode(bytes.NewReader(v.Data))
				if err != nil {
					t.Fatal(err)
				}
				if got := mean(img); distance(got, want) > 4 {
					t.Errorf("%s: mean colour %.0f, djpeg's %.0f", what, got, want)
				}
			}
		}
	}
}

// withIdentifiers is a baseline JPEG of one scan with other component identifiers.
func withIdentifiers(t *testing.T, data []byte, ids string) []byte {
	t.Helper()
	data = bytes.Clone(data)
	sof, sos := bytes.Index(data, []byte{0xff, pictest.MarkerSOF0}), bytes.Index(data, []byte{0xff, pictest.MarkerSOS})
	if sof < 0 || int(data[sos+4]) != len(ids) {
		t.Fatal("not a baseline JPEG of one scan")
	}
	for i := range len(ids) {
		data[sof+10+3*i], data[sos+5+2*i] = ids[i], ids[i]
	}
	return data
}

// djpegMean is the mean colour of what djpeg makes of a JPEG. The test is skipped
// without djpeg, unless DJPEG=required.
func djpegMean(t *testing.T, data []byte) [3]float64 {
	t.Helper()
	path, err := exec.LookPath("djpeg")
	if err != nil {
		if os.Getenv("DJPEG") == "required" {
			t.Fatal(err)
		}
		t.Skip("no djpeg (of libjpeg-turbo-progs):", err)
	}
	cmd := exec.Command(path, "-ppm")
	cmd.Stdin = bytes.NewReader(data)
	ppm, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 2 { // 2: with a warning
		t.Fatal(err)
	}
	var w, h, most int
	if _, err := fmt.Sscanf(string(ppm[:20]), "P6\n%d %d\n%d\n", &w, &h, &most); err != nil || most != 255 {
		t.Fatalf("%q: %v", ppm[:20], err)
	}
	pix := ppm[len(ppm)-3*w*h:]
	var sum [3]float64
	for i, v := range pix {
		sum[i%3] += float64(v) / float64(w*h)
	}
	return sum
}

// mean is the mean colour of an opaque picture.
func mean(img image.Image) (sum [3]float64) {
	size := img.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			for i, v := range []uint8{c.R, c.G, c.B} {
				sum[i] += float64(v) / float64(size.X*size.Y)
			}
		}
	}
	return sum
}

func distance(a, b [3]float64) (most float64) {
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i]))
	}
	return most
}
