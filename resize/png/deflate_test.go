package png

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

var efforts = []effort{plain, runs, search, thorough, deep, {depth: 3, passes: 1, row: 301, pixel: 3}, {depth: 8, passes: 2, row: 5, pixel: 4}}

// unpacked unpacks a zlib stream with compress/zlib, and checks that the inflater gives
// the same n bytes.
func unpacked(t testing.TB, packed []byte, n int) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	want, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) != n {
		t.Fatalf("unpacks to %d bytes, want %d", len(want), n)
	}
	z, err := newInflater(pieces(packed, inSize), n)
	if err != nil {
		t.Fatal(err)
	}
	got, err := z.next(n)
	if err == nil {
		err = z.finished()
	}
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("the inflater makes something else of it: %v", err)
	}
	return want
}

// samplesToPack returns data of several kinds and lengths.
func samplesToPack() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	normal := make([]byte, 200_000)
	for i := range normal {
		normal[i] = byte(int8(random.NormFloat64() * 12))
	}
	far := bytes.Clone(normal)
	copy(far[window+1000:], far[1000:2000])      // as far as a match may reach
	copy(far[2*window+1001:], far[window+1000:]) // farther
	flat := bytes.Repeat([]byte("a flat drawing "), 10_000)
	mixed := append(append(bytes.Clone(flat[:70_000]), normal...), make([]byte, 70_000)...)
	skewed := []byte{} // has codes that would be longer than 15 bits
	for i, n := 0, 1; i < 20; i, n = i+1, n+n/2+1 {
		skewed = append(skewed, bytes.Repeat([]byte{byte(3 * i)}, n)...)
	}
	random.Shuffle(len(skewed), func(i, j int) { skewed[i], skewed[j] = skewed[j], skewed[i] })
	samples := map[string][]byte{
		"noise": normal, "far": far, "flat": flat, "mixed": mixed, "skewed": skewed,
		"zeros": make([]byte, 300_000), "none": {},
	}
	for _, n := range []int{1, 2, 3, 4, 5, 7, 258, 259, 260, chunkBytes, chunkBytes + 1} {
		samples["noise of "+string(rune('0'+n%10))] = normal[:n]
		samples["zeros of "+string(rune('0'+n%10))] = make([]byte, n)
	}
	return samples
}

// TestDeflate: packed data unpacks to itself, also from a packer that packed other data
// before or stopped halfway.
func TestDeflate(t *testing.T) {
	var used packer
	for name, data := range samplesToPack() {
		for _, e := range efforts {
			packed, err := (&packer{}).deflate(t.Context(), data, e, 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := unpacked(t, packed, len(data)); !bytes.Equal(got, data) {
				t.Fatalf("%s, %+v: unpacks to something else", name, e)
			}
			if _, err := used.deflate(t.Context(), data, e, len(packed)/2); !errors.Is(err, pic.ErrNoFit) {
				t.Errorf("%s, %+v: half as many bytes: %v, want %v", name, e, err, pic.ErrNoFit)
			}
			if again, err := used.deflate(t.Context(), data, e, 0); err != nil || !bytes.Equal(again, packed) {
				t.Errorf("%s, %+v: %d bytes by a used packer, %d by a new one, %v", name, e, len(again), len(packed), err)
			}
		}
	}
}

// TestDeflateSize compares the sizes with those of compress/zlib.
func TestDeflateSize(t *testing.T) {
	for name, data := range samplesToPack() {
		for e, level := range map[effort]int{plain: zlib.HuffmanOnly, search: 6, thorough: 6} {
			var want bytes.Buffer
			w, err := zlib.NewWriterLevel(&want, level)
			if err == nil {
				_, err = w.Write(data)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			packed, err := (&packer{}).deflate(t.Context(), data, e, 0)
			if err != nil {
				t.Fatal(err)
			}
			// For few bytes, fixed codes may be shorter; for noise, stored bytes.
			if most := want.Len() + want.Len()/100 + 80; len(packed) > most {
				t.Errorf("%s, %+v: %d bytes, compress/zlib's %d", name, e, len(packed), want.Len())
			}
		}
	}
}

// FuzzDeflate packs the fuzzer's data, repeated.
func FuzzDeflate(f *testing.F) {
	f.Add([]byte("abcabcabcabd"), uint16(3), uint8(2))
	f.Add(bytes.Repeat([]byte{0}, 300), uint16(200), uint8(1))
	f.Add([]byte{}, uint16(0), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, times uint16, which uint8) {
		data = bytes.Repeat(data, 1+int(times)%200)
		if len(data) > 100_000 {
			data = data[:100_000]
		}
		packed, err := (&packer{}).deflate(t.Context(), data, efforts[int(which)%len(efforts)], 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := unpacked(t, packed, len(data)); !bytes.Equal(got, data) {
			t.Fatal("unpacks to something else")
		}
	})
}

// TestDeflateStops: compression stops once it cannot fit.
func TestDeflateStops(t *testing.T) {
	data := make([]byte, 300_000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data) // never fails
	whole, err := (&packer{}).deflate(t.Context(), data, search, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := (&packer{}).deflate(t.Context(), data, search, len(whole)); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("just as many bytes as there are: %v", err)
	}
	if _, err := (&packer{}).deflate(t.Context(), data, search, len(whole)-1); !errors.Is(err, pic.ErrNoFit) {
		t.Errorf("a byte too many: %v, want %v", err, pic.ErrNoFit)
	}
	ctx := pictest.NewCountdown(t.Context(), 3)
	if _, err := (&packer{}).deflate(ctx, data, search, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time while it is at work: %v, want %v", err, context.DeadlineExceeded)
	}
}
