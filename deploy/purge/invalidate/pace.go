package invalidate

import (
	"context"
	"fmt"
	"time"
)

// Apart is the time between the end of a request and the next one. CloudFront Developer
// Guide, "Quotas on invalidations": "1 wildcard invalidation per second".
const Apart = time.Second

// pace waits until [Apart] after the end of the last request. It returns [ErrBusy] if
// there is no time for that. The caller holds c.mu.
func (c *Client) pace(ctx context.Context) error {
	if c.last.IsZero() {
		return nil
	}
	// If the clock jumps, the wait is still no longer than Apart.
	left := min(Apart, Apart-c.now().Sub(c.last))
	if left <= 0 {
		return nil
	}
	rest := c.Rest
	if rest == nil {
		rest = Wait
	}
	if err := rest(ctx, left); err != nil {
		return fmt.Errorf("%w: no time is left for the next request: %w", ErrBusy, err)
	}
	return nil
}

func (c *Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}
