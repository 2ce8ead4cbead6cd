// Command local is CloudFront, the function and S3 on this machine.
//
//	go run ./edge/local [flags]                    serve a folder of originals
//	go run ./edge/local invoke EVENT.json [flags]  replay a recorded event
//
// A request takes the whole way: the viewer-request function in Go, CloudFront's
// cache and rules (package cloudfront), the origin-response event, the handler with
// production's S3 client, and the response. The origin is a server of S3's protocol
// on loopback, or a real bucket with -bucket.
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// errUsage says that the command line is wrong, and that package flag has said
// how.
var errUsage = errors.New("usage")

// run runs the command and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := serve
	if len(args) > 0 && args[0] == "invoke" {
		command, args = invoke, args[1:]
	}
	err := command(ctx, args, stdout, stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintln(stderr, "local:", err)
	return 1
}

// parse reads flags anywhere among the arguments. The other arguments must be
// as many as names.
func parse(flags *flag.FlagSet, args []string, names ...string) ([]string, error) {
	var rest []string
	for {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, errUsage
		}
		if flags.NArg() == 0 {
			break
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
	if len(rest) != len(names) {
		fmt.Fprintln(flags.Output(), wrongArguments(rest, names))
		flags.Usage()
		return nil, errUsage
	}
	return rest, nil
}

func wrongArguments(got, want []string) string {
	if len(got) < len(want) {
		return "local: " + want[len(got)] + " is missing"
	}
	return fmt.Sprintf("local: unexpected argument %q", got[len(want)])
}
