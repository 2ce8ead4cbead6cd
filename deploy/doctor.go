package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/doctor"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// doctorCommand looks at the function, its role, a distribution and its bucket, and changes
// nothing.
func doctorCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var o doctor.Options
	flags.StringVar(&o.Function, "function", "edgeresize", "the function's `NAME`, in "+awsapi.Region)
	flags.StringVar(&o.Distribution, "distribution", "", "the distribution's `ID`; without it, check only the function and its role")
	flags.StringVar(&o.Behavior, "behavior", "", "the behaviour's path `PATTERN`, such as '/img/*' (default the default behaviour)")
	var baked configFlag
	baked.registerAs(flags, "read the config that is baked into the function from `FILE` (default the version's description, or edge/config.json in the checkout)")
	flags.StringVar(&o.CodeFile, "package", "", "check that versions have the code of the zip in `FILE`, such as dist/edgeresize.zip")
	o.Regions = release.EdgeRegions
	if err := parse(flags, args); err != nil {
		return err
	}
	o.ConfigFile = baked.config
	var err error
	if o.Config, err = baked.read(ctx); err != nil {
		return err
	}
	if o.CodeFile != "" {
		packed, err := os.ReadFile(o.CodeFile)
		if err != nil {
			return err
		}
		o.CodeSha256 = release.Checksum(packed)
	}
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	findings, err := doctor.New(settings, o).Look(ctx)
	if err != nil {
		return err
	}
	for _, f := range findings {
		fmt.Fprintf(stdout, "%-8s %s: %s\n", f.Level, f.Subject, f.Text)
		if f.Fix != "" {
			fmt.Fprintf(stdout, "%-8s -> %s\n", "", f.Fix)
		}
	}
	if n := doctor.Problems(findings); n > 0 {
		return fmt.Errorf("problems: %d", n)
	}
	return nil
}
