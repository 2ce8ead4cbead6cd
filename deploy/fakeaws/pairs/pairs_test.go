package pairs

import (
	"reflect"
	"testing"
)

func TestCover(t *testing.T) {
	values := []int{3, 2, 4, 1, 7}
	chosen := Cover(values...)
	for i, n := range values {
		for j := i + 1; j < len(values); j++ {
			for a := range n {
				for b := range values[j] {
					found := false
					for _, c := range chosen {
						found = found || c[i] == a && c[j] == b
					}
					if !found {
						t.Errorf("no combination has %d of option %d and %d of %d", a, i, b, j)
					}
				}
			}
		}
	}
	if len(chosen) > 45 || len(chosen) < 28 {
		t.Errorf("%d combinations", len(chosen))
	}
	if again := Cover(values...); !reflect.DeepEqual(again, chosen) {
		t.Errorf("got %v and %v", chosen, again)
	}
}
