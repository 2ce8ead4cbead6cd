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
	"github.com/edgeresize/edgeresize/edge/local/backend"
	"github.com/edgeresize/edgeresize/edge/local/page"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// functionFlags say how to run the function.
type functionFlags struct {
	config  string
	verbose bool
}

func (f *functionFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.config, "config", "", "read the function's config from `FILE` instead of the built-in edge/config.json;\n"+
		"edge/local/everything.json switches on all that requests may ask for")
	flags.BoolVar(&f.verbose, "v", false, "write the function's log to standard error, one JSON object per invocation")
}

func (f functionFlags) readConfig() (edge.Config, error) {
	if f.config == "" {
		return edge.BakedConfig()
	}
	data, err := os.ReadFile(f.config)
	if err != nil {
		return edge.Config{}, fmt.Errorf("cannot read the config: %w; name a file such as edge/config.json with -config", err)
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

// sandboxes are the sandboxes that run the function, and what they have done.
type sandboxes struct {
	*backend.Sandboxes
	config      edge.Config
	keys        viewerrequest.Keys // sign URLs, where the config wants that
	invocations page.Invocations
}

func newSandboxes(config edge.Config, source edge.Source, log *slog.Logger) *sandboxes {
	n := max(2, runtime.GOMAXPROCS(0)) // one may hang without blocking the rest
	return &sandboxes{Sandboxes: backend.NewSandboxes(n, config, source, 0, log), config: config}
}

// settings returns the settings of the viewer-request function.
func (s *sandboxes) settings() viewerrequest.Settings {
	settings := viewerrequest.SettingsOf(s.config)
	settings.Keys = s.keys
	return settings
}

// function answers an event for CloudFront. Its note is the id of the event and
// the outcome, separated by a space.
func (s *sandboxes) function(ctx context.Context, event []byte) (response []byte, note string, err error) {
	response, outcome, err := s.Handle(ctx, event)
	if err != nil {
		return nil, "", err
	}
	s.invocations.Add(event, response, outcome)
	return response, outcome.RequestID + " " + outcome.String(), nil
}
