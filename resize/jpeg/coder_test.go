package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// TestEncodeStandard checks that at the same quality the result is clearly
// shorter than the standard library's, and not much worse in squared error, for
// which the tables are not made. This package's decoder must see the same samples
// as the standard library's.
func TestEncodeStandard(t *testing.T) {
	for _, tt := range []struct {
		n      int
		halved bool
	}{{1, false}, {3, true}, {3, false}} {
		planes := photoPlanes(203, 117, tt.n, tt.halved)
		for _, quality := range []int{1, 30, 50, 75, 80, 90, 97, 100} {
			data := encode(t, planes, quality)
			decoded := decodeStandard(t, data)
			ours, err := new(decoder).Decode(t.Context(), whole(data), options{})
			if err != nil {
				t.Fatal(err)
			}
			if tt.n == 3 && !tt.halved {
				// The standard library writes only 4:2:0.
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
				if got < want-1.5 {
					t.Errorf("%d planes, quality %d, plane %d: %.2f dB, the standard library's are %.2f", tt.n, quality, i, got, want)
				}
				if psnr(t, ours.Planes[i], decoded[i]) < 48 {
					t.Errorf("%d planes, quality %d, plane %d: decoders differ", tt.n, quality, i)
				}
			}
		}
	}
}

// TestEncodeSizes encodes every size around the size of a block.
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

// TestEncodeStuffing encodes data with many bytes of 0xff.
func TestEncodeStuffing(t *testing.T) {
	r := random(1)
	p := plane.Plane{Pix: make([]uint8, 64*64), Stride: 64, Width: 64, Height: 64}
	for i := range p.Pix {
		p.Pix[i] = uint8(r.next())
	}
	data := encode(t, []plane.Plane{p}, 100)
	h, err := readHeader(context.Background(), whole(data))
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
	for _, data := range []string{"", "\x00", "\xff", "\xff\x00", "\x00\xff", "\xfe\xff\x01\xff\xff", "\xfe\x80\xfe\xff", "\x7f\x80\x81\x82"} {
		want := "begun" + strings.ReplaceAll(data, "\xff", "\xff\x00")
		if got := appendStuffed([]byte("begun"), []byte(data)); string(got) != want {
			t.Errorf("% x: % x", data, got)
		}
	}
}

func TestEncodeLimit(t *testing.T) {
	planes := photoPlanes(150, 100, 3, true)
	var c coder
	if err := c.load(t.Context(), planes, nil); err != nil {
		t.Fatal(err)
	}
	for _, quality := range []int{80, 30, 100} { // up and down: nothing may carry over
		whole, err := c.encode(t.Context(), quality, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.encode(t.Context(), quality, len(whole)); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("quality %d, at the limit: %v", quality, err)
		}
		for _, limit := range []int{1, 100, len(whole) / 2, len(whole) - 1} {
			if _, err := c.encode(t.Context(), quality, limit); !errors.Is(err, pic.ErrTooLong) {
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
	var c coder
	if err := c.load(ctx, planes, nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := c.encode(ctx, 80, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("encode: %v", err)
	}
	if err := c.load(ctx, planes, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("load: %v", err)
	}
}

func TestEncodeProfile(t *testing.T) {
	const part = 65519 // bytes of profile that fill one APP2
	planes := photoPlanes(20, 16, 3, true)
	var c coder
	for _, n := range []int{0, 1, part - 1, part, part + 1, 3*part + 500} {
		profile := bytes.Repeat([]byte{0xff, 0xd9, 7}, n/3+1)[:n]
		if err := c.load(t.Context(), planes, profile); err != nil {
			t.Fatal(err)
		}
		data, err := c.encode(t.Context(), 80, 0)
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
		if new(coder).load(t.Context(), planes, nil) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
