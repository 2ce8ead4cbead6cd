package purge_test

import (
	"net/http"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// An object's paths take two invalidations. If the second is throttled, or the function
// killed before it, the object is redelivered and the first is not made again.
func TestThrottledWithinAnObject(t *testing.T) {
	w := newWorld(t)
	w.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.N == 0 || c.N > 4 {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "Throttling"}}
	}
	b := queued(start, "a b.jpg", "c.jpg")
	w.check(w.Purge(t.Context(), b), "/a%20b.jpg*", "m0", "m1")
	// In another batch, with another plan.
	b = queued(start, "c.jpg", "a b.jpg", "d.jpg")
	r := w.Purge(t.Context(), b)
	w.check(r, "/a%20b.jpg*\n/c.jpg*\n/a+b.jpg*\n/d.jpg*")
	if r.Invalidations != 3 || r.Paths != 3 {
		t.Errorf("got %+v", r)
	}
}

// If CloudFront refuses one path of an object, the other is invalidated.
func TestRefusedWithinAnObject(t *testing.T) {
	w := newWorld(t)
	w.refuse(1, http.StatusBadRequest, "InvalidArgument")
	w.check(w.Purge(t.Context(), queued(start, "a b.jpg", "c.jpg")), "/a+b.jpg*\n/c.jpg*", "m0")
}
