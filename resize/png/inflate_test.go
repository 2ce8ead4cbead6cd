package png

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"testing"
)

// pieces returns a source of data in pieces of n bytes.
func pieces(data []byte, n int) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(data) == 0 {
			return nil, io.EOF
		}
		piece := data[:min(n, len(data))]
		data = data[len(piece):]
		return piece, nil
	}
}

// inflateAll unpacks a stream of n bytes, row by row, and checks that it ends there.
func inflateAll(data []byte, n, row, piece int) ([]byte, error) {
	z, err := newInflater(pieces(data, piece), row)
	if err != nil {
		return nil, err
	}
	var out []byte
	for len(out) < n {
		b, err := z.next(min(row, n-len(out)))
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, z.finished()
}

// texts returns data to pack that leads to matches and codes of every kind.
func texts() map[string][]byte {
	random := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 300_000)
	skewed := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
		skewed[i] = byte(random.ExpFloat64() * 3 * float64(i%1000) / 100)
	}
	texts := map[string][]byte{
		"nothing": {}, "one byte": {7}, "noise": noise, "skewed": skewed,
		"far": append(append(bytes.Clone(noise[:32768]), noise[:32768]...), noise[1:300]...),
	}
	for period := 1; period <= 20; period++ {
		texts[fmt.Sprintf("period %d", period)] = bytes.Repeat(noise[:period], 200_000/period)
	}
	return texts
}

func deflated(t testing.TB, text []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInflate(t *testing.T) {
	for name, text := range texts() {
		for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.DefaultCompression, zlib.BestCompression, zlib.HuffmanOnly} {
			packed := deflated(t, text, level)
			for _, size := range [][2]int{{1, 1}, {7, 13}, {6931, 8192}, {200_001, 1 << 20}} {
				if len(text) > 100_000 && size[0] == 1 && level != zlib.BestSpeed {
					continue
				}
				got, err := inflateAll(packed, len(text), size[0], size[1])
				if err != nil || !bytes.Equal(got, text) {
					t.Errorf("%s, level %d, rows of %d out of pieces of %d: %d bytes, %v", name, level, size[0], size[1], len(got), err)
				}
			}
		}
	}
}

// TestInflateDamaged: a stream that is cut off anywhere, has another checksum, or is
// longer than it should be, is an error.
func TestInflateDamaged(t *testing.T) {
	text := texts()["skewed"][:5000]
	for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.HuffmanOnly} {
		packed := deflated(t, text, level)
		for n := 0; n < len(packed); n++ {
			if _, err := inflateAll(packed[:n], len(text), 100, 64); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("level %d, %d bytes of %d: %v", level, n, len(packed), err)
			}
		}
		for _, n := range []int{len(text) - 1, len(text) + 1} {
			if _, err := inflateAll(packed, n, 100, 64); err == nil {
				t.Errorf("level %d: %d bytes out of %d", level, n, len(text))
			}
		}
		wrong := bytes.Clone(packed)
		wrong[len(wrong)-1]++
		if _, err := inflateAll(wrong, len(text), 100, 64); err == nil {
			t.Errorf("level %d: wrong checksum", level)
		}
	}
}

func TestAdler(t *testing.T) {
	for name, text := range texts() {
		for _, n := range []int{0, 1, 7, 8, 9, len(text)} {
			part := text[:min(n, len(text))]
			s := adler{a: 1}
			s.add(part[:len(part)/3])
			s.add(part[len(part)/3:])
			if want := adler32.Checksum(part); s.value() != want {
				t.Errorf("%s, %d bytes: %08x, want %08x", name, len(part), s.value(), want)
			}
		}
	}
	white := bytes.Repeat([]byte{255}, 3<<20)
	s := adler{a: 1}
	s.add(white)
	if want := adler32.Checksum(white); s.value() != want {
		t.Errorf("white: %08x, want %08x", s.value(), want)
	}
}

// FuzzInflate compares with compress/zlib.
func FuzzInflate(f *testing.F) {
	for _, text := range [][]byte{{}, []byte("abcabcabcabc"), texts()["skewed"][:900]} {
		for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.BestCompression, zlib.HuffmanOnly} {
			f.Add(deflated(f, text, level), 100)
		}
	}
	f.Add(deflated(f, grain(20_000, 30), zlib.HuffmanOnly), 1000) // long enough for decoding ahead
	f.Fuzz(func(t *testing.T, data []byte, row int) {
		if row < 1 || row > 1<<17 {
			return
		}
		const most = 1 << 20
		var want []byte
		r, err := zlib.NewReader(bytes.NewReader(data))
		if err == nil {
			want, err = io.ReadAll(io.LimitReader(r, most))
		}
		if len(want) == most {
			return
		}
		got, ours := inflateAll(data, len(want), row, 97)
		if len(data) >= 2 && data[1]&0x20 != 0 {
			return // a dictionary, which a PNG must not need (PNG third edition, 10.1)
		}
		if (err == nil) != (ours == nil) {
			t.Fatalf("%v, want %v", ours, err)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Fatal("other bytes")
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	text := texts()["skewed"]
	packed := deflated(b, text, 6)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := inflateAll(packed, len(text), 6931, 8192); err != nil {
			b.Fatal(err)
		}
	}
}
