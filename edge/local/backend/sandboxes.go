package backend

import (
	"context"
	"log/slog"

	"github.com/edgeresize/edgeresize/edge"
)

// Sandboxes are handlers that take one event at a time each, as Lambda's sandboxes do. They
// are safe for concurrent use.
type Sandboxes struct {
	free chan *edge.Handler
}

// NewSandboxes returns n sandboxes, whose handlers are made as [edge.New] makes them.
func NewSandboxes(n int, config edge.Config, source edge.Source, memory int64, log *slog.Logger) *Sandboxes {
	s := &Sandboxes{free: make(chan *edge.Handler, n)}
	for range n {
		s.free <- edge.New(config, source, memory, log)
	}
	return s
}

// Handle answers an event in the next free sandbox, which it waits for, and logs the
// outcome.
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
