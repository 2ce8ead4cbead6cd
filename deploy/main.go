// Command deploy takes the function from source to Lambda.
//
//	go run ./deploy package    build the zip that CloudFront accepts, or that of a regional function
//	go run ./deploy parameters print the template's parameters that must agree with a config
//	go run ./deploy viewer-request
//	                           print the viewer-request function
//	go run ./deploy sign       sign URLs
//	go run ./deploy signing-keys
//	                           make or rotate the keys that sign URLs, and put them into CloudFront
//	go run ./deploy site       create or update a site's stack
//	go run ./deploy purge      create or update the stack that purges a site's cache
//	go run ./deploy invoker    create or update the stack by which another account's pipeline purges
//	go run ./deploy backend    create or update the stack of the site behind the images
//	go run ./deploy doctor     check everything, and print how to fix it
//	go run ./deploy prepare    set up an existing distribution for the function
//	go run ./deploy publish    publish a version of the function
//	go run ./deploy attach     attach a version to a behaviour of a distribution
//	go run ./deploy invalidate purge what was cached before the last change
//	go run ./deploy canary     try a live site
//	go run ./deploy status     print versions, where they are attached, and what the logs say
//	go run ./deploy rollback   attach the version that was there before
//	go run ./deploy detach     remove the function from a behaviour
//	go run ./deploy teardown   delete the function and its versions, and undo prepare
//	go run ./deploy probe      measure on a real account what AWS's guides leave open
//	go run ./deploy ledger-check
//	                           write to the ledger of purge functions and read that back
//
// The commands that speak to AWS take credentials and endpoints from where the aws command
// line takes them. They can be stopped at any moment: the same command goes on from there.
// -h shows a command's flags. The exit status is 2 for a wrong command line, 3 if a canary
// cannot tell whether the function works, and 1 for other failures.
//
// The standard package flag reads the command lines: kong and pflag refuse a single dash
// before a name, as in -distribution, which users' scripts have. The table of commands,
// one-line errors and exit status 2 need little more than flag offers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/deploy/template/stack"
)

// command is a command of the command line.
type command struct {
	name, summary string
	run           func(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error
}

var commands = []command{
	{"package", "build the zip that CloudFront accepts, or that of a regional function", packageCommand},
	{"parameters", "print the parameters of deploy/template/template.yaml that must agree with a config", parametersCommand},
	{"viewer-request", "print the code of the viewer-request function, to install it without deploy/template/template.yaml", viewerRequestCommand},
	{"sign", "sign URLs, for a site whose config switches signature on", signCommand},
	{"signing-keys", "make or rotate the keys that sign URLs, and put them into CloudFront's key value store", signingKeysCommand},
	{"site", "create or update a site's stack from deploy/template/template.yaml, and print its outputs", siteCommand},
	{"purge", "create or update the stack of the function that purges changed originals from a site's cache", regionalCommand(stack.Purge)},
	{"invoker", "create or update the stack that lets a pipeline purge another account's distribution", regionalCommand(stack.Invoker)},
	{"backend", "create or update the stack of the site behind the images, and print what make site takes", backendCommand},
	{"doctor", "check the function, its role, a distribution and its bucket, and print fixes; change nothing", doctorCommand},
	{"prepare", "set up an existing distribution for the function: add the role, policies and settings it lacks", prepareCommand},
	{"publish", "package the function, create or update it, publish a version and print its ARN", publishCommand},
	{"attach", "attach a version to a behaviour and try the site; undo if that fails, keep if unsure (exit status 3)", attachCommand},
	{"invalidate", "purge what the function's behaviours cached before the distribution's last change, once per change", invalidateCommand},
	{"canary", "try a live site: ask for a picture and its variants, and check the answers", canaryCommand},
	{"status", "print versions and where they are attached, outcomes of invocations, and errors in the logs", statusCommand},
	{"rollback", "attach to a behaviour the version that was there before, or another one", rollbackCommand},
	{"detach", "remove the function from a behaviour", detachCommand},
	{"teardown", "delete the function and its versions, and undo prepare", teardownCommand},
	{"probe", "measure on a distribution what AWS's guides leave open, with behaviours of its own, and clean up", probeCommand},
	{"ledger-check", "test the ledger of purge functions: write to it and read that back", ledgerCheckCommand},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// errUsage says that the command line is wrong, after the reason has been printed.
var errUsage = errors.New("usage")

// The exit statuses: the command failed, the command line is wrong, the canary cannot tell.
const (
	statusFailed    = 1
	statusUsage     = 2
	statusUncertain = 3
)

// statusOf returns the exit status of a command's error.
func statusOf(err error) int {
	uncertain := (*release.UncertainError)(nil)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return statusUsage
	case errors.As(err, &uncertain):
		return statusUncertain
	}
	return statusFailed
}

// run runs the command that args name, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	for _, c := range commands {
		if c.name != name {
			continue
		}
		flags := flag.NewFlagSet("deploy "+name, flag.ContinueOnError)
		flags.SetOutput(stderr)
		flags.Usage = func() {
			fmt.Fprintf(stderr, "usage: go run ./deploy %s [flags]\n%s\n", c.name, c.summary)
			flags.PrintDefaults()
		}
		err := c.run(ctx, flags, args, stdout)
		status := statusOf(err)
		if status == statusFailed || status == statusUncertain {
			fmt.Fprintf(stderr, "deploy %s: %v\n", name, release.Explain(err))
		}
		return status
	}
	status := statusUsage
	if name == "-h" || name == "-help" || name == "--help" || name == "help" {
		status = 0
	} else if name != "" {
		fmt.Fprintf(stderr, "deploy: no command %q\n", name)
	}
	fmt.Fprintln(stderr, "usage: go run ./deploy COMMAND [flags]")
	for _, c := range commands {
		fmt.Fprintf(stderr, "  %-14s %s\n", c.name, c.summary)
	}
	return status
}

// parse reads the flags of a command, and refuses other arguments.
func parse(flags *flag.FlagSet, args []string) error {
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return wrongUsage(flags, "unexpected argument %q", flags.Arg(0))
	}
	return nil
}

// parseFlags reads the flags of a command that takes other arguments too.
func parseFlags(flags *flag.FlagSet, args []string) error {
	err := flags.Parse(args)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		return errUsage
	}
	return err
}
