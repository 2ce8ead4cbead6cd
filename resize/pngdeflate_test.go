package resize

import (
	"bytes"
	"compress/zlib"
	"io"
	"math/rand/v2"
	"testing"
)

// TestPackRows: what is packed unpacks to itself, and is no larger than either
// way of packing alone by more than a sample can err.
func TestPackRows(t *testing.T) {
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
		for _, level := range []int{zlib.HuffmanOnly, zlib.DefaultCompression} {
			packed, err := deflate(rows, level)
			if err != nil {
				t.Fatal(err)
			}
			if least < 0 || len(packed) < least {
				least = len(packed)
			}
		}
		for _, best := range []bool{false, true} {
			packed, err := packRows(rows, best)
			if err != nil {
				t.Fatal(err)
			}
			r, err := zlib.NewReader(bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, rows) {
				t.Errorf("%s, best %v: unpacks to %d bytes, %v", name, best, len(back), err)
			}
			if len(packed) > least+least/100 {
				t.Errorf("%s, best %v: %d bytes, want about %d", name, best, len(packed), least)
			}
		}
	}
}
