package s3origin

import (
	"context"
	"sync"
	"time"
)

// patience decides how long to wait for S3 before trying another connection. It
// is safe for concurrent use.
type patience struct {
	mu sync.Mutex
	// slow is the longest time from a request to the first byte of its answer.
	// Later, shorter times lower it bit by bit.
	slow time.Duration
}

// learn records that an answer began after took.
func (p *patience) learn(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if took < p.slow {
		took = p.slow - (p.slow-took)/8
	}
	p.slow = took
}

// within returns how long to wait for the beginning of an answer: four times as
// long as slow answers took, but at least an eighth of the time left until ctx
// ends, which S3 sometimes takes, and at most half of it, so that the other
// half is left for another try. ok is false if ctx has no deadline.
func (p *patience) within(ctx context.Context) (d time.Duration, ok bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0, false
	}
	left := time.Until(deadline)
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(max(4*p.slow, left/8), left/2), true
}
