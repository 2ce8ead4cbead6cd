package s3origin

import (
	"context"
	"sync"
	"time"
)

// patience says how long to wait for S3 before another connection is tried. It
// is safe for concurrent use.
type patience struct {
	mu sync.Mutex
	// slow is from a request to the first byte of its answer where S3 took long:
	// the longest time of late, older ones forgotten by and by.
	slow time.Duration
}

// learn takes note of an answer that began so long after its request.
func (p *patience) learn(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if took < p.slow {
		took = p.slow - (p.slow-took)/8
	}
	p.slow = took
}

// within returns how long an answer may take to begin before it is doubtful
// that it will: four times as long as slow ones took, but at least an eighth of
// the time that is left until ctx ends, which S3 takes now and then, and at most
// half of it, which leaves the other half for another try. Without a deadline
// there is no such time, and ok is false.
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
