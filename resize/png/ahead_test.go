package png

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// grain returns noise like that of an unfiltered photograph, in which matches are rare.
func grain(n int, sigma float64) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(128 + random.NormFloat64()*sigma)
	}
	return data
}

// inflated reads all of a zlib stream, in pieces of piece bytes.
func inflated(packed []byte, n, piece int) ([]byte, *inflater, error) {
	z, err := newInflater(pieces(packed, piece), 1000)
	if err != nil {
		return nil, nil, err
	}
	var out []byte
	for len(out) < n {
		part, err := z.next(min(1000, n-len(out)))
		if err != nil {
			return out, z, err
		}
		out = append(out, part...)
	}
	return out, z, z.finished()
}

// TestAhead: decoding at two places at once gives the same as at one, whatever the
// codes and blocks, and the matches among the literals.
func TestAhead(t *testing.T) {
	few := grain(1<<20, 30)
	for at := 5000; at < len(few); at += 700 + at%1500 { // some matches, also of literals decoded ahead
		back := []int{1, 3, 100, 400, 5000}[at%5]
		copy(few[at:], few[at-back:][:min(back, 30)])
	}
	for name, tt := range map[string]struct {
		data  []byte
		level int
		ahead bool
	}{
		"by Huffman alone":      {grain(1<<20, 30), zlib.HuffmanOnly, true},
		"short codes":           {grain(1<<20, 3), zlib.HuffmanOnly, true},
		"no codes":              {grain(1<<20, 1e6), zlib.HuffmanOnly, false},
		"searched":              {grain(1<<20, 60), 6, true},
		"with matches":          {few, 6, true},
		"hardly enough":         {grain(1500, 30), zlib.HuffmanOnly, false},
		"too many matches":      {bytes.Repeat(grain(60, 60), 9000), 6, false},
		"one byte and no other": {make([]byte, 1<<18), zlib.HuffmanOnly, true},
	} {
		var packed bytes.Buffer
		w, err := zlib.NewWriterLevel(&packed, tt.level)
		if err == nil {
			_, err = w.Write(tt.data)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range []int{inSize, 10_000, 999} {
			got, z, err := inflated(packed.Bytes(), len(tt.data), piece)
			if err != nil || !bytes.Equal(got, tt.data) {
				t.Errorf("%s in pieces of %d: other data, %v", name, piece, err)
			}
			if want := tt.ahead && piece > leastAhead; (z.ahead != nil) != want {
				t.Errorf("%s in pieces of %d: decoded ahead: %v, want %v", name, piece, z.ahead != nil, want)
			}
		}
		for n := range 40 { // cut off
			cut := packed.Bytes()[:packed.Len()*(n+1)/41]
			got, _, err := inflated(cut, len(tt.data), inSize)
			if !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(tt.data, got) {
				t.Errorf("%s, %d of %d bytes: %d bytes that are other data or %v", name, len(cut), packed.Len(), len(got), err)
			}
		}
	}
}

// TestAheadTakesOver: almost nothing is decoded ahead in vain; otherwise it would be
// useless.
func TestAheadTakesOver(t *testing.T) {
	packed, err := (&packer{}).deflate(t.Context(), grain(1<<20, 30), plain, 0)
	if err != nil {
		t.Fatal(err)
	}
	z, err := newInflater(pieces(packed, inSize), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := z.more(); err != nil { // the block's codes
		t.Fatal(err)
	}
	taken := 0
	for range 10 {
		if err := z.fill(); err != nil {
			t.Fatal(err)
		}
		before := z.pos
		if done, err := z.decodeTwice(); !done || err != nil {
			t.Fatalf("not decoded: %v, %v", done, err)
		}
		if z.pos-before > leastAhead+leastAhead/2 {
			taken++
		}
	}
	if taken < 8 {
		t.Errorf("%d of 10 are taken over", taken)
	}
}

// TestAheadDamaged: damaged data gives the same bytes and errors as with compress/zlib.
func TestAheadDamaged(t *testing.T) {
	data := grain(40_000, 30)
	for at := 3000; at < len(data); at += 500 {
		copy(data[at:], data[at-300:][:20])
	}
	whole := deflated(t, data, 6)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		damaged := bytes.Clone(whole)
		damaged[random.IntN(len(damaged))] ^= 1 << random.IntN(8)
		r, err := zlib.NewReader(bytes.NewReader(damaged))
		var want []byte
		if err == nil {
			want, err = io.ReadAll(io.LimitReader(r, int64(len(data))))
		}
		got, _, ours := inflated(damaged, len(data), inSize)
		if ours == nil && (err != nil || !bytes.Equal(got, want)) {
			t.Fatalf("%d bytes of no error, want %d, %v", len(got), len(want), err)
		}
		if n := min(len(got), len(want)); !bytes.Equal(got[:n], want[:n]) {
			t.Fatalf("the first %d bytes are not what compress/zlib makes of it", n)
		}
	}
}
