package cloudfront_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// underEvery runs a test in a world of each reading, whose time passes by
// sleeping.
func underEvery(t *testing.T, f func(w *world)) {
	t.Helper()
	for i, readings := range cloudfront.PairwiseReadings() {
		t.Run(fmt.Sprint("readings ", i), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer time.Sleep(slack) // requests under way must end in the bubble
				f(newWorld(t, rand.New(rand.NewPCG(uint64(i), 1)), readings))
			})
		})
	}
}

// What was cached before the function was attached becomes a variant once it is
// invalidated, be it validated by S3 for ever.
func TestAttached(t *testing.T) {
	underEvery(t, func(w *world) {
		w.attach(unattached)
		for range 5 {
			w.plain(sizes[1])
			time.Sleep(fresh)
		}
		w.attach(0)
		w.invalidate("/*")
		w.present(sizes[1])
	})
}

// A variant of an older config is gone once its time is over, though the original
// is the same for ever, and the original itself stays in the cache by 304.
func TestOlderConfig(t *testing.T) {
	underEvery(t, func(w *world) {
		w.store.control = "max-age=60"
		for _, size := range sizes {
			w.present(size)
		}
		w.attach(1)
		for range 3 {
			time.Sleep(fresh + whileStale)
			for _, size := range sizes {
				w.present(size)
			}
		}
		time.Sleep(fresh)
		got, _ := w.ask("GET", "")
		if xCache := got.Header.Get("X-Cache"); xCache != "RefreshHit from cloudfront" {
			w.failf("the original: %s", xCache)
		}
	})
}

// A failure is over after its time, whoever asked while it lasted, and for what.
func TestFailuresPass(t *testing.T) {
	for reason, stays := range map[edge.Reason]time.Duration{edge.S3Failed: transient, edge.S3Denied: lasting} {
		t.Run(string(reason), func(t *testing.T) {
			underEvery(t, func(w *world) {
				w.trouble(nil, reason)
				for range 4 {
					w.ranged(sizes[1])
					w.head(sizes[1])
					w.plain(sizes[1])
				}
				w.trouble(nil, "")
				time.Sleep(stays + slack)
				w.present(sizes[1])
				w.ranged(sizes[1])
				w.present(sizes[1])
			})
		})
	}
}

// A picture that is not there is asked for again after a short time and not
// before, by whichever page of the guide, and seen as soon as it is there.
func TestMissing(t *testing.T) {
	underEvery(t, func(w *world) {
		w.store.control = ""
		if err := os.Remove(w.store.file); err != nil {
			t.Fatal(err)
		}
		for _, size := range sizes {
			for _, cached := range []bool{false, true} {
				got, _ := w.ask("GET", size)
				if got.StatusCode != http.StatusForbidden || (got.Header.Get("Age") != "") != cached {
					w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
				}
			}
		}
		w.upload()
		time.Sleep(transient)
		for _, size := range sizes {
			w.present(size)
		}
	})
}
