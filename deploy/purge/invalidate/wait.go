package invalidate

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/edgeresize/edgeresize/deploy/account/pause"
)

// maxPause is the longest pause between two attempts.
const maxPause = 8 * time.Second

// spare is the time that Wait leaves of a deadline, for the answer.
const spare = 2 * time.Second

// backoff doubles the pauses and shortens each at random.
var backoff = retry.NewExponentialJitterBackoff(maxPause)

// Pause waits before a request is repeated; attempt is 0 for the first repetition. An
// error says that there is no time for that.
func (c *Client) Pause(ctx context.Context, attempt int) error {
	pause, err := backoff.BackoffDelay(attempt, nil)
	if err != nil {
		return err
	}
	if c.Wait != nil {
		return c.Wait(ctx, pause)
	}
	return Wait(ctx, pause)
}

// Wait waits for d. If that would leave less than [spare] of ctx's deadline, it returns
// [context.DeadlineExceeded] at once; if ctx is done meanwhile, its error.
func Wait(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d+spare {
		return context.DeadlineExceeded
	}
	return pause.For(ctx, d)
}

// Persist calls [Client.Create], again after a transient error as long as there is
// time.
func (c *Client) Persist(ctx context.Context, reference string, paths []string) (Invalidation, error) {
	for attempt := 0; ; attempt++ {
		invalidation, err := c.Create(ctx, reference, paths)
		if !Transient(err) || c.Pause(ctx, attempt) != nil {
			return invalidation, err
		}
	}
}
