package png

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// plainFilter returns a filtered row after the filter's number, and the sum of its
// absolute differences.
func plainFilter(filter byte, row, above []byte, bpp int) (out []byte, sum int) {
	out = []byte{filter}
	for i, v := range row {
		var a, c int
		if i >= bpp {
			a, c = int(row[i-bpp]), int(above[i-bpp])
		}
		d := v - byte(predict(filter, a, int(above[i]), c))
		out = append(out, d)
		sum += min(int(d), 256-int(d))
	}
	return out, sum
}

// TestFilterer tries rows of many lengths, each suited to one of the filters.
func TestFilterer(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var chosen [filters]int
	for _, bpp := range []int{1, 2, 3, 4, 6, 8} {
		for n := bpp; n < 150; n++ {
			for suited := range byte(filters) {
				// The differences of the suited filter are small.
				small, above := make([]byte, n), make([]byte, n)
				for i := range small {
					small[i], above[i] = byte(random.IntN(9)-4), byte(random.Uint32())
				}
				row := plainUnfilter(suited, small, above, bpp)
				var want []byte
				least := 0
				for filter := range byte(filters) {
					if out, sum := plainFilter(filter, row, above, bpp); want == nil || sum < least {
						want, least = out, sum
					}
				}
				chosen[want[0]]++
				got := newFilterer(n, bpp, leastBits).append([]byte("rows "), row, above)
				if !bytes.Equal(got, append([]byte("rows "), want...)) {
					t.Fatalf("%d bytes of %d a pixel: %v, want %v", n, bpp, got[5:], want)
				}
			}
		}
	}
	for filter, n := range chosen {
		if n == 0 {
			t.Errorf("filter %d is never the best", filter)
		}
	}
}

func BenchmarkFilterer(b *testing.B) {
	row, above := make([]byte, 12*553), make([]byte, 12*553)
	for i := range row {
		row[i], above[i] = byte(rand.Uint32()), byte(rand.Uint32())
	}
	f := newFilterer(len(row), 3, leastBits)
	var out []byte
	b.SetBytes(int64(len(row)))
	for b.Loop() {
		out = f.append(out[:0], row, above)
	}
}
