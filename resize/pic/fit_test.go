package pic

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// lengths returns an encode function that writes lengths[level] bytes, at most limit,
// and records the levels in tried.
func lengths(lengths []int, limit int, tried *[]int) func(int) ([]byte, error) {
	return func(level int) ([]byte, error) {
		*tried = append(*tried, level)
		if lengths[level] > limit {
			return nil, ErrTooLong
		}
		return make([]byte, lengths[level]), nil
	}
}

// TestFitIsBest compares with trying every level.
func TestFitIsBest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		long := make([]int, 101)
		for i := 1; i < len(long); i++ {
			long[i] = long[i-1] + r.IntN(4)
		}
		least := 1 + r.IntN(100)
		most := least + r.IntN(101-least)
		limit := r.IntN(300)
		want := -1
		for level := least; level <= most; level++ {
			if long[level] <= limit {
				want = level
			}
		}
		var tried []int
		fitted, err := Fit(t.Context(), least, most, lengths(long, limit, &tried))
		data, level := fitted.Data, fitted.Level
		switch {
		case want < 0 && !errors.Is(err, ErrNoFit):
			t.Fatalf("%d to %d within %d: level %d, error %v", least, most, limit, level, err)
		case want >= 0 && (err != nil || level != want || len(data) != long[want] || fitted.Hurried):
			t.Fatalf("%d to %d within %d: level %d of %d bytes, %v; want %d", least, most, limit, level, len(data), err, want)
		}
		if tried[0] != most || len(tried) > 8 {
			t.Fatalf("tried %v", tried)
		}
		slices.Sort(tried)
		if len(slices.Compact(slices.Clone(tried))) != len(tried) {
			t.Fatalf("a level twice: %v", tried)
		}
	}
}

// TestFitDeadline: if time is short, the best so far is returned, or the least level.
func TestFitDeadline(t *testing.T) {
	long := make([]int, 101)
	for i := range long {
		long[i] = i
	}
	tests := []struct {
		name    string
		limit   int
		left    time.Duration // each try takes a second
		tried   []int
		level   int
		hurried bool
		err     error
	}{
		{"all the time", 70, time.Hour, []int{100, 50, 75, 62, 68, 71, 69, 70}, 70, false, nil},
		{"fits at once", 100, 1500 * time.Millisecond, []int{100}, 100, false, nil},
		{"the best so far", 70, 3500 * time.Millisecond, []int{100, 50}, 50, true, nil},
		{"better than the best so far", 70, 5500 * time.Millisecond, []int{100, 50, 75, 62}, 62, true, nil},
		{"nothing so far", 70, 2500 * time.Millisecond, []int{100, 1}, 1, true, nil},
		{"not even the least", 0, 2500 * time.Millisecond, []int{100, 1}, 0, false, ErrNoFit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.left)
				defer cancel()
				var tried []int
				encode := lengths(long, tt.limit, &tried)
				fitted, err := Fit(ctx, 1, 100, func(level int) ([]byte, error) {
					time.Sleep(time.Second) // in the bubble
					return encode(level)
				})
				if !slices.Equal(tried, tt.tried) || fitted.Level != tt.level || fitted.Hurried != tt.hurried || !errors.Is(err, tt.err) {
					t.Errorf("tried %v, %d %v, %v; want %v, %d %v, %v", tried, fitted.Level, fitted.Hurried, err, tt.tried, tt.level, tt.hurried, tt.err)
				}
			})
		})
	}
}

// TestFitBroken: another error ends the search, even if something fits.
func TestFitBroken(t *testing.T) {
	broken := errors.New("broken")
	for _, first := range []error{ErrTooLong, broken} {
		n := 0
		fitted, err := Fit(t.Context(), 1, 100, func(level int) ([]byte, error) {
			n++
			switch n {
			case 1:
				return nil, first
			case 2:
				return []byte("fits"), nil
			}
			return nil, broken
		})
		if err != broken || fitted.Data != nil || fitted.Level != 0 {
			t.Errorf("%+v, error %v", fitted, err)
		}
	}
}
