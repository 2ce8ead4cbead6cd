package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// releaseFlags are the flags of the commands that speak to Lambda and CloudFront.
type releaseFlags struct {
	function string
	dryRun   bool
}

func (f *releaseFlags) registerFunction(flags *flag.FlagSet) {
	flags.StringVar(&f.function, "function", "edgeresize", "the function's `NAME`, in "+awsapi.Region)
}

func (f *releaseFlags) register(flags *flag.FlagSet) {
	f.registerFunction(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would change, and change nothing")
}

// releaser returns a Releaser with the user's own settings: credentials, profile and
// endpoints are those of the aws command line. It writes dry runs on stdout and progress on
// the flags' output.
func (f *releaseFlags) releaser(ctx context.Context, flags *flag.FlagSet, stdout io.Writer) (*release.Releaser, error) {
	settings, err := loadSettings(ctx)
	if err != nil {
		return nil, err
	}
	r := release.New(settings, f.function)
	r.DryRun, r.Difference, r.Progress, r.Wait = f.dryRun, stdout, flags.Output(), wait
	return r, nil
}

// wrongUsage prints what is wrong with the command line, and returns errUsage.
func wrongUsage(flags *flag.FlagSet, format string, args ...any) error {
	fmt.Fprintf(flags.Output(), flags.Name()+": "+format+"\n", args...)
	return errUsage
}
