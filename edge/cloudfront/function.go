package cloudfront

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// FunctionTimeout is the time limit of an origin-response function. CloudFront
// Developer Guide, "Quotas on Lambda@Edge".
const FunctionTimeout = 30 * time.Second

// Function is an origin-response function: it takes an event and returns a
// response. note describes the invocation; the cache keeps it with the
// response, see [Distribution.Noted].
type Function func(ctx context.Context, event []byte) (response []byte, note string, err error)

// invoked is the result of an invocation.
type invoked struct {
	response []byte
	note     string
	err      error
}

// invoke runs the function as Lambda does: with a deadline, at which it is cut
// off.
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
