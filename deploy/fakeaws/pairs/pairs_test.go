package pairs

import (
	"reflect"
	"testing"
)

// TestCover checks that few rows have every pair, and that they are the same each time.
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

// TestCoverAllowed checks that few rows have exactly the pairs of the allowed
// combinations.
func TestCoverAllowed(t *testing.T) {
	any := func([]int) bool { return true }
	// The second value of the first option needs the last value of the second one.
	tied := func(row []int) bool { return row[0] != 1 || row[1] == -1 || row[1] == 2 }
	for _, tt := range []struct {
		values  []int
		allowed func([]int) bool
		most    int // maximum number of rows
	}{
		{[]int{2, 2}, any, 4},
		{[]int{2, 2, 2, 2, 2, 2, 2}, any, 9},
		{[]int{2, 3, 2, 3, 2}, any, 11},
		{[]int{3, 3, 2, 2, 2, 3, 4, 2, 2, 3}, any, 18},
		{[]int{2, 3, 2, 2}, tied, 9},
		{[]int{1, 1}, any, 1},
	} {
		rows := CoverAllowed(tt.values, tt.allowed)
		if len(rows) > tt.most {
			t.Errorf("%v: %d rows, want at most %d", tt.values, len(rows), tt.most)
		}
		if !reflect.DeepEqual(rows[0], make([]int, len(tt.values))) {
			t.Errorf("%v: the first row is %v", tt.values, rows[0])
		}
		has := map[pair]bool{}
		for _, row := range rows {
			if !tt.allowed(row) {
				t.Errorf("%v: %v is not allowed", tt.values, row)
			}
			for f := range row {
				for g := f + 1; g < len(row); g++ {
					has[pair{choice{f, row[f]}, choice{g, row[g]}}] = true
				}
			}
		}
		for p := range every(tt.values, tt.allowed) {
			if !has[p] {
				t.Errorf("%v: no row has %v", tt.values, p)
			}
		}
		if again := CoverAllowed(tt.values, tt.allowed); !reflect.DeepEqual(again, rows) {
			t.Errorf("%v: other rows the second time", tt.values)
		}
	}
}

// every returns the pairs of all allowed combinations.
func every(values []int, allowed func([]int) bool) map[pair]bool {
	found := map[pair]bool{}
	row := make([]int, len(values))
	for {
		if allowed(row) {
			for f := range row {
				for g := f + 1; g < len(row); g++ {
					found[pair{choice{f, row[f]}, choice{g, row[g]}}] = true
				}
			}
		}
		i := 0
		for ; i < len(row); i++ {
			if row[i]++; row[i] < values[i] {
				break
			}
			row[i] = 0
		}
		if i == len(row) {
			return found
		}
	}
}
