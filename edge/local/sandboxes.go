package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"github.com/edgeresize/edgeresize/edge"
)

// configFlag is the config to run with.
type configFlag struct{ file string }

func (f *configFlag) register(flags *flag.FlagSet) {
	flags.StringVar(&f.file, "config", "", "read the function's config from `FILE` instead of the baked-in one")
}

func (f configFlag) read() (edge.Config, error) {
	if f.file == "" {
		return edge.BakedConfig()
	}
	data, err := os.ReadFile(f.file)
	if err != nil {
		return edge.Config{}, err
	}
	config, err := edge.ParseConfig(data)
	if err != nil {
		return edge.Config{}, fmt.Errorf("%s: %w", f.file, err)
	}
	return config, nil
}

// sandboxes are handlers of which each has one event at a time, as Lambda's
// sandboxes have.
type sandboxes struct {
	free chan *edge.Handler
}

func newSandboxes(config edge.Config, source edge.Source) *sandboxes {
	n := runtime.GOMAXPROCS(0)
	s := &sandboxes{free: make(chan *edge.Handler, n)}
	for range n {
		s.free <- edge.New(config, source, 0, slog.New(slog.DiscardHandler))
	}
	return s
}

// handle answers an event in the next free sandbox.
func (s *sandboxes) handle(ctx context.Context, event []byte) ([]byte, edge.Outcome, error) {
	select {
	case h := <-s.free:
		defer func() { s.free <- h }()
		return h.Handle(ctx, event)
	case <-ctx.Done():
		return nil, edge.Outcome{}, ctx.Err()
	}
}
