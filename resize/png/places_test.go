package png

import (
	"slices"
	"testing"
)

// TestPlaces: places are the filters' numbers and the beginnings of pixels, whatever
// the start.
func TestPlaces(t *testing.T) {
	for _, e := range []effort{{}, {row: 7, pixel: 3}, {row: 4, pixel: 3}, {row: 9, pixel: 4}, {row: 9, pixel: 2}, {row: 6, pixel: 1}} {
		const most = 60
		var want []int
		for i := range most {
			if e.row == 0 || i%e.row == 0 || (i%e.row-1)%e.pixel == 0 {
				want = append(want, i)
			}
		}
		for from := range most / 2 {
			var got []int
			for p, i := newPlaces(from, e); i < most; i += p.step() {
				got = append(got, i)
			}
			first, _ := slices.BinarySearch(want, from)
			if !slices.Equal(got, want[first:]) {
				t.Errorf("%+v from %d: %v, want %v", e, from, got, want[first:])
			}
		}
	}
}
