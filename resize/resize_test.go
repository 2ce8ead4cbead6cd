package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// request returns a Request that most originals can satisfy.
func request(w, h int) Request {
	return Request{Width: w, Height: h, Fit: Cover, Quality: 80, MinQuality: 40}
}

func TestResizeVariant(t *testing.T) {
	data := pictest.JPEG(t, pictest.Scene(90, 60), pictest.ExifSegment(pictest.OrientationTIFF(binary.BigEndian, 6)))
	before := bytes.Clone(data)
	v, err := Resize(t.Context(), Bytes(data), request(20, 45))
	if err != nil {
		t.Fatal(err)
	}
	info, err := Inspect(t.Context(), Bytes(v.Data))
	if want := (Info{JPEG, 20, 45, 1}); err != nil || info != want {
		t.Errorf("the variant is %+v, %v; want %+v", info, err, want)
	}
	if v.Format != JPEG || v.Width != 20 || v.Height != 45 || v.Quality != 80 {
		t.Errorf("%+v", v)
	}
	if v.Times.Decode <= 0 || v.Times.Resample <= 0 || v.Times.Encode <= 0 {
		t.Errorf("%+v", v.Times)
	}
	if !bytes.Equal(data, before) {
		t.Error("the original's bytes are changed")
	}
}

// TestResizeDropsMetadata: nothing that says where a picture was taken is kept.
func TestResizeDropsMetadata(t *testing.T) {
	gps := pictest.TIFF(binary.BigEndian, []pictest.TIFFField{
		{0x010f, 2, 8, []byte("SECRETS\x00")},
		{exif.TagOrientation, exif.Short, 1, []byte{0, 3}},
	})
	profile := pictest.Profile(icc.RGB, []byte("KEPT")...)
	data := pictest.JPEG(t, pictest.Scene(30, 20), pictest.ExifSegment(gps),
		pictest.JPEGSegment(pictest.MarkerAPP1, []byte("http://ns.adobe.com/xap/1.0/\x00SECRETS")),
		pictest.JPEGSegment(pictest.MarkerAPP2, pictest.ICCHeader, []byte{1, 1}, profile),
		pictest.JPEGSegment(0xed, []byte("Photoshop 3.0\x00SECRETS")), pictest.JPEGSegment(0xfe, []byte("SECRETS")))
	data = append(data, "SECRETS"...)
	v, err := Resize(t.Context(), Bytes(data), request(10, 10))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(v.Data, []byte("SECRETS")) || bytes.Contains(v.Data, exif.Header) {
		t.Error("metadata is left")
	}
	if !bytes.Contains(v.Data, []byte("KEPT")) {
		t.Error("the profile is gone")
	}
}

// TestResizeErrors checks each kind of error, and that the cheap checks come first.
func TestResizeErrors(t *testing.T) {
	good := pictest.JPEG(t, pictest.Scene(90, 60))
	headerAlone := good[:bytes.Index(good, []byte{0xff, pictest.MarkerSOS})+20]
	with := func(req Request, change func(*Request)) Request { change(&req); return req }
	limit := func(what string, got, most int64) func(error) bool {
		return func(err error) bool {
			var e *LimitError
			return errors.As(err, &e) && e.What == what && (got == 0 || e.Got == got) && e.Max == most
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	tests := []struct {
		name string
		data []byte
		req  Request
		want func(error) bool
	}{
		{"larger", headerAlone, request(91, 10), is(ErrLarger)},
		{"same size", headerAlone, request(90, 60), is(ErrSameSize)},
		{"same size from one side", headerAlone, request(90, 0), is(ErrSameSize)},
		{"pixels", headerAlone, with(request(9, 6), func(r *Request) { r.Limits.Pixels = 90*60 - 1 }), limit("pixels", 90*60, 90*60-1)},
		{"memory", headerAlone, with(request(9, 6), func(r *Request) { r.Limits.Memory = 1000 }), limit("memory", 0, 1000)},
		{"larger before pixels", headerAlone, with(request(91, 6), func(r *Request) { r.Limits.Pixels = 1 }), is(ErrLarger)},
		{"truncated", headerAlone, request(9, 6), func(err error) bool {
			var e *FormatError
			return errors.As(err, &e) && e.Format == JPEG
		}},
		{"bytes", good, with(request(80, 50), func(r *Request) { r.MaxBytes = 700 }), is(ErrNoFit)},
		{"unknown", []byte("?"), request(1, 1), func(err error) bool {
			var e UnsupportedError
			return errors.As(err, &e)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Resize(t.Context(), Bytes(tt.data), tt.req)
			if v != nil || !tt.want(err) {
				t.Errorf("%v, error %v", v, err)
			}
		})
	}
	t.Run("at the limits", func(t *testing.T) {
		req := request(9, 6)
		req.Limits.Pixels = 90 * 60
		if _, err := Resize(t.Context(), Bytes(good), req); err != nil {
			t.Error(err)
		}
	})
}

// TestResizeFillsSidesFromRatio asks for one side only.
func TestResizeFillsSidesFromRatio(t *testing.T) {
	data := pictest.PNG(t, pictest.Scene(90, 60))
	for _, fit := range []Fit{Cover, Fill, Inside} {
		for _, tt := range []struct{ w, h, wantW, wantH int }{{45, 0, 45, 30}, {0, 1, 2, 1}, {1, 0, 1, 1}, {0, 59, 89, 59}} {
			req := request(tt.w, tt.h)
			req.Fit = fit
			v, err := Resize(t.Context(), Bytes(data), req)
			if err != nil || v.Width != tt.wantW || v.Height != tt.wantH {
				t.Errorf("%s of %d, %d: %+v, %v", fit, tt.w, tt.h, v, err)
			}
		}
	}
}

// TestResizeContext ends the context at every point where it is checked.
func TestResizeContext(t *testing.T) {
	picture := pictest.Scene(300, 200)
	alpha := pictest.Scene(300, 200)
	alpha.Pix[3] = 0
	search := request(250, 180)
	search.MaxBytes = 9000
	for name, data := range map[string][]byte{
		"JPEG": pictest.JPEG(t, picture), "PNG": pictest.PNG(t, alpha), "CMYK": fixture(t, "../jpeg/testdata/cmyk.jpg"), "WebP": fixture(t, "patches-lossless.webp"),
		"BMP": pictest.BMPV5(picture, nil), "TIFF": pictest.RawTIFF(binary.LittleEndian, 300, 200, 1, 8, make([]byte, 60000)),
	} {
		for _, req := range []Request{request(100, 50), search} {
			if name == "CMYK" || name == "WebP" {
				req.Width, req.Height = 60, 50
			}
			all := &pictest.Countdown{Context: t.Context()}
			all.Left.Store(1 << 40)
			if _, err := Resize(all, Bytes(data), req); err != nil && !errors.Is(err, ErrNoFit) {
				t.Fatalf("%s: %v", name, err)
			}
			asked := 1<<40 - all.Left.Load()
			if asked < 3 {
				t.Errorf("%s: the context is looked at %d times", name, asked)
			}
			for n := int64(0); n < asked; n += 1 + n/16 { // only some of the points of long stages
				ctx := &pictest.Countdown{Context: t.Context()}
				ctx.Left.Store(n)
				if v, err := Resize(ctx, Bytes(data), req); v != nil || !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("%s, done after %d of %d: %v, %v", name, n, asked, v, err)
				}
			}
		}
	}
}

// TestDecodeStops: a decoder that takes no context is stopped through its reader.
func TestDecodeStops(t *testing.T) {
	picture := pictest.Scene(300, 200)
	for name, data := range map[string][]byte{
		"WebP": fixture(t, "patches.webp"), "BMP": pictest.BMPV5(picture, nil),
		"TIFF": pictest.RawTIFF(binary.LittleEndian, 300, 200, 1, 8, make([]byte, 60000)),
	} {
		j := newJob(t, opened(t, formats, data), request(30, 20))
		ctx := &pictest.Countdown{Context: t.Context()}
		ctx.Left.Store(2) // past the check before decoding
		n := 0
		for _, err := range j.decoding.Frames(ctx, j.buffers) {
			if n++; err != context.DeadlineExceeded && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d frames", name, n)
		}
	}
}

// TestInspectAllocates: reading a header takes almost no memory, however large the
// picture that it announces.
func TestInspectAllocates(t *testing.T) {
	huge := pictest.JPEG(t, pictest.Scene(8, 8))
	sof := bytes.Index(huge, []byte{0xff, pictest.MarkerSOF0})
	copy(huge[sof+5:], []byte{0xff, 0xff, 0xff, 0xff})
	for name, data := range map[string][]byte{
		"JPEG": huge, "PNG": pictest.PNG(t, pictest.Scene(300, 200)), "WebP": fixture(t, "patches.webp"),
		"BMP": pictest.BMPV5(pictest.Scene(300, 200), nil), "TIFF": pictest.RawTIFF(binary.LittleEndian, 300, 200, 1, 8, make([]byte, 60000)),
	} {
		if _, err := Inspect(t.Context(), Bytes(data)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		const runs = 100
		n := pictest.Allocated(func() {
			for range runs {
				Inspect(t.Context(), Bytes(data))
			}
		})
		if n > runs*8<<10 {
			t.Errorf("%s: %d bytes", name, n/runs)
		}
	}
}
