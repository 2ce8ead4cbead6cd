package main

import (
	"github.com/edgeresize/edgeresize/deploy/account/pause"
	"github.com/edgeresize/edgeresize/deploy/pack"
)

// Tests of many commands put others in the place of these: they build no binaries and
// wait for nothing.
var (
	findCheckout = pack.Checkout
	makePackage  = pack.Make
	makeRegional = pack.MakeRegional
	wait         = pause.For
)
