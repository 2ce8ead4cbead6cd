package vp8l

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// seeds returns streams of many kinds.
func seeds(t testing.TB) (all [][]byte) {
	r := rand.New(rand.NewPCG(5, 6))
	var e Encoder
	for _, p := range pictures {
		stream, err := e.Encode(t.Context(), p.make(r, 20, 18))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, bytes.Clone(stream))
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "patches-lossless.webp"))
	if err != nil {
		t.Fatal(err)
	}
	return append(all, chunkOf(t, data))
}

// FuzzDecode checks that what golang.org/x/image decodes is decoded alike, within
// the estimated memory.
func FuzzDecode(f *testing.F) {
	for _, stream := range seeds(f) {
		f.Add(stream)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		h, err := ParseHeader(stream)
		if err != nil || h.Width*h.Height > 1<<16 || len(stream) > 1<<16 {
			return
		}
		d := new(Decoder)
		got, err := decode(d, stream)
		if size := held(d); size > h.Memory(len(stream)) {
			t.Errorf("%d bytes, %d said", size, h.Memory(len(stream)))
		}
		want, otherErr := xImage(stream)
		if err != nil || otherErr != nil {
			// x/image wants bits after the last pixel's that need not be there.
			if err == nil && !errors.Is(otherErr, io.ErrUnexpectedEOF) {
				t.Errorf("looser: %v", otherErr)
			}
			// x/image accepts codes of one symbol with more than one bit.
			if otherErr == nil && !errors.Is(err, errCode) {
				t.Errorf("stricter: %v", err)
			}
			return
		}
		if bytes.Equal(got.Pix, want.Pix) {
			return
		}
		// x/image takes the symbols of a simple code in stored order.
		want = dwebp(t, stream)
		for i := range want.Pix {
			if i%4 == 3 && !h.Alpha {
				got.Pix[i] = 255
			}
		}
		same(t, "fuzz", got, want)
	})
}

// held returns how many bytes the slices of d have room for.
func held(d *Decoder) int64 {
	n := 4*(cap(d.pixels.rows)+cap(d.subimage.rows)) + cap(d.out)
	for _, p := range []*pixels{&d.pixels, &d.subimage} {
		n += 2*(cap(p.tiles)+cap(p.groups.tables)) + 8*cap(p.groups.starts) + 4*cap(p.groups.kept) + 168*cap(p.groups.built)
	}
	for i := range d.kinds {
		n += 4 * (cap(d.kinds[i].tiles) + cap(d.kinds[i].bundles) + cap(d.kinds[i].rows[0]) + cap(d.kinds[i].rows[1]))
	}
	return int64(n)
}

// FuzzEncode checks that what is encoded is decoded unchanged, and so is what
// comes after it.
func FuzzEncode(f *testing.F) {
	for i := range pictures {
		f.Add(uint64(i), uint8(i), uint8(20), uint8(30))
	}
	var e Encoder
	var d Decoder
	f.Fuzz(func(t *testing.T, seed uint64, kind, w, h uint8) {
		p := pictures[int(kind)%len(pictures)]
		img := p.make(rand.New(rand.NewPCG(seed, 1)), int(w)+1, int(h)+1)
		stream, err := e.Encode(t.Context(), img)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(&d, stream)
		if err != nil {
			t.Fatal(err)
		}
		same(t, p.name, cleared(got), cleared(img))
	})
}
