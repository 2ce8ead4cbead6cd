package png

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// compareArriving checks that how the bytes arrive makes no difference.
func compareArriving(t *testing.T, name string, data []byte, size func() int) {
	t.Helper()
	want, wantErr := readAll(data)
	got, err := readFrom(t.Context(), &pictest.Pieces{Data: data, Size: size})
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("%s: %v, want %v", name, err, wantErr)
	}
	if err == nil && !bytes.Equal(got.Pix, want.Pix) {
		t.Fatalf("%s: other pixels", name)
	}
}

// noisePNG returns a picture of many pieces, with its pixels in chunks of chunk bytes.
func noisePNG(t *testing.T, chunk int) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(11, 12))
	const width, height = 100, 1000
	raw := make([]byte, height*(1+3*width))
	for i := range raw {
		raw[i] = byte(random.Uint32())
	}
	for y := range height {
		raw[y*(1+3*width)] = byte(y % 5)
	}
	out := appendChunk([]byte(signature), "IHDR", []byte{0, 0, 0, width, 0, 0, height >> 8, height & 255, 8, rgb, 0, 0, 0})
	for packed := deflated(t, raw, 1); len(packed) > 0; {
		n := min(chunk, len(packed))
		out = appendChunk(out, "IDAT", packed[:n])
		packed = packed[n:]
	}
	return appendChunk(out, "IEND", nil)
}

func TestArriving(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	sizes := map[string]func() int{
		"1": pictest.Always(1), "97": pictest.Always(97), "random": func() int { return 1 + random.IntN(1<<random.IntN(14)) },
	}
	for how, size := range sizes {
		for name, f := range files() {
			compareArriving(t, name+" in pieces of "+how, f.bytes(t), size)
		}
		for _, chunk := range []int{1000, inSize - 1, inSize, inSize + 1, 1 << 20} {
			data := noisePNG(t, chunk)
			compareArriving(t, fmt.Sprintf("chunks of %d in pieces of %s", chunk, how), data, size)
			compare(t, "noise", data)
		}
	}
}

// TestArrivingDamaged: how the bytes arrive does not change the error either.
func TestArrivingDamaged(t *testing.T) {
	for _, interlaced := range []bool{false, true} {
		small := file{width: 9, height: 7, depth: 8, colourType: rgb, level: 6, interlaced: interlaced}.bytes(t)
		for n := 0; n < len(small); n++ {
			for _, size := range []int{1, 7} {
				compareArriving(t, fmt.Sprintf("%d bytes", n), small[:n], pictest.Always(size))
				damaged := bytes.Clone(small)
				damaged[n] ^= 64
				compareArriving(t, fmt.Sprintf("byte %d", n), damaged, pictest.Always(size))
			}
		}
	}
	large := noisePNG(t, 1<<20)
	for n := 0; n < len(large); n += len(large)/20 + 1 {
		damaged := bytes.Clone(large)
		damaged[n] ^= 64
		compare(t, fmt.Sprintf("byte %d", n), damaged)
		compareArriving(t, fmt.Sprintf("byte %d", n), damaged, pictest.Always(1000))
	}
}

// TestArrivingBroken: the error that ends the arrival is returned unchanged.
func TestArrivingBroken(t *testing.T) {
	broken := errors.New("connection reset")
	for name, data := range map[string][]byte{
		"small":       file{width: 9, height: 7, depth: 8, colourType: palette, plte: make([]byte, 30), level: 6}.bytes(t),
		"interlaced":  file{width: 9, height: 7, depth: 8, colourType: rgba, level: 6, interlaced: true}.bytes(t),
		"one chunk":   noisePNG(t, 1<<20),
		"many chunks": noisePNG(t, 1000),
	} {
		for end := 0; end < len(data); end += len(data)/300 + 1 {
			source := &pictest.Pieces{Data: data, Size: pictest.Always(17), End: end, Err: broken}
			if _, err := readFrom(t.Context(), source); err != broken {
				t.Fatalf("%s, broken after %d of %d bytes: %v", name, end, len(data), err)
			}
		}
	}
}

// TestArrivingWaits: the reader waits for no more than it needs.
func TestArrivingWaits(t *testing.T) {
	for _, chunk := range []int{1000, 1 << 20} {
		data := noisePNG(t, chunk)
		source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		p, err := open(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		const header = len(signature) + around + 13
		if source.Asked > header+around {
			t.Errorf("chunks of %d: %d bytes are asked for before there are pixels", chunk, source.Asked)
		}
		r := newRows(t.Context(), p)
		for y := range p.height {
			if _, err := r.next(); err != nil {
				t.Fatal(err)
			}
			// Noise does not compress. Blocks are inflated whole, and follow their
			// headers.
			if most := len(data)*(y+1)/p.height + inSize + outSize + 1000; source.Asked > most {
				t.Fatalf("chunks of %d: %d bytes are asked for by row %d, want %d at most", chunk, source.Asked, y, most)
			}
		}
	}
}

// TestArrivingShort: a source may have fewer bytes than it says.
func TestArrivingShort(t *testing.T) {
	data := file{width: 9, height: 7, depth: 8, colourType: rgb, level: 6}.bytes(t)
	for n := range data {
		var format *pic.FormatError
		if _, err := readFrom(t.Context(), shorter{data[:n], len(data)}); !errors.As(err, &format) {
			t.Errorf("%d bytes of %d: %v", n, len(data), err)
		}
	}
}

// shorter is a source that claims to be longer than it is.
type shorter struct {
	pic.Bytes
	n int
}

func (s shorter) Len() int { return s.n }
