package png

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zlib"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestPackerRows: what is packed unpacks to itself, and is no larger than either
// way of packing alone by more than a sample can err.
func TestPackerRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise, flat := make([]byte, 1<<20), bytes.Repeat([]byte("a flat drawing "), 1<<16)
	for i := range noise {
		noise[i] = byte(int8(random.NormFloat64() * 12))
	}
	for name, rows := range map[string][]byte{
		"noise": noise, "flat": flat, "little noise": noise[:1000], "little flat": flat[:1000], "none": {},
		"as much as is sampled": noise[:2*samplePieces*pieceBytes], "a byte more": noise[:2*samplePieces*pieceBytes+1],
	} {
		least := -1
		for _, level := range []int{zlib.HuffmanOnly, searchLevel} {
			packed, err := newPacker().deflate(t.Context(), rows, level, 0)
			if err != nil {
				t.Fatal(err)
			}
			if least < 0 || len(packed) < least {
				least = len(packed)
			}
		}
		packed, err := newPacker().rows(t.Context(), rows, 0)
		if err != nil {
			t.Fatal(err)
		}
		r, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, rows) {
			t.Errorf("%s: unpacks to %d bytes, %v", name, len(back), err)
		}
		if len(packed) > least+least/100 {
			t.Errorf("%s: %d bytes, want about %d", name, len(packed), least)
		}
	}
}

// TestDeflateStops: compression stops where it has become vain.
func TestDeflateStops(t *testing.T) {
	data := make([]byte, 2<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data) // never fails
	whole, err := newPacker().deflate(t.Context(), data, searchLevel, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := newPacker().deflate(t.Context(), data, searchLevel, len(whole)); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("just as many bytes as there are: %v", err)
	}
	if _, err := newPacker().deflate(t.Context(), data, searchLevel, len(whole)-1); !errors.Is(err, pic.ErrNoFit) {
		t.Errorf("a byte too many: %v, want %v", err, pic.ErrNoFit)
	}
	ctx := pictest.NewCountdown(t.Context(), 3)
	if _, err := newPacker().deflate(ctx, data, searchLevel, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time while it is at work: %v, want %v", err, context.DeadlineExceeded)
	}
}
