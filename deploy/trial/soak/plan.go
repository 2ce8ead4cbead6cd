package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// A seed decides everything, whoever comes first: the nth request is for the same URL,
// whichever viewer makes it, and the nth request to S3 for an object meets the same fault,
// whenever it arrives.

// source returns random numbers that depend on a seed and their use alone.
func source(seed uint64, use ...any) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%d %q", seed, use))))
}

// planRequests returns for each request the index of its URL, below urls.
func planRequests(seed uint64, requests, urls int) []int {
	random := source(seed, "requests")
	plan := make([]int, requests)
	for i := range plan {
		plan[i] = random.IntN(urls)
	}
	return plan
}

// planPictures returns the pairs to ask a function of memoryMB for, each once before any
// comes again.
func planPictures(seed uint64, memoryMB, pictures int, load []pair) []pair {
	random := source(seed, "pictures", memoryMB)
	load = slices.Clone(load)
	var plan []pair
	for len(plan) < pictures {
		random.Shuffle(len(load), func(i, j int) { load[i], load[j] = load[j], load[i] })
		plan = append(plan, load...)
	}
	return plan[:pictures]
}

// planFault returns the fault that the nth request for an object and range meets, nil for
// none. Each of the faults comes at rate.
func planFault(seed uint64, object string, n int, rate float64) *s3fault.Fault {
	i := int(source(seed, "fault", object, n).Float64() / rate)
	if i >= len(faults) {
		return nil
	}
	return &faults[i]
}
