package resize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// memoryOriginals returns pictures of every kind that a decoder treats differently, by
// name; only some of them in short tests.
func memoryOriginals(t *testing.T) map[string][]byte {
	t.Helper()
	originals := map[string][]byte{}
	paths, err := filepath.Glob("../testdata/originals/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no originals", err)
	}
	for i := 0; i < len(paths); i++ {
		path := paths[i]
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
	originals["bmp of 32 bits"] = pictest.BMPV5(picture, nil)
	return originals
}

// TestMemory compares the estimates with what is allocated, for decoding and resampling
// together and for encoding in each possible format.
func TestMemory(t *testing.T) {
	seen := map[Format]int{}
	for name, data := range memoryOriginals(t) {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil || p.Info().Frames > 1 { // the garbage of animations is a multiple
			continue
		}
		info := p.Info()
		padded := Request{Width: info.Width, Height: info.Height / 3, Fit: Pad, Background: &RGB{200, 30, 10}}
		clear := Request{Width: info.Width, Height: info.Height / 3, Fit: Pad}
		smart := request((info.Width+3)/4, info.Height*2/3)
		smart.Smart = true
		for _, req := range []Request{request((info.Width+1)/2, info.Height/3), request(5, 4), padded, clear, smart} {
			j := newJob(t, p, req)
			var raster *pic.Raster
			got := pictest.Allocated(func() { raster, err = pic.Sequence{Frames: j.rasters(t.Context())}.First() })
			if err != nil {
				break
			}
			seen[info.Format]++
			label := fmt.Sprintf("%s to %dx%d, %s", name, req.Width, req.Height, req.Fit)
			compareMemory(t, label, got, j.decoding.Memory+j.resampleMemory()+j.canvas.memory(j.decoding.Shape, j.view), above(info.Format, data))
			for _, r := range formats {
				if r.encoder == nil || !r.encoder.Holds(raster) {
					continue
				}
				b := pic.Budget{Quality: 95, MinQuality: 95, Last: true}
				s := pic.Sequence{Header: j.header, Width: raster.Size().X, Height: raster.Size().Y, Frames: j.rasters(t.Context())}
				got := pictest.Allocated(func() { _, err = r.encoder.Encode(t.Context(), j.buffers, s, b) })
				if err != nil {
					t.Errorf("%s as %s: %v", label, r.format, err)
				}
				const whatever = 1 << 30 // how well pixels compress is unknown beforehand
				compareMemory(t, label+" as "+string(r.format), got, r.encoder.Memory(j.header, s.Width, s.Height, b), whatever)
			}
		}
	}
	for _, f := range []Format{JPEG, PNG, GIF, WebP, BMP, TIFF} {
		if seen[f] == 0 {
			t.Errorf("no %s", f)
		}
	}
}

// above returns how many bytes more than five times the allocation the estimate for a
// file of a format may be.
func above(format Format, data []byte) int64 {
	switch format {
	case PNG:
		return 12 << 20 // for an ICC profile, which might be packed well
	case WebP:
		return 512 * int64(len(data)) // for Huffman codes: a file could have more than most files have
	}
	return 2 * fixedOverhead // for small pictures
}

// newJob plans a variant for a request.
func newJob(t *testing.T, p *Picture, req Request) *job {
	t.Helper()
	h := p.picture.Header()
	j, err := p.plan(part{Rectangle: image.Rect(0, 0, h.Width, h.Height)}, req, 0)
	if err != nil {
		t.Fatal(err)
	}
	j.buffers, j.watch = new(pic.Buffers), newStopwatch(p.arrival)
	return j
}

// compareMemory checks that an estimate is not too low, growing buffers' garbage aside,
// and at most five times too high, plus fixedOverhead and above bytes.
func compareMemory(t *testing.T, name string, got, estimate, above int64) {
	t.Helper()
	if got > estimate+estimate/3 {
		t.Errorf("%s: %d bytes allocated, %d estimated", name, got, estimate)
	}
	if estimate > 5*got+fixedOverhead+above {
		t.Errorf("%s: %d bytes estimated, %d allocated", name, estimate, got)
	}
}

// TestMemoryCounts: what is compared with the limit grows by the memory of what is asked
// for besides.
func TestMemoryCounts(t *testing.T) {
	data := pictest.JPEG(t, pictest.Scene(600, 400))
	p, err := Open(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	estimate := func(req Request) int64 {
		req.Limits.Memory = 1
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "memory" {
			t.Fatal(err)
		}
		return limit.Got
	}
	plain := request(300, 200)
	for i, tt := range []struct {
		with  Request
		grows int64
	}{
		{Request{Blur: 1}, effects{blur: 1}.memory(pic.View{Width: 300, Height: 200})},
		{Request{Sharpen: 1}, effects{sharpen: 1}.memory(pic.View{Width: 300, Height: 200})},
	} {
		tt.with.Width, tt.with.Height, tt.with.Fit = plain.Width, plain.Height, plain.Fit
		tt.with.Quality, tt.with.MinQuality = plain.Quality, plain.MinQuality
		if got := estimate(tt.with) - estimate(plain); got != tt.grows {
			t.Errorf("%d: %d bytes more, want %d", i, got, tt.grows)
		}
	}
	inside, padded := plain, plain
	inside.Fit, inside.Width = Inside, 600
	padded.Fit, padded.Width = Pad, 600 // of which the picture takes 300
	encoding := func(width int) int64 {
		return jpeg.Encoder{}.Memory(p.picture.Header(), width, 200, pic.Budget{Quality: 80, MinQuality: 40})
	}
	const canvas = 2 * 600 * 200
	if got, want := estimate(padded)-estimate(inside), canvas+encoding(600)-encoding(300); got != want {
		t.Errorf("%d bytes more for padding, want %d", got, want)
	}
}

// TestMemoryOverflow: no header makes an estimate overflow.
func TestMemoryOverflow(t *testing.T) {
	le := binary.LittleEndian
	long := func(tag uint16, v uint32) pictest.TIFFField {
		return pictest.TIFFField{tag, exif.Long, 1, le.AppendUint32(nil, v)}
	}
	tiffSized := func(w, h uint32, compression uint32, more ...pictest.TIFFField) []byte {
		one := []byte{1, 0}
		return pictest.TIFF(le, append([]pictest.TIFFField{
			long(256, w), long(257, h), {258, exif.Short, 1, []byte{16, 0}},
			long(259, compression), {262, exif.Short, 1, one},
		}, more...))
	}
	const most = math.MaxUint32
	largest := pictest.PNG(t, pictest.Scene(8, 8))
	copy(largest[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	largestJPEG := pictest.JPEG(t, pictest.Scene(8, 8))
	sof := bytes.Index(largestJPEG, []byte{0xff, pictest.MarkerSOF0})
	copy(largestJPEG[sof+5:], "\xff\xff\xff\xff")
	for name, data := range map[string][]byte{
		"PNG":                   repairedPNG(largest),
		"JPEG":                  largestJPEG,
		"TIFF":                  tiffSized(1<<30, 1<<29, 8),
		"TIFF, narrow":          tiffSized(1<<31-1, 1<<8, 8),
		"TIFF of one strip":     tiffSized(1<<20, 1<<19, 8, long(278, most)),
		"TIFF of large tiles":   tiffSized(1<<20, 1<<19, 8, long(322, most), long(323, most)),
		"TIFF, not compressed":  tiffSized(1<<20, 1<<19, 1),
		"TIFF of narrow tiles":  tiffSized(1<<31-1, 1<<8, 1, long(322, most), long(323, 16)),
		"TIFF of a single tile": tiffSized(1<<31-1, 1<<8, 8, long(322, 1<<31-1), long(323, 1<<8)),
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
