//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

// profileVariable is the environment variable that has this program run as a function. Its
// value is the file to write the profile to.
const profileVariable = "BENCHFUNCTION_PROFILE"

// serveProfiled does what edge/bootstrap does, under a profiler that writes to file. The
// first SIGUSR1 starts the profiler, the second one ends it and the process.
func serveProfiled(file string) error {
	config, err := edge.BakedConfig()
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	go func() {
		<-signals
		if err := pprof.StartCPUProfile(f); err != nil {
			exitOn(err)
		}
		<-signals
		pprof.StopCPUProfile()
		exitOn(f.Close())
		os.Exit(0)
	}()
	mb, err := strconv.ParseInt(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 64)
	if err != nil {
		return err
	}
	source := s3origin.New(s3origin.Options{Endpoint: os.Getenv("AWS_ENDPOINT_URL_S3")})
	lambda.Start(edge.New(config, source, mb<<20, slog.New(slog.NewJSONHandler(os.Stdout, nil))))
	return nil
}

// profile profiles each event in a process of its own, and prints what its time went into.
func profile(ctx context.Context, o options, s3 *s3, events []event) error {
	if err := os.MkdirAll(o.profile, 0o755); err != nil {
		return err
	}
	dir, err := filepath.Abs(o.profile)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, e := range events {
		file := filepath.Join(dir, strings.ReplaceAll(e.name, " ", "-")+".pprof")
		f, err := startFunction(ctx, o, s3, self, profileVariable+"="+file)
		if err != nil {
			return err
		}
		took, err := f.profiled(ctx, o, e)
		if err := errors.Join(err, f.sandbox.Close()); err != nil {
			return err
		}
		shares, err := sharesOf(ctx, self, file)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %.2f ms of processor time\n", e.name, ms(took))
		for _, s := range shares {
			fmt.Printf("%8.2f ms  %s\n", ms(took)*s.of, s.what)
		}
	}
	return nil
}

// profiled hands the function an event under the profiler, and waits until the process has
// ended. It returns the processor time of one event on average.
func (f *function) profiled(ctx context.Context, o options, e event) (time.Duration, error) {
	if _, err := f.answer(ctx, e, 3); err != nil { // which warm up
		return 0, err
	}
	if err := f.sandbox.Process.Signal(syscall.SIGUSR1); err != nil {
		return 0, err
	}
	n := o.rounds * o.each
	used, err := f.answer(ctx, e, n)
	if err != nil {
		return 0, err
	}
	if err := f.sandbox.Process.Signal(syscall.SIGUSR1); err != nil {
		return 0, err
	}
	f.sandbox.Wait()
	return used.CPU, nil
}

// share is a part of the time, and what it went into.
type share struct {
	what string
	of   float64 // of all
}

// sharesOf returns the shares of a binary's profile, by what [kindOf] the samples are.
func sharesOf(ctx context.Context, binary, file string) ([]share, error) {
	out, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-traces", "-unit=ms", binary, file).Output()
	if err != nil {
		return nil, fmt.Errorf("go tool pprof: %w", err)
	}
	return parseTraces(string(out)), nil
}
