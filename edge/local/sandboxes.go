package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// functionFlags say how to run the function.
type functionFlags struct {
	config  string
	verbose bool
}

func (f *functionFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.config, "config", "", "read the function's config from `FILE` instead of the baked-in one")
	flags.BoolVar(&f.verbose, "v", false, "write the function's log, one JSON object an invocation, to standard error")
}

func (f functionFlags) readConfig() (edge.Config, error) {
	if f.config == "" {
		return edge.BakedConfig()
	}
	data, err := os.ReadFile(f.config)
	if err != nil {
		return edge.Config{}, fmt.Errorf("no config: %w; name a file such as edge/config.json with -config", err)
	}
	config, err := edge.ParseConfig(data)
	if err != nil {
		return edge.Config{}, fmt.Errorf("%s: %w", f.config, err)
	}
	return config, nil
}

func (f functionFlags) log(stderr io.Writer) *slog.Logger {
	if !f.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewJSONHandler(stderr, nil))
}

// sandboxes are handlers that take one event at a time each, as Lambda's
// sandboxes do.
type sandboxes struct {
	config      edge.Config
	free        chan *edge.Handler
	invocations page.Invocations
}

func newSandboxes(config edge.Config, source edge.Source, log *slog.Logger) *sandboxes {
	n := max(2, runtime.GOMAXPROCS(0)) // one may hang without blocking the rest
	s := &sandboxes{config: config, free: make(chan *edge.Handler, n)}
	for range n {
		s.free <- edge.New(config, source, 0, log)
	}
	return s
}

// handle answers an event in the next free sandbox and logs the outcome.
func (s *sandboxes) handle(ctx context.Context, event []byte) ([]byte, edge.Outcome, error) {
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

// function answers an event for CloudFront. Its note is the id of the event and
// the outcome, separated by a space.
func (s *sandboxes) function(ctx context.Context, event []byte) (response []byte, note string, err error) {
	response, outcome, err := s.handle(ctx, event)
	if err != nil {
		return nil, "", err
	}
	s.invocations.Add(event, response, outcome)
	return response, outcome.RequestID + " " + outcome.String(), nil
}
