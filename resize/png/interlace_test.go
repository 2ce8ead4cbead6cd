package png

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

func TestPasses(t *testing.T) {
	if !slices.Equal(passes[:], adam7) {
		t.Fatalf("%v, want %v", passes, adam7)
	}
	for width := 1; width <= 40; width++ {
		for height := 1; height <= 40; height++ {
			for i, p := range passes {
				w, h := p.size(width, height)
				if wantW, wantH := p.count(width, height); w != wantW || h != wantH {
					t.Errorf("pass %d of %dx%d: %dx%d, want %dx%d", i+1, width, height, w, h, wantW, wantH)
				}
			}
		}
	}
}

// TestInterlacedSizes tries sizes that lack some of the passes, and random ones, for
// every kind.
func TestInterlacedSizes(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	for name, f := range files() {
		if !f.interlaced || f.width != 8 {
			continue
		}
		for n := 1; n <= 40; n++ {
			for _, size := range [][2]int{{n, 1}, {1, n}, {n, 1 + random.IntN(40)}} {
				f.width, f.height = size[0], size[1]
				data := f.bytes(t)
				if _, err := readAll(data); err != nil {
					t.Fatalf("%s, really %v: %v", name, size, err)
				}
				compare(t, fmt.Sprintf("%s, really %v", name, size), data)
			}
		}
	}
}

// TestInterlacedDamaged does what TestRowsDamaged does, for every kind.
func TestInterlacedDamaged(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 18))
	for name, f := range files() {
		if !f.interlaced || f.width != 8 {
			continue
		}
		f.height = 9
		data := f.bytes(t)
		pixels := bytes.Index(data, []byte("IDAT")) - 4
		for n := 0; n < len(data); n++ {
			_, err := readAll(data[:n])
			checkBad(t, fmt.Sprintf("%s, %d bytes", name, n), err)
			damaged := bytes.Clone(data)
			damaged[n] ^= byte(1 + random.IntN(255))
			compare(t, fmt.Sprintf("%s, byte %d", name, n), damaged)
			if n >= pixels {
				compare(t, fmt.Sprintf("%s, byte %d, checksums right", name, n), repaired(damaged))
			}
		}
	}
}

// TestInterlacedCancelled: reading passes stops once the context is done, even if all
// bytes are there.
func TestInterlacedCancelled(t *testing.T) {
	data := file{width: 61, height: 23, depth: 8, colourType: rgb, interlaced: true}.bytes(t)
	const stored = 3 + 3 + 3 + 6 + 6 + 12 + 11 // rows of all passes
	for n := range stored + 1 {
		p, err := open(t.Context(), pic.Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		ctx := pictest.NewCountdown(t.Context(), n)
		r := newRows(ctx, p)
		_, err = r.next()
		if n < stored && err != context.DeadlineExceeded || n == stored && err != nil {
			t.Errorf("cancelled after %d of %d rows: %v", n, stored, err)
		}
		if ctx.Left.Load() < -1 {
			t.Errorf("cancelled after %d rows: %d looks more", n, -1-ctx.Left.Load())
		}
	}
}

// TestInterlacedImpossible: a header that announces more pixels than the file can hold
// takes no memory.
func TestInterlacedImpossible(t *testing.T) {
	small := file{width: 1, height: 1, depth: 1, colourType: gray, interlaced: true}.bytes(t)
	for _, size := range [][2]int{{maxSide, maxSide}, {1, maxSide}, {maxSide, 1}, {4096, 4096}} {
		data := resized(small, size[0], size[1])
		p, err := Open(t.Context(), pic.Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Plan(pic.View{})
		checkBad(t, fmt.Sprint(size), err)
	}
	// As compressible as possible, and whole.
	flat := flatPNG(t, 2000, 2000)
	if _, err := readAll(flat); err != nil {
		t.Error(err)
	}
	var bad *pic.FormatError
	if _, err := readAll(flat[:len(flat)/2]); !errors.As(err, &bad) {
		t.Error(err)
	}
}

// resized returns a PNG with another size in its header.
func resized(data []byte, width, height int) []byte {
	data = bytes.Clone(data)
	for i, v := range []int{width, height} {
		copy(data[16+4*i:], []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	}
	return repaired(data)
}

// flatPNG returns an interlaced black picture of one bit a pixel.
func flatPNG(t testing.TB, width, height int) []byte {
	raw := 0
	for _, p := range adam7 {
		w, h := p.count(width, height)
		raw += h * (1 + (w+7)/8)
	}
	out := appendChunk([]byte(signature), "IHDR", []byte{0, 0, byte(width >> 8), byte(width), 0, 0, byte(height >> 8), byte(height), 1, gray, 0, 0, 1})
	out = appendChunk(out, "IDAT", deflated(t, make([]byte, raw), 9))
	return appendChunk(out, "IEND", nil)
}
