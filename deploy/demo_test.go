package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// keep is for people who go on from README's commands with their own.
var keep = flag.Bool("keep", false, "after README's commands leave ministack running until Ctrl-C")

// keepRunning prints how another terminal speaks to ministack, and returns once this
// process is interrupted. distribution serves picture.
func keepRunning(t *testing.T, distribution, picture string) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupted)
	fmt.Printf(`
The emulation goes on running until Ctrl-C. To type commands yourself, paste into another
terminal, in this checkout:

  export AWS_ENDPOINT_URL=%s AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s
  unset AWS_PROFILE AWS_SESSION_TOKEN
  export PATH=%q:"$PATH"

Then, for instance:

  aws cloudfront list-distributions
  go run ./deploy prepare -distribution %s
  go run ./deploy publish
  go run ./deploy attach -distribution %[5]s -url %s -dry-run
`, os.Getenv("AWS_ENDPOINT_URL"), ministackKey, ministackSecret, emulator, distribution, picture)
	select {
	case <-interrupted:
	case <-t.Context().Done():
	}
}
