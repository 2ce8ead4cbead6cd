package vp8l

import (
	"errors"
	"testing"
)

// field is a value and its number of bits.
type field struct {
	value uint32
	bits  uint
}

// streamOf returns a stream of width × height pixels with fields after its
// header, and zeros after these.
func streamOf(width, height uint32, fields ...field) []byte {
	w := new(bitWriter)
	w.write(signature, 8)
	w.write(width-1, 14)
	w.write(height-1, 14)
	w.write(0, 4) // no alpha, version
	for _, f := range fields {
		w.write(f.value, f.bits)
	}
	w.finish()
	return append(w.data, make([]byte, 32)...)
}

// TestMalformed checks that what section 3 forbids is an error, in
// golang.org/x/image too.
func TestMalformed(t *testing.T) {
	// No transform, no cache, no tiles.
	plain := []field{{0, 1}, {0, 1}, {0, 1}}
	// Simple codes of the single symbol 0, for green, red, blue and alpha.
	zeros := []field{{1, 4}, {1, 4}, {1, 4}, {1, 4}}
	// A code of the symbols 0 and 257 for green, and of zeros for the others: a
	// literal, and a reference of two pixels to the row above.
	references := []field{
		{0, 1}, {0, 4}, {0, 3}, {1, 3}, {0, 3}, {1, 3}, {0, 1}, // lengths are 1, or runs of zeros
		{0, 1}, {1, 1}, {127, 7}, {1, 1}, {107, 7}, {0, 1}, {1, 1}, {11, 7},
		{1, 4}, {1, 4}, {1, 4}, {1, 4},
	}
	join := func(all ...[]field) (joined []field) {
		for _, fields := range all {
			joined = append(joined, fields...)
		}
		return joined
	}
	tests := []struct {
		name          string
		width, height uint32
		fields        []field
		want          error
	}{
		{"as it should be", 1, 1, join(plain, zeros, []field{{1, 4}}), nil},
		{"transform given twice", 1, 1, []field{{1, 1}, {subtractGreen, 2}, {1, 1}, {subtractGreen, 2}}, errTransform},
		{"cache of no bits", 1, 1, []field{{0, 1}, {1, 1}, {0, 4}}, errCacheSize},
		{"cache of 12 bits", 1, 1, []field{{0, 1}, {1, 1}, {12, 4}}, errCacheSize},
		{"first symbol beyond", 1, 1, join(plain, zeros, []field{{5, 3}, {distCodes, 8}}), errCodeLength},
		{"second symbol beyond", 1, 1, join(plain, zeros, []field{{3, 3}, {0, 1}, {distCodes, 8}}), errCodeLength},
		{"more lengths than symbols", 1, 1, join(plain, []field{{0, 1}, {0, 4}, {1, 3}, {0, 9}, {1, 1}, {7, 3}, {300, 16}}), errCodeLength},
		{"run of lengths beyond", 1, 1, join(plain, []field{{0, 1}, {0, 4}, {0, 3}, {1, 3}, {0, 6}, {0, 1}, {127, 7}, {127, 7}, {127, 7}}), errCodeLength},
		{"incomplete code", 1, 1, join(plain, []field{{0, 1}, {0, 4}, {2, 3}, {2, 3}, {0, 6}}), errCode},
		{"oversubscribed code", 1, 1, join(plain, []field{{0, 1}, {0, 4}, {1, 3}, {1, 3}, {1, 3}, {0, 3}}), errCode},
		{"reference", 2, 2, join(plain, references, []field{{0, 1}, {0, 1}, {1, 1}}), nil},
		{"reference to before", 2, 2, join(plain, references, []field{{0, 1}, {1, 1}}), errDistance},
		{"reference to beyond", 1, 2, join(plain, references, []field{{0, 1}, {1, 1}}), errReference},
	}
	var d Decoder
	for _, tt := range tests {
		stream := streamOf(tt.width, tt.height, tt.fields...)
		if _, err := decode(&d, stream); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if _, err := xImage(stream); (err == nil) != (tt.want == nil) {
			t.Errorf("%s: golang.org/x/image: %v", tt.name, err)
		}
	}
	bad := streamOf(1, 1)
	bad[0]++
	if _, err := ParseHeader(bad); !errors.Is(err, errSignature) {
		t.Errorf("signature: %v", err)
	}
	bad = streamOf(1, 1)
	bad[4] |= 0x20
	if _, err := ParseHeader(bad); !errors.Is(err, errVersion) {
		t.Errorf("version: %v", err)
	}
}
