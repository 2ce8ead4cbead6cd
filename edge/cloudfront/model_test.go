package cloudfront

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Whatever viewers, time, the bucket and invalidations do, in any order and
// under every reading of the guide: a viewer gets a body that the bucket had
// while responses are fresh and since the last invalidation. The body has the
// size that was asked for. An answer that is not a hit has the bucket's current
// body.
func TestModel(t *testing.T) {
	for i, readings := range PairwiseReadings() {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("readings %d/seed %d", i, seed), func(t *testing.T) {
				timed(t, func(t *testing.T) { runModel(t, rand.New(rand.NewPCG(seed, uint64(i))), readings) })
			})
		}
	}
}

const maxAge = 60 * time.Second

func runModel(t *testing.T, r *rand.Rand, readings Readings) {
	b := &bucket{header: http.Header{"Cache-Control": {fmt.Sprintf("max-age=%d", int(maxAge.Seconds()))}}}
	d := newDistribution(b, shouts)
	d.Readings, d.OriginRequest.AllQueryStrings = readings, true
	d.Viewer = leaves(func(r *ViewerRequest) { r.Query = r.Query[strings.Index(r.Query, "width="):] })
	if r.IntN(2) == 0 {
		d.cache.limit = 2 * (overhead + 100) // evicts
	}
	versions := []time.Time{} // when each version was uploaded
	upload := func() {
		time.Sleep(time.Second) // dates tell versions apart by seconds
		versions = append(versions, time.Now())
		b.set(func(b *bucket) { b.body, b.at = fmt.Sprint("v", len(versions)), time.Now() })
	}
	upload()
	var invalidated time.Time
	for range 100 {
		time.Sleep(time.Millisecond)
		switch r.IntN(8) {
		case 0:
			upload()
		case 1, 2:
			time.Sleep(time.Duration(r.IntN(40)) * time.Second)
		case 3:
			invalidated = time.Now()
			if err := d.Invalidate("/a.jpg*"); err != nil {
				t.Fatal(err)
			}
		default:
			oldest := time.Now().Add(-maxAge)
			if invalidated.After(oldest) {
				oldest = invalidated
			}
			checkModel(t, d, r, versions, oldest)
		}
		if d.cache.size > d.cache.limit {
			t.Fatalf("%d bytes in the cache", d.cache.size)
		}
	}
}

// checkModel asks for one of three sizes and checks the answer.
func checkModel(t *testing.T, d *Distribution, r *rand.Rand, versions []time.Time, oldest time.Time) {
	t.Helper()
	query := fmt.Sprint("width=", r.IntN(3))
	got := ask(d, "GET", fmt.Sprintf("/a.jpg?v=%d&%s", r.IntN(1000), query))
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	first := len(versions) - 1 // the oldest version that may be served
	if got.Header.Get("X-Cache") == hit {
		for first > 0 && versions[first].After(oldest) {
			first--
		}
	}
	for i := first; i < len(versions); i++ {
		if string(body) == fmt.Sprintf(`RESIZED "%x" %s`, fmt.Sprint("v", i+1), query) {
			return
		}
	}
	t.Fatalf("%s for %s: got %q; want version %d to %d", got.Header.Get("X-Cache"), query, body, first+1, len(versions))
}
