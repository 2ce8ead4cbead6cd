package backend

import (
	"context"
	"log/slog"

	"github.com/edgeresize/edgeresize/edge"
)

// Sandboxes are handlers of which each takes one event at a time, as Lambda's sandboxes do.
// They are safe for concurrent use.
type Sandboxes struct {
	free chan *edge.Handler
}

// NewSandboxes returns n sandboxes. [edge.New] makes their handlers.
func NewSandboxes(n int, config edge.Config, source edge.Source, memory int64, log *slog.Logger) *Sandboxes {
	s := &Sandboxes{free: make(chan *edge.Handler, n)}
	for range n {
		s.free <- edge.New(config, source, memory, log)
	}
	return s
}

// Handle waits for a free sandbox, answers an event there and logs the outcome. Its error
// is ctx's if that ends first.
func (s *Sandboxes) Handle(ctx context.Context, event []byte) ([]byte, edge.Outcome, error) {
	select {
	case h := <-s.free:
		defer func() { s.free <- h }()
		response, outcome, err := h.Handle(ctx, event)
		h.Record(outcome)
		return response, outcome, err
	case <-ctx.Done():
		return nil, edge.Outcome{}, ctx.Err()
	}
}
