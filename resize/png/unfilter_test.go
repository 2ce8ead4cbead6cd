package png

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// predict returns a filter's prediction of a byte, word for word from PNG third
// edition, 9.2 and 9.4.
func predict(filter byte, a, b, c int) int {
	p := a + b - c
	pa, pb, pc := max(p-a, a-p), max(p-b, b-p), max(p-c, c-p)
	switch filter {
	case 1:
		return a
	case 2:
		return b
	case 3:
		return (a + b) / 2
	case 4:
		switch {
		case pa <= pb && pa <= pc:
			return a
		case pb <= pc:
			return b
		}
		return c
	}
	return 0
}

// plainUnfilter reverses a filter, word for word from the specification.
func plainUnfilter(filter byte, src, above []byte, bpp int) []byte {
	out := make([]byte, len(src))
	for i, v := range src {
		var a, c int
		if i >= bpp {
			a, c = int(out[i-bpp]), int(above[i-bpp])
		}
		out[i] = v + byte(predict(filter, a, int(above[i]), c))
	}
	return out
}

func TestUnfilter(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for filter := range byte(5) {
		for _, bpp := range []int{1, 2, 3, 4, 6, 8} {
			for pixels := 1; pixels < 80; pixels++ {
				src, above := make([]byte, pixels*bpp), make([]byte, pixels*bpp)
				for i := range src {
					src[i], above[i] = byte(random.Uint32()), byte(random.Uint32())
				}
				got := make([]byte, len(src))
				if err := unfilter(filter, got, src, above, bpp); err != nil {
					t.Fatal(err)
				}
				if want := plainUnfilter(filter, src, above, bpp); !bytes.Equal(got, want) {
					t.Fatalf("filter %d, %d bytes a pixel, %d pixels: %v, want %v", filter, bpp, pixels, got, want)
				}
			}
		}
	}
	if unfilter(5, make([]byte, 3), make([]byte, 3), make([]byte, 3), 3) == nil {
		t.Error("filter 5: no error")
	}
}

// TestPaeth tries all neighbours.
func TestPaeth(t *testing.T) {
	for i := range 1 << 24 {
		left, above, corner := i&255, i>>8&255, i>>16
		p := left + above - corner
		want := corner
		switch pa, pb, pc := max(p-left, left-p), max(p-above, above-p), max(p-corner, corner-p); {
		case pa <= pb && pa <= pc:
			want = left
		case pb <= pc:
			want = above
		}
		if got := paeth(left, above, corner); got != want {
			t.Fatalf("paeth(%d, %d, %d) = %d, want %d", left, above, corner, got, want)
		}
	}
}

func BenchmarkUnfilter(b *testing.B) {
	src, above, dst := make([]byte, 12*2310), make([]byte, 12*2310), make([]byte, 12*2310)
	for i := range src {
		src[i], above[i] = byte(rand.Uint32()), byte(rand.Uint32())
	}
	for filter := byte(1); filter < 5; filter++ {
		for _, bpp := range []int{1, 3, 4} {
			b.Run(fmt.Sprintf("filter %d, %d bytes a pixel", filter, bpp), func(b *testing.B) {
				b.SetBytes(int64(len(src)))
				for b.Loop() {
					if err := unfilter(filter, dst, src, above, bpp); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
