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

// underEvery runs a test under each reading, in a world whose time passes by
// sleeping.
func underEvery(t *testing.T, f func(w *world)) {
	t.Helper()
	for i, readings := range cloudfront.PairwiseReadings() {
		t.Run(fmt.Sprint("readings ", i), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer time.Sleep(slack) // running requests must end in the bubble
				f(newWorld(t, rand.New(rand.NewPCG(uint64(i), 1)), readings))
			})
		})
	}
}

// A response that was cached before the function was attached becomes a variant
// after an invalidation, even if S3 keeps confirming it.
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

// A variant of an older config disappears when its time is over, although the
// original never changes and stays in the cache by 304.
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

// A failure ends after its time, whatever viewers have asked for in the
// meantime.
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

// A missing picture is requested again after a short time and not before, by
// either page of the guide, and served once it exists.
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
