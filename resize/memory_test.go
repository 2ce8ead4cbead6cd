package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/plane"
	"github.com/edgeresize/edgeresize/resize/png"
)

// allocated is how many bytes f allocates, whether or not they are freed.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// memoryOriginals are pictures of every kind that a decoder treats in its own
// way, by name.
func memoryOriginals(t *testing.T) map[string][]byte {
	t.Helper()
	originals := map[string][]byte{}
	paths, err := filepath.Glob("../testdata/originals/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no originals", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		originals[filepath.Base(path)] = data
	}
	picture := pictest.Scene(400, 300)
	deep := image.NewNRGBA64(picture.Rect)
	for i, v := range picture.Pix {
		deep.Pix[2*i] = v
	}
	for name, img := range map[string]image.Image{"tiff of 8 bits": picture, "tiff of 16 bits": deep} {
		var b bytes.Buffer
		if err := tiff.Encode(&b, img, &tiff.Options{Compression: tiff.Deflate}); err != nil { // in one strip
			t.Fatal(err)
		}
		originals[name] = b.Bytes()
	}
	originals["bmp of 32 bits"] = bmpV5(picture, nil)
	return originals
}

// TestMemory holds the estimates against what is allocated.
func TestMemory(t *testing.T) {
	seen := map[Format]int{}
	for name, data := range memoryOriginals(t) {
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil || info.Format == GIF || info.Format == JPEG {
			continue
		}
		var s *still
		got := allocated(func() { s, err = decode(t.Context(), data, info.Format) })
		if err != nil {
			continue
		}
		seen[info.Format]++
		above := int64(1 << 20) // an ICC profile that might be packed well
		if h, err := parseWebPHeader(data); info.Format == WebP && err == nil {
			above += h.huffmanMemory() // few files have as many codes as they could
		}
		compareMemory(t, name+" decoded", got, decodeMemory(data, info), above)

		req := request((info.Width+1)/2, info.Height/3)
		b, err := req.box(info.Width, info.Height)
		if err != nil {
			t.Fatal(err)
		}
		got = allocated(func() { err = s.reduce(t.Context(), b) })
		if err != nil {
			t.Fatal(err)
		}
		turned := resampleMemory(info.Height, 4, b.stored(leftTop))
		above = 0
		if s.planes != nil {
			above = 4 << 20 // these take a fourth of what pixels do
		}
		compareMemory(t, name+" resampled", got, max(resampleMemory(info.Width, 4, b), turned), above)

		const whatever = 1 << 30 // how well pixels compress is not known beforehand
		got = allocated(func() {
			encodeJPEG(t, s, 95)
		})
		compareMemory(t, name+" as JPEG", got, req.encodeMemory(b), whatever)
		if s.planes != nil {
			continue
		}
		got = allocated(func() {
			if _, err := encodePNG(t.Context(), s, 0); err != nil {
				t.Error(err)
			}
		})
		compareMemory(t, name+" as PNG", got, req.encodeMemory(b)+pngEncodeMemory(b), whatever)
	}
	for _, f := range []Format{PNG, WebP, BMP, TIFF} {
		if seen[f] == 0 {
			t.Errorf("no %s", f)
		}
	}
}

// TestPixelMemory holds the estimate for JPEGs that are resized as pixels against
// what is allocated, and the limit against the estimate.
func TestPixelMemory(t *testing.T) {
	seen := 0
	for name, data := range memoryOriginals(t) {
		h, err := readJPEGHeader(t.Context(), Bytes(data))
		if err != nil || h.planar() {
			continue
		}
		seen++
		estimate, err := h.pixelMemory()
		if err != nil {
			t.Fatal(err)
		}
		got := allocated(func() { _, err = decodeJPEG(t.Context(), Bytes(data), h) })
		if err != nil {
			t.Fatal(err)
		}
		compareMemory(t, name, got, smallThings+estimate, 0)
		req := request(h.Width/2, h.Height/2)
		for req.Limits.Memory = 1; ; {
			_, err := Resize(t.Context(), Bytes(data), req)
			var limit *LimitError
			if !errors.As(err, &limit) {
				if err != nil || req.Limits.Memory < estimate {
					t.Errorf("%s in %d bytes: %v", name, req.Limits.Memory, err)
				}
				break
			}
			if limit.What != "memory" || limit.Got <= req.Limits.Memory {
				t.Fatal(err)
			}
			req.Limits.Memory = limit.Got
		}
	}
	if seen < 4 {
		t.Errorf("%d JPEGs", seen)
	}
}

// TestRowsMemory holds the estimate for PNGs that are read by rows against what
// is allocated.
func TestRowsMemory(t *testing.T) {
	seen := 0
	for name, data := range memoryOriginals(t) {
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil || info.Format != PNG {
			continue
		}
		r, err := png.NewReader(t.Context(), Bytes(data))
		if err != nil {
			continue
		}
		seen++
		for _, size := range []image.Point{{(info.Width + 1) / 2, info.Height / 3}, {5, 4}} {
			b, err := request(size.X, size.Y).box(info.Width, info.Height)
			if err != nil {
				t.Fatal(err)
			}
			var resampler plane.RowResampler
			got := allocated(func() { _, err = pngRows(r).resample(t.Context(), &resampler, b, 6) })
			if err == nil {
				compareMemory(t, name+" by rows", got, rowsMemory(r, b), 0)
			}
			if r, err = png.NewReader(t.Context(), Bytes(data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d PNGs", seen)
	}
}

// compareMemory wants an estimate that is not too low, but for what growing
// buffers leave behind, nor five times too high beyond what is allowed for.
func compareMemory(t *testing.T, name string, got, estimate, above int64) {
	t.Helper()
	if got > estimate+estimate/3 {
		t.Errorf("%s: %d bytes allocated, %d estimated", name, got, estimate)
	}
	if estimate > 5*got+smallThings+above {
		t.Errorf("%s: %d bytes estimated, %d allocated", name, estimate, got)
	}
}

// TestMemoryOverflow: no header makes an estimate wrap around.
func TestMemoryOverflow(t *testing.T) {
	le := binary.LittleEndian
	long := func(tag uint16, v uint32) pictest.TIFFField {
		return pictest.TIFFField{tag, exif.Long, 1, le.AppendUint32(nil, v)}
	}
	tiffSized := func(w, h uint32, compression uint32, more ...pictest.TIFFField) []byte {
		one := []byte{1, 0}
		return pictest.TIFF(le, append([]pictest.TIFFField{
			long(256, w), long(257, h), {tagBitsPerSample, exif.Short, 1, []byte{16, 0}},
			long(tagCompression, compression), {262, exif.Short, 1, one},
		}, more...))
	}
	const most = math.MaxUint32
	largest := pngOf(t, pictest.Scene(8, 8))
	copy(largest[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	largestJPEG := pictest.JPEG(t, pictest.Scene(8, 8))
	sof := bytes.Index(largestJPEG, []byte{0xff, pictest.MarkerSOF0})
	copy(largestJPEG[sof+5:], "\xff\xff\xff\xff")
	for name, data := range map[string][]byte{
		"PNG":                   largest,
		"JPEG":                  largestJPEG,
		"TIFF":                  tiffSized(1<<30, 1<<29, 8),
		"TIFF, narrow":          tiffSized(1<<31-1, 1<<8, 8),
		"TIFF of one strip":     tiffSized(1<<20, 1<<19, 8, long(tagRowsPerStrip, most)),
		"TIFF of large tiles":   tiffSized(1<<20, 1<<19, 8, long(tagTileWidth, most), long(tagTileLength, most)),
		"TIFF, not compressed":  tiffSized(1<<20, 1<<19, 1),
		"TIFF of narrow tiles":  tiffSized(1<<31-1, 1<<8, 1, long(tagTileWidth, most), long(tagTileLength, 16)),
		"TIFF of a single tile": tiffSized(1<<31-1, 1<<8, 8, long(tagTileWidth, 1<<31-1), long(tagTileLength, 1<<8)),
	} {
		info, err := Inspect(t.Context(), Bytes(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		req := request(info.Width, info.Height-1)
		req.Limits.Memory = 1 << 32
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "memory" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
