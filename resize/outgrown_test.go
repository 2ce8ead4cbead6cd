package resize_test

import (
	"bytes"
	"image"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/metric"
)

// photograph returns a part of a photograph that was reduced.
func photograph(t *testing.T) image.Image {
	t.Helper()
	data, err := os.ReadFile("../testdata/originals/PHOTO.jpg")
	if err != nil {
		t.Fatal(err)
	}
	v := resized(t, data, resize.Request{Width: 300, Height: 200, Fit: resize.Cover, Quality: 80, MinQuality: 80, Formats: []resize.Format{resize.PNG}})
	return decoded(t, v.Data)
}

// jpegOf encodes a JPEG of the given quality.
func jpegOf(t *testing.T, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// slightlySmaller returns a request for a variant 10 pixels smaller each way.
func slightlySmaller(t *testing.T, original []byte) resize.Request {
	t.Helper()
	info, err := resize.Inspect(t.Context(), resize.Bytes(original))
	if err != nil {
		t.Fatal(err)
	}
	return resize.Request{Width: info.Width - 10, Height: info.Height - 10, Fit: resize.Fill, Quality: 80, MinQuality: 40}
}

func resized(t *testing.T, original []byte, req resize.Request) *resize.Variant {
	t.Helper()
	v, err := resize.Resize(t.Context(), resize.Bytes(original), req)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func decoded(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestNoLargerThanOriginal: a variant of a coarse JPEG has no more bytes than the
// original. It has the best quality that they permit, and looks nearly as good as with
// more.
func TestNoLargerThanOriginal(t *testing.T) {
	photo := photograph(t)
	truth := jpegOf(t, photo, 100)
	for _, quality := range []int{30, 45, 60} {
		original := jpegOf(t, photo, quality)
		req := slightlySmaller(t, original)
		v := resized(t, original, req)
		if len(v.Data) > len(original) || v.Outgrown <= len(original) || v.Quality >= req.Quality || v.Quality < quality {
			t.Errorf("quality %d: a variant of %d bytes at %d, of %d at first, the original of %d",
				quality, len(v.Data), v.Quality, v.Outgrown, len(original))
		}
		req.Quality = min(v.Quality+1, quality+30)
		if finer := resized(t, original, req); finer.Quality > v.Quality {
			t.Errorf("quality %d: %d bytes at %d would do", quality, len(finer.Data), finer.Quality)
		}
		// The same original with a comment behind its end leaves room for more bytes.
		roomy := append(bytes.Clone(original), make([]byte, 1<<20)...)
		req.Quality = 80
		free := resized(t, roomy, req)
		if free.Outgrown != 0 || free.Quality != 80 {
			t.Errorf("quality %d: %d bytes at %d, outgrown %d, of an original of 1 MB", quality, len(free.Data), free.Quality, free.Outgrown)
		}
		req.Formats = []resize.Format{resize.PNG}
		looks := metric.NewSSIMULACRA2(decoded(t, resized(t, truth, req).Data))
		score, err := looks.Score(decoded(t, v.Data))
		if err != nil {
			t.Fatal(err)
		}
		if most, err := looks.Score(decoded(t, free.Data)); err != nil || score < most-8 {
			t.Errorf("quality %d: a score of %.1f in place of %.1f, %v", quality, score, most, err)
		}
	}
}

// TestLargerThanOriginal: a variant that cannot be as short as the original gets the
// quality that the original is worth, or keeps its own.
func TestLargerThanOriginal(t *testing.T) {
	original := jpegOf(t, photograph(t), 15)
	req := slightlySmaller(t, original)
	req.MinQuality = 42
	v := resized(t, original, req)
	if v.Quality < 42 || v.Quality > 49 || v.Outgrown <= len(v.Data) || len(v.Data) <= len(original) {
		t.Errorf("%d bytes at %d, of %d at first, the original of %d", len(v.Data), v.Quality, v.Outgrown, len(original))
	}
	req.MinQuality = 80
	if v = resized(t, original, req); v.Quality != 80 || v.Outgrown != len(v.Data) {
		t.Errorf("%d bytes at %d, outgrown %d, where no other quality is permitted", len(v.Data), v.Quality, v.Outgrown)
	}
}

// TestOutgrownFormats: a GIF gets fewer colours; a PNG stays exact and reports
// Outgrown; a variant of another format than the original's is not compared.
func TestOutgrownFormats(t *testing.T) {
	var b bytes.Buffer
	if err := gif.Encode(&b, photograph(t), &gif.Options{NumColors: 256, Drawer: draw.Src}); err != nil {
		t.Fatal(err)
	}
	original := b.Bytes()
	req := slightlySmaller(t, original)
	v := resized(t, original, req)
	if v.Outgrown <= len(original) || len(v.Data) > len(original) {
		t.Errorf("a GIF of %d bytes, of %d at first, the original of %d", len(v.Data), v.Outgrown, len(original))
	}
	req.Formats = []resize.Format{resize.PNG}
	if v = resized(t, original, req); v.Format != resize.PNG || v.Outgrown != 0 {
		t.Errorf("%s outgrown by %d", v.Format, v.Outgrown)
	}

	b.Reset()
	few := image.NewPaletted(image.Rect(0, 0, 200, 200), palette.Plan9[:2])
	for i := range few.Pix {
		few.Pix[i] = uint8(i*i>>3) & 1
	}
	if err := png.Encode(&b, few); err != nil {
		t.Fatal(err)
	}
	if v = resized(t, b.Bytes(), slightlySmaller(t, b.Bytes())); len(v.Data) <= b.Len() || v.Outgrown != len(v.Data) {
		t.Errorf("a PNG of %d bytes, outgrown %d, the original of %d", len(v.Data), v.Outgrown, b.Len())
	}
}

// TestAVIFOfCoarse: if a JPEG is lowered to the quality that its original is worth, so
// as not to outgrow it, an AVIF of the same original still has fewer bytes than that
// JPEG.
func TestAVIFOfCoarse(t *testing.T) {
	for _, quality := range []int{25, 40} {
		original := jpegOf(t, photograph(t), quality)
		req := slightlySmaller(t, original)
		jpeg := resized(t, original, req)
		req.Formats = []resize.Format{resize.AVIF}
		v := resized(t, original, req)
		if len(v.Data) >= len(jpeg.Data) || v.Format != resize.AVIF || jpeg.Outgrown == 0 {
			t.Errorf("quality %d: %s of %d bytes at %d, a JPEG of %d at %d", quality, v.Format, len(v.Data), v.Quality, len(jpeg.Data), jpeg.Quality)
		}
	}
}

// TestAVIFOfGIF: an AVIF does not give way to a GIF that is shorter only because it has
// fewer colours.
func TestAVIFOfGIF(t *testing.T) {
	original, err := os.ReadFile("../testdata/originals/gif-transparent.gif")
	if err != nil {
		t.Fatal(err)
	}
	req := resize.Request{Width: 90, Height: 80, Fit: resize.Cover, Quality: 80, MinQuality: 40}
	gif := resized(t, original, req)
	req.Formats = []resize.Format{resize.AVIF}
	v := resized(t, original, req)
	if v.Format != resize.AVIF || len(v.Data) >= len(gif.Data) {
		t.Errorf("%s of %d bytes, passed over %v, a GIF of %d", v.Format, len(v.Data), v.PassedOver, len(gif.Data))
	}
}
