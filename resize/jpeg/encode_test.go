package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/resize/plane"
)

// photoPlanes are a test photo as 1 plane, as 3 at 4:4:4, or with halved at
// 4:2:0.
func photoPlanes(w, h, n int, halved bool) []plane.Plane {
	photo := newPhoto(w, h)
	planes := make([]plane.Plane, n)
	for i := range planes {
		step := 1
		if i > 0 && halved {
			step = 2
		}
		pw := ceilDiv(w, step)
		planes[i] = plane.Plane{Pix: photo.plane(i, step, step), Stride: pw, Width: pw, Height: ceilDiv(h, step)}
	}
	return planes
}

// standardImage is planes in the type of the standard library.
func standardImage(planes []plane.Plane) image.Image {
	luma := planes[0]
	rect := image.Rect(0, 0, luma.Width, luma.Height)
	if len(planes) == 1 {
		return &image.Gray{Pix: luma.Pix, Stride: luma.Stride, Rect: rect}
	}
	img := &image.YCbCr{
		Y: luma.Pix, YStride: luma.Stride, Rect: rect,
		Cb: planes[1].Pix, Cr: planes[2].Pix, CStride: planes[1].Stride,
		SubsampleRatio: image.YCbCrSubsampleRatio444,
	}
	if planes[1].Width != luma.Width || planes[1].Height != luma.Height {
		img.SubsampleRatio = image.YCbCrSubsampleRatio420
	}
	return img
}

// standardPlanes is the reverse of standardImage.
func standardPlanes(t testing.TB, img image.Image) []plane.Plane {
	t.Helper()
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	switch img := img.(type) {
	case *image.Gray:
		return []plane.Plane{{Pix: img.Pix, Stride: img.Stride, Width: w, Height: h}}
	case *image.YCbCr:
		cw, ch := w, h
		if img.SubsampleRatio == image.YCbCrSubsampleRatio420 {
			cw, ch = ceilDiv(w, 2), ceilDiv(h, 2)
		}
		return []plane.Plane{
			{Pix: img.Y, Stride: img.YStride, Width: w, Height: h},
			{Pix: img.Cb, Stride: img.CStride, Width: cw, Height: ch},
			{Pix: img.Cr, Stride: img.CStride, Width: cw, Height: ch},
		}
	}
	t.Fatalf("decoded as %T", img)
	return nil
}

func encode(t testing.TB, planes []plane.Plane, quality int) []byte {
	t.Helper()
	var e Encoder
	if err := e.Load(t.Context(), planes, nil); err != nil {
		t.Fatal(err)
	}
	data, err := e.Encode(t.Context(), quality, 0)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decodeStandard(t testing.TB, data []byte) []plane.Plane {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return standardPlanes(t, img)
}

// psnr is the signal to noise ratio of a plane in decibels.
func psnr(t testing.TB, got, want plane.Plane) float64 {
	t.Helper()
	if got.Width != want.Width || got.Height != want.Height {
		t.Fatalf("plane of %dx%d, want %dx%d", got.Width, got.Height, want.Width, want.Height)
	}
	var squares float64
	for y := range want.Height {
		a, b := got.Pix[y*got.Stride:][:got.Width], want.Pix[y*want.Stride:]
		for x, v := range a {
			d := float64(v) - float64(b[x])
			squares += d * d
		}
	}
	return min(99, 10*math.Log10(255*255*float64(want.Width*want.Height)/squares))
}

// TestEncodeStandard: at the same quality the result is nearly as good as that
// of the standard library's encoder and clearly shorter, and this package's
// decoder sees what the standard library's does.
func TestEncodeStandard(t *testing.T) {
	for _, tt := range []struct {
		n      int
		halved bool
	}{{1, false}, {3, true}, {3, false}} {
		planes := photoPlanes(203, 117, tt.n, tt.halved)
		for _, quality := range []int{1, 10, 50, 75, 80, 90, 97, 100} {
			data := encode(t, planes, quality)
			decoded := decodeStandard(t, data)
			ours, err := new(Decoder).Decode(t.Context(), data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if tt.n == 3 && !tt.halved {
				// The standard library writes nothing but 4:2:0.
				for i, p := range planes {
					if quality == 100 && psnr(t, decoded[i], p) < 54 {
						t.Errorf("4:4:4: plane %d: %.1f dB", i, psnr(t, decoded[i], p))
					}
				}
				continue
			}
			var b bytes.Buffer
			if err := jpeg.Encode(&b, standardImage(planes), &jpeg.Options{Quality: quality}); err != nil {
				t.Fatal(err)
			}
			standard := decodeStandard(t, b.Bytes())
			if len(data) > b.Len()*93/100 {
				t.Errorf("%d planes, quality %d: %d bytes, the standard library's are %d", tt.n, quality, len(data), b.Len())
			}
			for i, p := range planes {
				got, want := psnr(t, decoded[i], p), psnr(t, standard[i], p)
				t.Logf("%d planes, quality %3d, plane %d: %.2f dB, standard library %.2f dB; %d bytes, %d", tt.n, quality, i, got, want, len(data), b.Len())
				if got < want-0.35 {
					t.Errorf("%d planes, quality %d, plane %d: %.2f dB, the standard library's are %.2f", tt.n, quality, i, got, want)
				}
				if psnr(t, ours.Planes[i], decoded[i]) < 48 {
					t.Errorf("%d planes, quality %d, plane %d: decoders differ", tt.n, quality, i)
				}
			}
		}
	}
}

// TestEncodeSizes encodes every size around that of blocks.
func TestEncodeSizes(t *testing.T) {
	for _, tt := range []struct {
		n      int
		halved bool
	}{{1, false}, {3, true}, {3, false}} {
		for w := 1; w <= 34; w += 3 {
			for h := 1; h <= 34; h += 2 {
				planes := photoPlanes(w, h, tt.n, tt.halved)
				got := decodeStandard(t, encode(t, planes, 100))
				for i, p := range planes {
					if v := psnr(t, got[i], p); v < 50 {
						t.Errorf("%dx%d, %+v, plane %d: %.1f dB", w, h, tt, i, v)
					}
				}
			}
		}
	}
}

// TestQuantTables holds the tables against those that the standard library
// writes, which are libjpeg's.
func TestQuantTables(t *testing.T) {
	for quality := 1; quality <= 100; quality++ {
		var b bytes.Buffer
		img := image.NewYCbCr(image.Rect(0, 0, 1, 1), image.YCbCrSubsampleRatio420)
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		tables := quantTables(quality)
		want := append(append([]byte{0}, tables[0][:]...), append([]byte{1}, tables[1][:]...)...)
		if !bytes.Contains(b.Bytes(), want) {
			t.Errorf("quality %d: %v", quality, tables)
		}
	}
}

// TestEncodeStuffing: entropy-coded data that has many bytes of ones.
func TestEncodeStuffing(t *testing.T) {
	r := random(1)
	p := plane.Plane{Pix: make([]uint8, 64*64), Stride: 64, Width: 64, Height: 64}
	for i := range p.Pix {
		p.Pix[i] = uint8(r.next())
	}
	data := encode(t, []plane.Plane{p}, 100)
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(data[h.SOS:], []byte{0xff, 0}); n < 5 {
		t.Errorf("only %d bytes of ones", n)
	}
	if v := psnr(t, decodeStandard(t, data)[0], p); v < 54 {
		t.Errorf("%.1f dB", v)
	}
}

func TestAppendStuffed(t *testing.T) {
	for _, four := range []uint32{0, 0xff000000, 0x00ff0000, 0x0000ff00, 0x000000ff, 0xffffffff, 0xfeff01ff, 0xfe80feff, 0x7f808182} {
		var want []byte
		for shift := 24; shift >= 0; shift -= 8 {
			want = append(want, byte(four>>shift))
			if byte(four>>shift) == 0xff {
				want = append(want, 0)
			}
		}
		if got := appendStuffed(nil, four); !bytes.Equal(got, want) {
			t.Errorf("%08x: % x", four, got)
		}
	}
}

func TestEncodeLimit(t *testing.T) {
	planes := photoPlanes(150, 100, 3, true)
	var e Encoder
	if err := e.Load(t.Context(), planes, nil); err != nil {
		t.Fatal(err)
	}
	for _, quality := range []int{80, 30, 100} { // up and down: nothing is left over
		whole, err := e.Encode(t.Context(), quality, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.Encode(t.Context(), quality, len(whole)); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("quality %d, at the limit: %v", quality, err)
		}
		for _, limit := range []int{1, 100, len(whole) / 2, len(whole) - 1} {
			if _, err := e.Encode(t.Context(), quality, limit); !errors.Is(err, ErrTooLong) {
				t.Errorf("quality %d, %d bytes of %d: %v", quality, limit, len(whole), err)
			}
		}
		if !bytes.Equal(whole, encode(t, planes, quality)) {
			t.Errorf("quality %d: another try gives other bytes", quality)
		}
	}
}

func TestEncodeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	planes := photoPlanes(40, 30, 1, false)
	var e Encoder
	if err := e.Load(ctx, planes, nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := e.Encode(ctx, 80, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("Encode: %v", err)
	}
	if err := e.Load(ctx, planes, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Load: %v", err)
	}
}

func TestEncodeProfile(t *testing.T) {
	const part = 65519 // bytes of profile that fill one APP2
	planes := photoPlanes(20, 16, 3, true)
	var e Encoder
	for _, n := range []int{0, 1, part - 1, part, part + 1, 3*part + 500} {
		profile := bytes.Repeat([]byte{0xff, 0xd9, 7}, n/3+1)[:n]
		if err := e.Load(t.Context(), planes, profile); err != nil {
			t.Fatal(err)
		}
		data, err := e.Encode(t.Context(), 80, 0)
		if err != nil {
			t.Fatal(err)
		}
		decodeStandard(t, data)
		var got []byte
		parts := 0
		for pos := 2; ; {
			seg, err := nextSegment(data, pos)
			if err != nil {
				t.Fatal(err)
			}
			if seg.marker == markerSOS {
				break
			}
			pos = seg.end
			if seg.marker == markerAPP2 {
				parts++
				want := fmt.Sprintf("ICC_PROFILE\x00%c", parts)
				if !bytes.HasPrefix(seg.params, []byte(want)) || int(seg.params[13]) != (n+part-1)/part {
					t.Errorf("profile of %d bytes: part %d begins with %q", n, parts, seg.params[:14])
				}
				got = append(got, seg.params[14:]...)
			}
		}
		if !bytes.Equal(got, profile) {
			t.Errorf("profile of %d bytes comes back as %d", n, len(got))
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	p := func(w, h int) plane.Plane {
		return plane.Plane{Pix: make([]uint8, w*h), Stride: w, Width: w, Height: h}
	}
	short := p(10, 10)
	short.Pix = short.Pix[:99]
	narrow := p(10, 10)
	narrow.Stride = 9
	for name, planes := range map[string][]plane.Plane{
		"no planes":           nil,
		"two planes":          {p(8, 8), p(8, 8)},
		"no samples":          {p(0, 8)},
		"too wide":            {p(maxSize+1, 1)},
		"too few samples":     {short},
		"stride too small":    {narrow},
		"chroma of 4:2:2":     {p(10, 10), p(5, 10), p(5, 10)},
		"chroma rounded down": {p(11, 11), p(5, 5), p(5, 5)},
		"chroma that differs": {p(10, 10), p(5, 5), p(10, 10)},
	} {
		if new(Encoder).Load(t.Context(), planes, nil) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("some samples"), uint8(9), uint8(80), uint8(0))
	f.Add([]byte{0, 255, 0, 255}, uint8(2), uint8(100), uint8(1))
	f.Fuzz(func(t *testing.T, samples []byte, width, quality, kind uint8) {
		w := int(width)
		if w == 0 || len(samples) < w || len(samples) > 1<<14 {
			return
		}
		h := len(samples) / w
		luma := plane.Plane{Pix: samples, Stride: w, Width: w, Height: h}
		planes := []plane.Plane{luma}
		switch kind % 3 {
		case 1:
			planes = []plane.Plane{luma, luma, luma}
		case 2:
			half := plane.Plane{Pix: samples, Stride: w, Width: ceilDiv(w, 2), Height: ceilDiv(h, 2)}
			planes = []plane.Plane{luma, half, half}
		}
		got := decodeStandard(t, encode(t, planes, int(quality)))
		for i, p := range planes {
			if v := psnr(t, got[i], p); quality >= 100 && v < 44 {
				t.Errorf("plane %d of %dx%d: %.1f dB", i, w, h, v)
			}
		}
	})
}

// BenchmarkEncode encodes 500x300 at 4:2:0, with the standard library's encoder
// for comparison.
func BenchmarkEncode(b *testing.B) {
	planes := photoPlanes(500, 300, 3, true)
	img := standardImage(planes)
	var e Encoder
	var data []byte
	for b.Loop() {
		err := e.Load(b.Context(), planes, nil)
		if err == nil {
			data, err = e.Encode(b.Context(), 80, 0)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	ours := b.Elapsed().Seconds() / float64(b.N)
	var buf bytes.Buffer
	const times = 20
	start := time.Now()
	for range times {
		buf.Reset()
		if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 80}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(ours*1e3, "ms/op")
	b.ReportMetric(ours/(time.Since(start).Seconds()/times), "of-standard")
	b.ReportMetric(float64(len(data))/float64(buf.Len()), "bytes-of-standard")
}
