// Package pause waits for a given time or until a context is done.
package pause

import (
	"context"
	"time"
)

// For returns nil after d. If ctx is done before, it returns ctx's error at once.
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
