package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// releasing is the flags of every command that speaks to AWS.
type releasing struct {
	function string
	dryRun   bool
}

func (f *releasing) registerFunction(flags *flag.FlagSet) {
	flags.StringVar(&f.function, "function", "edgeresize", "the function's `NAME`, in "+awsapi.Region)
}

func (f *releasing) register(flags *flag.FlagSet) {
	f.registerFunction(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would change and change nothing")
}

// releaser speaks to AWS with the user's own settings: credentials, profile
// and endpoints are those of the aws command line. Differences go to stdout,
// progress to the flags' output.
func (f *releasing) releaser(ctx context.Context, flags *flag.FlagSet, stdout io.Writer) (*release.Releaser, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	r := release.New(settings, f.function)
	r.DryRun, r.Difference, r.Progress, r.Wait = f.dryRun, stdout, flags.Output(), wait
	return r, nil
}

// wrongUsage says what is wrong with the command line.
func wrongUsage(flags *flag.FlagSet, format string, args ...any) error {
	fmt.Fprintf(flags.Output(), flags.Name()+": "+format+"\n", args...)
	return errUsage
}
