package fakefacts

import (
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
)

// TestCallbacks checks that what CloudFront calls while the server is locked does not wait
// for a request, which may wait for the server. Otherwise this test hangs.
func TestCallbacks(t *testing.T) {
	server := fakeaws.New()
	distributions := fakecloudfront.New(server, fakelambda.New(server))
	e := New(distributions, fakelogs.New(server), fakes3.New(server), "E1", "originals", nil)
	e.mu.Lock() // as a request does
	defer e.mu.Unlock()
	server.Lock()
	defer server.Unlock()
	before := distributions.Now()
	e.Pass(time.Minute)
	distributions.Invalidated("E1", []string{"/a"})
	if passed := distributions.Now().Sub(before); passed != time.Minute || len(e.invalidated) != 1 {
		t.Errorf("%v have passed, %q was invalidated", passed, e.invalidated)
	}
}
