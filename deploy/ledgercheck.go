package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/edgeresize/edgeresize/deploy/purge/ledger"
	"github.com/edgeresize/edgeresize/deploy/purge/request"
)

// ledgerCheckCommand writes a random value into the ledger and reads it back. The purge
// function does so, which can reach the ledger, or with -address this machine.
func ledgerCheckCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	function := flags.String("function", "edgeresize-purge", "the `NAME` of the purge function, which does the check")
	region := flags.String("region", "", "the `REGION` of the function and the ledger (default the aws command line's)")
	var o ledger.Options
	flags.StringVar(&o.Address, "address", "", "check from this machine, which must be in the ledger's VPC, instead: the ledger's `HOST:PORT`")
	flags.StringVar(&o.Cache, "cache", "edgeresize-ledger", "with -address, the cache's `NAME`")
	flags.StringVar(&o.User, "user", "edgeresize-ledger", "with -address, the `ID` of its user")
	flags.StringVar(&o.Distribution, "distribution", "none", "with -address, the `ID` of the distribution whose paths to count")
	if err := parse(flags, args); err != nil {
		return err
	}
	settings, err := loadSettings(ctx, config.WithRegion(*region))
	if err != nil {
		return err
	}
	var s ledger.Sight
	if o.Address == "" {
		s, err = checkThere(ctx, lambda.NewFromConfig(settings), *function)
	} else {
		o.Region, o.Credentials = settings.Region, settings.Credentials
		l := ledger.New(o)
		defer l.Close()
		s, err = l.Check(ctx)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s, %s, as user %s\nwrote %s\nread  %s, after %.1f ms\n%d paths were invalidated this month\n",
		s.Address, s.Server, s.User, s.Wrote, s.Read, s.Milliseconds, s.Spent)
	return nil
}

// checkThere asks the purge function to check the ledger, and returns what it saw.
func checkThere(ctx context.Context, client *lambda.Client, function string) (s ledger.Sight, err error) {
	payload, err := json.Marshal(request.Request{Action: request.CheckLedger})
	if err != nil {
		return s, err
	}
	out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: payload})
	if err != nil {
		return s, err
	}
	if out.FunctionError == nil {
		return s, json.Unmarshal(out.Payload, &s)
	}
	var failed struct{ ErrorMessage string }
	if err := json.Unmarshal(out.Payload, &failed); err != nil {
		return s, err
	}
	return s, fmt.Errorf("the function %s says: %s", function, failed.ErrorMessage)
}
