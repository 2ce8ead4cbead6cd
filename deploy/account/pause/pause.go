// Package pause waits for a time that can be cut short.
package pause

import (
	"context"
	"time"
)

// For waits for d, or until ctx is done: its error is ctx's then.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
