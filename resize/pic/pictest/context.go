package pictest

import (
	"context"
	"sync/atomic"
)

// Countdown is a context whose deadline passes after Left calls of Err.
type Countdown struct {
	context.Context
	Left atomic.Int64
}

// NewCountdown returns a context that ends after n calls of Err.
func NewCountdown(ctx context.Context, n int) *Countdown {
	c := &Countdown{Context: ctx}
	c.Left.Store(int64(n))
	return c
}

// Err implements [context.Context].
func (c *Countdown) Err() error {
	if c.Left.Add(-1) < 0 {
		return context.DeadlineExceeded
	}
	return nil
}
