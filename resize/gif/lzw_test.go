package gif

import (
	"bytes"
	"compress/lzw"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// unpacked returns what the standard library decodes from p's output, and checks that
// nothing follows it.
func unpacked(t *testing.T, p *packer) []byte {
	t.Helper()
	r := bytes.NewReader(p.out)
	got, err := io.ReadAll(lzw.NewReader(r, lzw.LSB, p.codeSize))
	if err != nil {
		t.Fatal(err)
	}
	if r.Len() > 0 {
		t.Errorf("%d bytes after the end", r.Len())
	}
	return got
}

// packedLength returns how many bytes the standard library's encoder needs for indices.
func packedLength(t *testing.T, indices []byte, codeSize int) int {
	t.Helper()
	var packed bytes.Buffer
	w := lzw.NewWriter(&packed, lzw.LSB, codeSize)
	if _, err := w.Write(indices); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Len()
}

// TestPackFixed: pixels without a choice are packed exactly, and no longer than usual.
func TestPackFixed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var p packer
	for codeSize := 2; codeSize <= 8; codeSize++ {
		for _, n := range []int{0, 1, 2, 3, 100, 259, 4000, 60_000} {
			for name, index := range map[string]func(i int) int{
				"flat":    func(int) int { return 3 },
				"period":  func(i int) int { return i % 3 },
				"noise":   func(int) int { return r.IntN(1 << codeSize) },
				"blocks":  func(i int) int { return i / 7 * 5 },
				"changes": func(i int) int { return i * (i / 30_000) * 7919 >> 5 },
			} {
				want := make([]byte, n)
				for i := range want {
					want[i] = byte(index(i) & (1<<codeSize - 1))
				}
				got := make([]byte, n)
				p.pack(fixed(want), got, codeSize)
				if !bytes.Equal(got, want) || !bytes.Equal(unpacked(t, &p), want) {
					t.Fatalf("%d of %s, %d bits: another picture", n, name, codeSize)
				}
				usual := packedLength(t, want, codeSize)
				if len(p.out) > usual+usual/20 {
					t.Errorf("%d of %s, %d bits: %d bytes, %d usually", n, name, codeSize, len(p.out), usual)
				}
			}
		}
	}
}

// TestPackWidths: for every number of codes, decoders find the end, also where codes
// become wider.
func TestPackWidths(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	noise := make([]byte, 10_000)
	for i := range noise {
		noise[i] = byte(r.IntN(4))
	}
	var p packer
	for n := range 700 {
		for _, at := range []int{0, 9000} {
			want := noise[:n+at]
			p.pack(fixed(want), make([]byte, len(want)), 2)
			if !bytes.Equal(unpacked(t, &p), want) {
				t.Fatalf("%d pixels: another picture", len(want))
			}
		}
	}
}

// offered holds the indices to choose from for each pixel.
type offered [][]choice

func (o offered) choices(to []choice, i int) []choice { return append(to, o[i]...) }

// TestPackChoices: the chosen indices were offered and are the ones written. The higher
// worth is, the shorter the output.
func TestPackChoices(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var p packer
	const n, codeSize = 20_000, 6
	var o offered
	for range n {
		first := r.IntN(1 << codeSize)
		list := []choice{{uint8(first), 0}}
		for range r.IntN(8) {
			index := uint8((first + len(list)) % (1 << codeSize))
			list = append(list, choice{index, int32(r.IntN(20) - 3)})
		}
		o = append(o, list)
	}
	last := n
	for _, worth := range []int32{0, 3, 10, 100} {
		p.worth = worth
		chosen := make([]byte, n)
		p.pack(o, chosen, codeSize)
		if !bytes.Equal(unpacked(t, &p), chosen) {
			t.Fatalf("worth %d: what is chosen is not what is written", worth)
		}
		cost := 0
		for i, index := range chosen {
			at := slices.IndexFunc(o[i], func(c choice) bool { return c.index == index })
			if at < 0 {
				t.Fatalf("worth %d: %d was not offered", worth, index)
			}
			cost += int(o[i][at].cost)
		}
		if cost > n*int(worth) || len(p.out) >= last {
			t.Errorf("worth %d: a cost of %d of %d pixels, %d bytes, %d when worth less", worth, cost, n, len(p.out), last)
		}
		last = len(p.out)
	}
}

// TestRecent: the choices for a pixel are the right ones, in whatever order pixels are
// asked for, and those of recent pixels are not computed again.
func TestRecent(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var o offered
	for i := range 2000 {
		o = append(o, []choice{{uint8(i), int32(i)}})
	}
	asked := &counted{chooser: o}
	var seen recent
	for start := 0; start < 1800; start += 1 + r.IntN(60) {
		for i := range 1 + r.IntN(150) {
			if got := seen.at(asked, start+i); !slices.Equal(got, o[start+i]) {
				t.Fatalf("pixel %d: %v", start+i, got)
			}
		}
	}
	seen.reset()
	asked.times = 0
	for start := range 500 {
		for i := range recentPixels {
			seen.at(asked, start+i)
		}
	}
	if want := 500 + recentPixels - 1; asked.times != want {
		t.Errorf("chosen for %d times, want %d", asked.times, want)
	}
}

// counted counts calls of choices.
type counted struct {
	chooser
	times int
}

func (c *counted) choices(to []choice, i int) []choice {
	c.times++
	return c.chooser.choices(to, i)
}
