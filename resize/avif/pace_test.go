package avif

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
)

// TestPace checks that a slow function lowers the effort as soon as its speed is
// measured, that it gives up if even the least effort is too slow, and that standing
// still once does not make it give up.
func TestPace(t *testing.T) {
	const all = 100 // superblocks
	for _, tt := range []struct {
		name     string
		first    time.Duration // for the first superblock
		took     time.Duration // for each other one; half of that at the least effort
		slower   time.Duration // for each of the last quarter
		left     time.Duration
		last     av1.Effort
		done     int // superblocks
		least    int // of these, searched with the least effort
		deadline bool
	}{
		{"without a deadline", time.Hour, time.Hour, time.Hour, 0, usual, all, 0, false},
		{"fast enough", 20 * time.Millisecond, 20 * time.Millisecond, 20 * time.Millisecond, 10 * time.Second, usual, all, 0, false},
		{"slow at first", 300 * time.Millisecond, 10 * time.Millisecond, 10 * time.Millisecond, 10 * time.Second, usual, all, 0, false},
		{"too slow to be comfortable", 30 * time.Millisecond, 30 * time.Millisecond, 30 * time.Millisecond, 10 * time.Second, av1.Fast, all, all - 21, false},
		{"just in time", 180 * time.Millisecond, 180 * time.Millisecond, 180 * time.Millisecond, 10 * time.Second, av1.Fast, all, all - 4, false},
		{"slow at the end", 10 * time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, 10 * time.Second, av1.Fast, all, 9, false},
		{"too slow", 300 * time.Millisecond, 300 * time.Millisecond, 300 * time.Millisecond, 10 * time.Second, av1.Fast, measured + 5, 5, true},
		{"far too slow", 5 * time.Second, 5 * time.Second, 5 * time.Second, 20 * time.Second, av1.Fast, 2 * measured, measured, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.left > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.left)
					defer cancel()
				}
				p := newPacer(ctx, usual)
				var effort av1.Effort
				var err error
				done, least := 0, 0
				for ; done < all; done++ {
					if effort, err = p.next(done, all); err != nil {
						break
					}
					took := tt.took
					switch {
					case done == 0:
						took = tt.first
					case done >= all*3/4:
						took = tt.slower
					}
					if effort == av1.Fast {
						took /= 2
						least++
					}
					time.Sleep(took) // in the bubble's time
				}
				if done != tt.done || least != tt.least || errors.Is(err, context.DeadlineExceeded) != tt.deadline || p.effort != tt.last {
					t.Errorf("%d superblocks, %d of them with the least effort, then %v, %v", done, least, p.effort, err)
				}
				if !tt.deadline && ctx.Err() != nil {
					t.Errorf("too late: %v", ctx.Err())
				}
			})
		})
	}
}
