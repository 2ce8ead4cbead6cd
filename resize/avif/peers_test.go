package avif

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// avifdec decodes an AVIF with one of the decoders of libavif's avifdec, into a file with
// the extension, and returns that file's bytes. It skips the test if there is no avifdec,
// unless AVIF=required. It fails the test if avifdec prints a warning.
func avifdec(t testing.TB, data []byte, decoder, extension string) []byte {
	t.Helper()
	program := peer.Program(t, "AVIF", "avifdec", "libavif-bin")
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.avif"), filepath.Join(dir, "out"+extension)
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command(program, "--codec", decoder, "--ignore-icc", in, out).CombinedOutput()
	if extension == ".y4m" { // this has no place for alpha
		said = bytes.ReplaceAll(said, []byte("WARNING: writing alpha is"), nil)
	}
	if err != nil || bytes.Contains(bytes.ToLower(said), []byte("warning")) {
		t.Fatalf("avifdec by %s: %v: %s", decoder, err, said)
	}
	decoded, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// decoders are avifdec's codecs.
var decoders = []string{"dav1d", "aom", "libgav1"}

// decodedPlanes returns the planes that avifdec decodes, without alpha.
func decodedPlanes(t testing.TB, data []byte, decoder string) []plane.Plane {
	t.Helper()
	head, pix, ok := bytes.Cut(avifdec(t, data, decoder, ".y4m"), []byte("\nFRAME\n"))
	var w, h int
	if _, err := fmt.Sscanf(string(head), "YUV4MPEG2 W%d H%d ", &w, &h); err != nil || !ok {
		t.Fatalf("%q: %v", head, err)
	}
	sizes := []image.Point{{w, h}}
	switch {
	case strings.Contains(string(head), " C420jpeg "):
		half := image.Pt((w+1)/2, (h+1)/2)
		sizes = append(sizes, half, half)
	case strings.Contains(string(head), " C444 "):
		sizes = append(sizes, sizes[0], sizes[0])
	case strings.Contains(string(head), " C444alpha "):
		sizes = append(sizes, sizes[0], sizes[0])
		pix = pix[:len(pix)*3/4]
	case !strings.Contains(string(head), " Cmono "):
		t.Fatalf("%q", head)
	}
	var planes []plane.Plane
	for _, s := range sizes {
		planes = append(planes, plane.Plane{Pix: pix[:s.X*s.Y], Stride: s.X, Width: s.X, Height: s.Y})
		pix = pix[s.X*s.Y:]
	}
	if len(pix) > 0 {
		t.Fatalf("%d bytes behind the planes", len(pix))
	}
	return planes
}

// decodedPixels returns the pixels that avifdec decodes.
func decodedPixels(t testing.TB, data []byte, decoder string) *image.NRGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(avifdec(t, data, decoder, ".png")))
	if err != nil {
		t.Fatal(err)
	}
	if pixels, ok := img.(*image.NRGBA); ok {
		return pixels
	}
	pixels := image.NewNRGBA(img.Bounds())
	draw.Draw(pixels, pixels.Rect, img, image.Point{}, draw.Src)
	return pixels
}

// samePlanes returns the first difference of planes, or "".
func samePlanes(got, want []plane.Plane) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d planes, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.Width != w.Width || g.Height != w.Height {
			return fmt.Sprintf("plane %d of %dx%d, want %dx%d", i, g.Width, g.Height, w.Width, w.Height)
		}
		for y := range w.Height {
			for x := range w.Width {
				if g, w := g.Pix[y*g.Stride+x], w.Pix[y*w.Stride+x]; g != w {
					return fmt.Sprintf("plane %d: %d at %d, %d, want %d", i, g, x, y, w)
				}
			}
		}
	}
	return ""
}

// TestLargest checks that decoders take the highest and the widest picture that an AVIF
// holds, and pictures of several tiles.
func TestLargest(t *testing.T) {
	for _, size := range []image.Point{{1, 32768}, {32768, 1}, {4100, 200}, {4090, 2500}} {
		r := &pic.Raster{Pixels: image.NewNRGBA(image.Rectangle{Max: size})}
		for i := range r.Pixels.Pix {
			r.Pixels.Pix[i] = uint8(i>>16) | 7
		}
		for i := 3; i < len(r.Pixels.Pix); i += 4 {
			r.Pixels.Pix[i] = 255
		}
		c := coder{effort: av1.Fast}
		if err := c.load(t.Context(), r, false); err != nil || !(Encoder{}).Holds(r) {
			t.Fatal(size, err)
		}
		data, err := c.encode(t.Context(), 60, 0)
		if err != nil {
			t.Fatal(size, err)
		}
		for _, decoder := range decoders {
			if diff := samePlanes(decodedPlanes(t, data, decoder), c.picture.Reconstruction()); diff != "" {
				t.Errorf("%v by %s: %s", size, decoder, diff)
			}
		}
	}
}
