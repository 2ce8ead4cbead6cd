package cloudfront

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// FunctionTimeout is how long an origin-response function may take. CloudFront
// Developer Guide, "Quotas on Lambda@Edge".
const FunctionTimeout = 30 * time.Second

// Function is an origin-response function: an event in, a response out. note
// is what there is to say about the invocation; it is kept with the response
// in the cache, see [Distribution.Noted].
type Function func(ctx context.Context, event []byte) (response []byte, note string, err error)

// invoked is what came of an invocation.
type invoked struct {
	response []byte
	note     string
	err      error
}

// invoke runs the function as Lambda does: with a deadline, and cut off there.
func (f Function) invoke(ctx context.Context, event edge.Event) invoked {
	payload, err := json.Marshal(event)
	if err != nil {
		return invoked{err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, FunctionTimeout)
	defer cancel()
	done := make(chan invoked, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- invoked{err: fmt.Errorf("panic: %v", p)}
			}
		}()
		response, note, err := f(ctx, payload)
		done <- invoked{response, note, err}
	}()
	select {
	case i := <-done:
		return i
	case <-ctx.Done():
		return invoked{err: fmt.Errorf("no answer within %v: %w", FunctionTimeout, ctx.Err())}
	}
}
