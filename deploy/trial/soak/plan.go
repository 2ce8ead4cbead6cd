package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// What a seed decides does not depend on who comes first: whichever viewer makes
// the nth request, it is for the same URL, and whenever the nth request for an
// object reaches S3, it meets the same fault.

// source returns random numbers that a seed and what they are for decide.
func source(seed uint64, use ...any) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%d %q", seed, use))))
}

// planRequests returns which of so many URLs each request is for.
func planRequests(seed uint64, requests, urls int) []int {
	random := source(seed, "requests")
	plan := make([]int, requests)
	for i := range plan {
		plan[i] = random.IntN(urls)
	}
	return plan
}

// planPictures returns what is asked of a function of so many MB, each pair once
// before any comes again.
func planPictures(seed uint64, mb, pictures int, load []pair) []pair {
	random := source(seed, "pictures", mb)
	load = slices.Clone(load)
	var plan []pair
	for len(plan) < pictures {
		random.Shuffle(len(load), func(i, j int) { load[i], load[j] = load[j], load[i] })
		plan = append(plan, load...)
	}
	return plan[:pictures]
}

// planFault returns which of the faults the nth request for an object, or for a
// range of it, meets, where each comes at a rate; nil is none.
func planFault(seed uint64, object string, n int, rate float64) *s3fault.Fault {
	i := int(source(seed, "fault", object, n).Float64() / rate)
	if i >= len(faults) {
		return nil
	}
	return &faults[i]
}
