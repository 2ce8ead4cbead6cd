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

// photograph returns a part of one that was reduced.
func photograph(t *testing.T) image.Image {
	t.Helper()
	data, err := os.ReadFile("../testdata/originals/PHOTO.jpg")
	if err != nil {
		t.Fatal(err)
	}
	v := resized(t, data, resize.Request{Width: 300, Height: 200, Fit: resize.Cover, Quality: 80, MinQuality: 80, Formats: []resize.Format{resize.PNG}})
	return decoded(t, v.Data)
}

// jpegOf returns a JPEG of the given quality.
func jpegOf(t *testing.T, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// slightlySmaller asks for a variant of an original, 10 pixels smaller each way.
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

// TestNoLargerThanOriginal: a variant of a coarse JPEG has no more bytes than that,
// the best quality that has, and looks nearly as it would with them.
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
		// The same original with a comment behind its end has bytes to spare.
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

// TestLargerThanOriginal: what cannot have as few bytes as the original has the
// quality that is worth its bytes, or what it had.
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

// TestOutgrownFormats: a GIF has fewer colours, a PNG stays exact and is said to have
// outgrown, and what has become another format is not compared.
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

// TestAVIFOfCoarse: where the JPEG in its place gets the quality that its original is
// worth, so as not to outgrow that, an AVIF is of fewer bytes than it all the same.
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

// TestAVIFOfGIF: an AVIF does not give way to a GIF that would be longer if it did not
// have fewer colours.
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
