package main

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// faults are those that a run of traffic mixes in.
var faults = []s3fault.Fault{
	s3fault.Reset, s3fault.Hang, s3fault.HangInBody, s3fault.Trickle, s3fault.ShortBody, s3fault.WrongLength,
	s3fault.Denied, s3fault.Missing, s3fault.Changed, s3fault.Unsatisfiable, s3fault.Failing, s3fault.Throttled,
	s3fault.Expired, s3fault.AnotherRegion, s3fault.MalformedError,
}

// faulty is an S3 that fails now and then.
type faulty struct {
	next http.Handler
	seed uint64
	// rate is the share of requests that meet a given fault; 0 while S3 is well.
	rate float64

	mu       sync.Mutex
	asked    map[string]int // requests by object and range, since rate is not 0
	happened atomic.Int64   // faults
}

// ServeHTTP answers one request.
func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if chosen := f.choose(r); chosen != nil {
		f.happened.Add(1)
		chosen.Serve(f.next, w, r)
		return
	}
	f.next.ServeHTTP(w, r)
}

// choose returns the fault that a request meets, nil for none.
func (f *faulty) choose(r *http.Request) *s3fault.Fault {
	if f.rate == 0 {
		return nil
	}
	object := r.URL.Path + " " + r.Header.Get("Range")
	f.mu.Lock()
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	n := f.asked[object]
	f.asked[object]++
	f.mu.Unlock()
	return planFault(f.seed, object, n, f.rate)
}
