package resize

import (
	"bytes"
	"encoding/binary"
	"image"
	stdjpeg "image/jpeg"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// sameSize returns a request for a variant of the original's own size.
func sameSize(t *testing.T, data []byte) Request {
	t.Helper()
	info, err := Inspect(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	req := request(info.Width, info.Height)
	req.Largest = true
	return req
}

// TestSameSizeSamples: a variant of the original's size has the luma that was decoded,
// and of others the pixels.
func TestSameSizeSamples(t *testing.T) {
	originals, _ := smallOriginals(t)
	planes := 0
	for name, data := range originals {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		h := p.picture.Header()
		if h.Frames > 1 || h.Orientation > 1 {
			continue
		}
		j := newJob(t, p, sameSize(t, data))
		raster, err := pic.Sequence{Frames: j.rasters(t.Context())}.First()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		k := newJob(t, again, sameSize(t, data))
		for frame, err := range k.decoding.Frames(t.Context(), k.buffers) {
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case frame.Rows != nil:
				want, err := pictest.Pixels(frame.Rows)
				if err != nil {
					t.Fatal(err)
				}
				tolerance := 0
				if !want.Opaque() {
					tolerance = 1 // colours are multiplied by alpha on the way
				}
				compareVisible(t, name, raster.Pixels, want, tolerance)
			case frame.Planes.ToSRGB == nil:
				planes++
				luma := frame.Planes.Planes[0]
				for y := range h.Height {
					if !bytes.Equal(raster.Planes[0].Pix[y*h.Width:][:h.Width], luma.Pix[y*luma.Stride:][:h.Width]) {
						t.Fatalf("%s: other luma in row %d", name, y)
					}
				}
			}
		}
	}
	if planes < 5 {
		t.Errorf("only %d pictures of planes", planes)
	}
}

// TestSameSizeUpright: a variant of the original's size is upright, keeps its ICC
// profile and loses all other metadata.
func TestSameSizeUpright(t *testing.T) {
	picture := pictest.Scene(60, 40)
	for o := uint16(1); o <= 8; o++ {
		secret := append(pictest.OrientationTIFF(binary.BigEndian, o), "where it was taken"...)
		data := pictest.JPEG(t, storedAs(picture, int(o)), pictest.ExifSegment(secret),
			pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1, 1}, pictest.PlainProfile(icc.RGB)))
		req := request(60, 40)
		req.Largest, req.Quality = true, 100
		v, err := Resize(t.Context(), Bytes(data), req)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(v.Data, []byte("Exif")) || bytes.Contains(v.Data, []byte("taken")) || !bytes.Contains(v.Data, []byte("ICC_PROFILE")) {
			t.Errorf("orientation %d: metadata", o)
		}
		img, err := stdjpeg.Decode(bytes.NewReader(v.Data))
		if err != nil || img.Bounds().Size() != image.Pt(60, 40) {
			t.Fatal(img.Bounds(), err)
		}
		if noise := lumaNoise(img, picture); noise > 60 {
			t.Errorf("orientation %d: a mean square error of %.0f", o, noise)
		}
	}
}

// lumaNoise returns the mean square error of luma between two pictures of one size,
// in levels.
func lumaNoise(a, b image.Image) float64 {
	size, sum := a.Bounds().Size(), 0.0
	for y := range size.Y {
		for x := range size.X {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			d := 0.299*(float64(r)-float64(r2)) + 0.587*(float64(g)-float64(g2)) + 0.114*(float64(bl)-float64(bl2))
			sum += d * d / (257 * 257)
		}
	}
	return sum / float64(size.X*size.Y)
}

// TestLargestNeverOutgrows: a JPEG that is encoded again at its own size, or at the
// largest size of another shape, has no more bytes than it had.
func TestLargestNeverOutgrows(t *testing.T) {
	photo := decoded(t, fixture(t, "../../testdata/originals/jpeg-420.jpg"))
	for _, quality := range []int{45, 60, 75, 90} {
		var b bytes.Buffer
		if err := stdjpeg.Encode(&b, photo, &stdjpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		req := sameSize(t, b.Bytes())
		for _, size := range []image.Point{{req.Width, req.Height}, {5 * req.Width, 5 * req.Height}, {3 * req.Width, 2 * req.Height}} {
			req.Width, req.Height = size.X, size.Y
			v, err := Resize(t.Context(), Bytes(b.Bytes()), req)
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Data) > b.Len() {
				t.Errorf("quality %d: %d bytes at %d of %dx%d, the original of %d", quality, len(v.Data), v.Quality, v.Width, v.Height, b.Len())
			}
			bounds := photo.Bounds()
			if v.Width != bounds.Dx() && v.Height != bounds.Dy() {
				t.Errorf("%v: %dx%d", size, v.Width, v.Height)
			}
		}
	}
}

// TestLargestExtremes: sides are at least 1 and at most the original's, whatever the
// shape.
func TestLargestExtremes(t *testing.T) {
	for _, size := range []image.Point{{1, 4000}, {4000, 1}, {1, 1}, {2, 3}} {
		data := pictest.PNG(t, pictest.Scene(size.X, size.Y))
		for _, box := range []image.Point{{1, 40000}, {40000, 1}, {65535, 65535}, {1, 1}, {0, 40000}, {40000, 0}, {3, 7}} {
			for _, fit := range []Fit{Cover, Fill, Inside, Pad} {
				for _, scale := range []float64{0, 1, 1.5, 4} {
					req := request(box.X, box.Y)
					req.Fit, req.Largest, req.Scale = fit, true, scale
					v, err := Resize(t.Context(), Bytes(data), req)
					if err != nil {
						t.Fatalf("%s of %v in %v: %v", fit, size, box, err)
					}
					if v.Width < 1 || v.Height < 1 || v.Width > size.X || v.Height > size.Y {
						t.Errorf("%s of %v in %v: %dx%d", fit, size, box, v.Width, v.Height)
					}
				}
			}
		}
	}
}
