package main

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack"
)

// Tests of many commands put others in the place of these: they build no binaries and
// wait for nothing.
var (
	findCheckout = pack.Checkout
	makePackage  = pack.Make
	makeRegional = pack.MakeRegional
	wait         = sleep
)

// sleep lets a time pass, or less if ctx is done before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
