package invalidate

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/edgeresize/edgeresize/deploy/account/pause"
)

// maxPause is the longest pause between two attempts.
const maxPause = 8 * time.Second

// spare is what Wait leaves of a deadline, for the answer.
const spare = 2 * time.Second

// backoff doubles the pauses, and shortens each by chance.
var backoff = retry.NewExponentialJitterBackoff(maxPause)

// Pause waits before an attempt is made again, the first one being 0. An error
// says that there is no time for that.
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

// Wait waits, unless a deadline would leave no time behind that. The error is
// the context's, or [context.DeadlineExceeded].
func Wait(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d+spare {
		return context.DeadlineExceeded
	}
	return pause.For(ctx, d)
}

// Persist is Create, asked again as long as there is time if the error is
// transient.
func (c *Client) Persist(ctx context.Context, reference string, paths []string) (Invalidation, error) {
	for attempt := 0; ; attempt++ {
		invalidation, err := c.Create(ctx, reference, paths)
		if !Transient(err) || c.Pause(ctx, attempt) != nil {
			return invalidation, err
		}
	}
}
