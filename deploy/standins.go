package main

import (
	"net/http"

	"github.com/edgeresize/edgeresize/deploy/account/pause"
	"github.com/edgeresize/edgeresize/deploy/pack"
)

// Tests replace these, so as to build no binaries and wait for nothing.
var (
	findCheckout = pack.Checkout
	makePackage  = pack.Make
	makeRegional = pack.MakeRegional
	wait         = pause.For
	// viewers, where set, sends the requests of viewers.
	viewers http.RoundTripper
)
