package resize

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// smallOriginals returns pictures of every format, small enough for thousands of
// resizes, and JPEGs of every kind that leaves different state behind. The lacking ones
// are the same without tables or headers that another JPEG may have defined before.
func smallOriginals(t *testing.T) (whole, lacking map[string][]byte) {
	t.Helper()
	picture := pictest.Scene(60, 44)
	whole = map[string][]byte{
		"jpeg 4:2:0":    pictest.JPEG(t, picture),
		"jpeg 4:4:4":    planesJPEG(t, picture, false, 1),
		"jpeg turned":   planesJPEG(t, pictest.Scene(31, 57), true, 6),
		"png rgb":       pictest.PNG(t, picture),
		"bmp":           pictest.BMPV5(picture, nil),
		"webp patches":  fixture(t, "patches.webp"),
		"webp lossless": fixture(t, "patches-lossless.webp"),
		"webp alpha":    fixture(t, "patches-alpha.webp"),
		"gif animated":  gifOf(t, pictest.Scene(20, 14), pictest.Scene(20, 14), pictest.Scene(20, 14)),
		"tiff":          fixture(t, "../../testdata/originals/tiff-gray.tif"),
		"jpeg restarts": fixture(t, "../../testdata/originals/jpeg-restart-markers.jpg"),
		"jpeg gray":     fixture(t, "../../testdata/originals/jpeg-progressive-gray.jpg"),
		"jpeg of 4:1:1": fixture(t, "../../testdata/originals/jpeg-411.jpg"),
		"jpeg of rgb":   fixture(t, "../../testdata/originals/jpeg-rgb-adobe.jpg"),
		"jpeg of ycck":  fixture(t, "../../testdata/originals/jpeg-ycck-adobe.jpg"),
	}
	for _, name := range []string{"../jpeg/testdata/cmyk.jpg", "../jpeg/testdata/cmyk-icc.jpg", "progressive.jpg", "progressive-restart.jpg", "separate-scans.jpg"} {
		whole[name] = fixture(t, name)
	}
	pngs := pictest.PNGs()
	for _, name := range []string{"type 0 of 1 bits", "type 3 of 4 bits, tRNS", "type 6 of 16 bits", "type 3 of 8 bits, interlaced"} {
		whole["png "+name] = pngs[name].Bytes()
	}
	lacking = map[string][]byte{}
	for name, data := range whole {
		if !bytes.HasPrefix(data, []byte{0xff, pictest.MarkerSOI}) {
			continue
		}
		for _, marker := range []byte{pictest.MarkerDHT, pictest.MarkerDQT, pictest.MarkerDRI, pictest.MarkerSOF0, pictest.MarkerSOS} {
			if less := withoutSegments(data, marker); len(less) < len(data) {
				lacking[fmt.Sprintf("%s without %#x", name, marker)] = less
			}
		}
	}
	return whole, lacking
}

// withoutSegments returns a JPEG without its segments of one kind.
func withoutSegments(data []byte, marker byte) []byte {
	for {
		at := bytes.Index(data, []byte{0xff, marker})
		if at < 0 {
			return data
		}
		end := at + 2 + int(data[at+2])<<8 + int(data[at+3])
		data = slices.Concat(data[:at], data[min(end, len(data)):])
	}
}

// made is the result of a request.
type made struct {
	name    string
	data    []byte
	req     Request
	variant *Variant
	err     error
}

// check lets r make the variant again, compares it, and returns it.
func (m *made) check(t *testing.T, r *Resizer) *Variant {
	t.Helper()
	v, err := resizeWith(r, t.Context(), Bytes(m.data), m.req)
	if message(err) != message(m.err) {
		t.Fatalf("%s, %+v: error %v, want %v", m.name, m.req, err, m.err)
	}
	if err == nil && (!bytes.Equal(v.Data, m.variant.Data) || v.Quality != m.variant.Quality || v.Format != m.variant.Format) {
		t.Fatalf("%s, %+v: another variant", m.name, m.req)
	}
	return v
}

// madeFresh makes variants of several sizes of each original, each with a new Resizer.
func madeFresh(t *testing.T, originals map[string][]byte) (all []*made) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(originals)) {
		data := originals[name]
		full := Info{Width: 10, Height: 10}
		if info, err := Inspect(t.Context(), Bytes(data)); err == nil {
			full = info
		}
		for i, req := range []Request{
			request(full.Width, full.Height*9/10), request((full.Width+1)/2, (full.Height+2)/3), request((full.Width+9)/10, 1),
			request((full.Width+3)/4, (full.Height+2)/3), request(full.Width, (full.Height+2)/3), request((full.Width+3)/4, full.Height),
		} {
			req.Limits.Pixels = 1 << 20
			switch i {
			case 1:
				req.MaxBytes = 1000
			case 2:
				req.Formats = []Format{AVIF}
			case 3:
				req.Formats = []Format{WebP}
			case 4:
				req.Fit, req.Background = Pad, &RGB{200, 30, 10}
			case 5:
				req.Focus, req.Scale, req.Largest = &Focus{0.9, 0.1}, 1.5, true
			}
			v, err := Resize(t.Context(), Bytes(data), req)
			all = append(all, &made{name, data, req, v, err})
		}
	}
	return all
}

// TestResizerThousandsOfOrders does what TestResizerAnyOrder does, with small pictures
// and ever new orders. A JPEG that relies on what another one defined fails as it does
// alone.
func TestResizerThousandsOfOrders(t *testing.T) {
	whole, lacking := smallOriginals(t)
	good, bad := madeFresh(t, whole), madeFresh(t, lacking)
	for _, m := range good {
		if m.err != nil && m.err != ErrNoFit {
			t.Errorf("%s, %+v: %v", m.name, m.req, m.err)
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	var used Resizer
	handedOut := map[*Variant]*made{}
	for range 1000 {
		before := good[r.IntN(len(good))]
		for range r.IntN(3) {
			disturb(t, &used, before.data, before.req, r)
		}
		if r.IntN(4) == 0 {
			bad[r.IntN(len(bad))].check(t, &used)
		}
		m := good[r.IntN(len(good))]
		if v := m.check(t, &used); v != nil {
			handedOut[v] = m
		}
	}
	for v, m := range handedOut {
		if !bytes.Equal(v.Data, m.variant.Data) {
			t.Errorf("%s, %+v: the variant changed after it was handed out", m.name, m.req)
		}
	}
}

// TestResizerReadsNothingKept overwrites everything kept with random numbers: the
// results stay the same, so no kept value is read.
func TestResizerReadsNothingKept(t *testing.T) {
	whole, lacking := smallOriginals(t)
	maps.Copy(whole, lacking)
	r := rand.New(rand.NewPCG(7, 8))
	var used Resizer
	overwritten := 0
	for _, m := range madeFresh(t, whole) {
		m.check(t, &used)
		overwritten += overwriteKept(&used.buffers, r)
		m.check(t, &used)
	}
	if overwritten < 1<<20 {
		t.Errorf("only %d numbers overwritten", overwritten)
	}
}

// overwriteKept overwrites every kept value, and returns how many numbers those were.
func overwriteKept(b *pic.Buffers, r *rand.Rand) (n int) {
	kept := reflect.ValueOf(b).Elem().FieldByName("kept")
	kept = reflect.NewAt(kept.Type(), unsafe.Pointer(kept.UnsafeAddr())).Elem()
	for values := kept.MapRange(); values.Next(); {
		n += overwrite(values.Value().Elem().Elem(), r)
	}
	return n
}

// overwrite sets all numbers and booleans in v to random ones: in fields, exported or
// not, and in slices up to their capacity. It does not follow pointers and interfaces.
// It returns how many it set.
func overwrite(v reflect.Value, r *rand.Rand) (n int) {
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			n += overwrite(reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem(), r)
		}
		return n
	case v.Kind() == reflect.Slice:
		v = v.Slice(0, v.Cap())
		fallthrough
	case v.Kind() == reflect.Array:
		if kind := v.Type().Elem().Kind(); kind > reflect.Bool && kind <= reflect.Float64 && v.Len() > 0 {
			overwriteBytes(unsafe.Slice((*byte)(v.Index(0).Addr().UnsafePointer()), v.Len()*int(v.Type().Elem().Size())), r)
			return v.Len()
		}
		for i := range v.Len() {
			n += overwrite(v.Index(i), r)
		}
		return n
	case v.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case v.CanInt():
		v.SetInt(int64(r.Uint64()))
	case v.CanUint():
		v.SetUint(r.Uint64())
	case v.CanFloat():
		v.SetFloat(r.NormFloat64())
	default:
		return 0
	}
	return 1
}

// overwriteBytes fills b, which holds numbers, with random bytes.
func overwriteBytes(b []byte, r *rand.Rand) {
	for ; len(b) >= 8; b = b[8:] {
		binary.NativeEndian.PutUint64(b, r.Uint64())
	}
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}
