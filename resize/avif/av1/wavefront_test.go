package av1

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// processors sets GOMAXPROCS to n until the test ends.
func processors(t testing.TB, n int) {
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// TestAtOnce checks that the number of processors changes no byte. The race detector
// should run it.
func TestAtOnce(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	encoders := map[int]*Encoder{1: {}, 2: {}, 5: {}}
	for i, size := range [][2]int{{1, 1}, {129, 65}, {260, 120}, {200, 300}, {330, 130}} {
		more := [2]int{i % 2, i / 2 % 2}
		for f := formatMono; f <= format444; f++ {
			if f == format444 && size[0] == 1 {
				continue
			}
			planes, params := picture(random, size[0], size[1], f), Params{Quantiser: 30 + 30*i, Effort: Effort(i % 3)}
			var want []byte
			for n, e := range encoders {
				e.moreTiles = &more
				processors(t, n)
				s := encode(t, e, planes, params)
				if want == nil {
					want = s.Data
				}
				if !bytes.Equal(s.Data, want) {
					t.Errorf("%v, format %d: other bytes with %d processors", size, f, n)
				}
			}
		}
	}
}

// countedContext is a context whose Err fails after it was asked after times.
type countedContext struct {
	context.Context
	after atomic.Int64
}

var errStopped = errors.New("stopped")

func (s *countedContext) Err() error {
	if s.after.Add(-1) < 0 {
		return errStopped
	}
	return nil
}

// TestStopped checks that all goroutines end when ctx or pace ends an encoding or a
// searcher panics, and that the next encoding is not affected.
func TestStopped(t *testing.T) {
	processors(t, 2)
	random := rand.New(rand.NewPCG(8, 2))
	planes, params := picture(random, 330, 260, format420), Params{Quantiser: 60, Effort: Fast}
	var e Encoder
	e.moreTiles = &[2]int{0, 1}
	want := encode(t, &e, planes, params).Data
	const all = 6 * 5 // superblocks
	for n := range all {
		synctest.Test(t, func(t *testing.T) { // waits for goroutines
			ctx := &countedContext{Context: t.Context()}
			ctx.after.Store(int64(n))
			if _, err := e.Encode(ctx, params); !errors.Is(err, errStopped) {
				t.Fatalf("after %d: %v", n, err)
			}
			paced := params
			asked := 0
			paced.Pace = func(int, int) (Effort, error) {
				if asked++; asked > n {
					return 0, errStopped
				}
				return Fast, nil
			}
			if _, err := e.Encode(t.Context(), paced); !errors.Is(err, errStopped) {
				t.Fatalf("after %d: %v", n, err)
			}
		})
		if n%3 > 0 {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			var calls atomic.Int64
			e.fuzz = func(int) int {
				if calls.Add(1) == int64(200*n+1) { // in either searcher
					panic("thrown")
				}
				return 0
			}
			defer func() {
				if p := fmt.Sprint(recover()); !strings.HasPrefix(p, "thrown") {
					t.Errorf("after %d: panic %q", n, p)
				}
				e.fuzz = nil
			}()
			_, err := e.Encode(t.Context(), params)
			t.Error("no panic", err)
		})
	}
	if got := encode(t, &e, planes, params).Data; !bytes.Equal(got, want) {
		t.Error("other bytes after encodings that were stopped")
	}
}

// TestPaced checks that pace is called for each superblock with the picture's progress,
// from 0 to all but one superblock, and that one searcher progresses in steps of one.
func TestPaced(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 3))
	planes := picture(random, 700, 330, formatMono)
	for _, tt := range []struct {
		processors int
		moreTiles  [2]int
		all        int
	}{
		{1, [2]int{}, 11 * 6}, {1, [2]int{1, 2}, 11 * 6},
		{2, [2]int{}, 11*3 + 11/4 + 1},
		{2, [2]int{0, 1}, 11*2 + 11*2}, // tiles of three rows each
	} {
		processors(t, tt.processors)
		var e Encoder
		e.moreTiles = &tt.moreTiles
		calls, last := 0, 0
		encode(t, &e, planes, Params{Quantiser: 90, Pace: func(done, all int) (Effort, error) {
			if done < last || all != tt.all || tt.processors == 1 && done != calls {
				t.Errorf("%+v: %d of %d after %d", tt, done, all, last)
			}
			calls, last = calls+1, done
			return Fast, nil
		}})
		if calls != 11*6 || last >= tt.all || last < tt.all-1 {
			t.Errorf("%+v: %d calls, the last with %d", tt, calls, last)
		}
	}
}
