package invalidate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
)

func TestBatches(t *testing.T) {
	for given, want := range map[string]string{
		"":                          "",
		"/a":                        "/a",
		"/a /b /a":                  "/a /b",
		"/a* /b /c*":                "/a* /b|/c*",
		"/a* /ab /ab* /a /a*":       "/a*",
		"/* /a* /b":                 "/*",
		"#a* #b /b":                 "#a* #b /b",
		"/a* #a":                    "/a* #a",
		"#Tag /Tag #tAG":            "#tag /Tag",
		"/a*b /a*bc /a*":            "/a*",
		"/1* /2* /3*":               "/1*|/2*|/3*",
		"/photo.jpg /photo.jpg*":    "/photo.jpg*",
		"/b /a/x.jpg /a/* /c* /a/y": "/a/* /b|/c*",
	} {
		var got []string
		for _, batch := range invalidate.Batches(strings.Fields(given)) {
			got = append(got, strings.Join(batch, " "))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: got %q, want %q", given, got, want)
		}
	}
}

// random returns paths and tags, some of them twice and some below others.
func random(r *rand.Rand) (items []string) {
	for range r.IntN(500) {
		item := fmt.Sprintf("/%d/%d", r.IntN(20), r.IntN(400))
		switch r.IntN(20) {
		case 0:
			item += "*"
		case 1:
			item = "#" + item
		}
		items = append(items, item)
	}
	return items
}

// TestBatchesOfMany wants every item in a batch or covered by an item in one, and no
// batch too large.
func TestBatchesOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 200 {
		items := random(r)
		batches := invalidate.Batches(items)
		all := slices.Concat(batches...)
		for _, batch := range batches {
			wild := len(slices.DeleteFunc(slices.Clone(batch), func(i string) bool { return i[0] == '#' || !strings.HasSuffix(i, "*") }))
			if len(batch) == 0 || len(batch) > invalidate.MaxItems || wild > 1 {
				t.Fatalf("a batch of %d, %d of them wild", len(batch), wild)
			}
		}
		for _, item := range items {
			if !slices.ContainsFunc(all, func(has string) bool {
				prefix, wild := strings.CutSuffix(has, "*")
				return has == item || wild && has[0] == '/' && strings.HasPrefix(item, prefix)
			}) {
				t.Fatalf("%s is left out of %q", item, all)
			}
		}
		if n := len(all); n != len(slices.Compact(slices.Sorted(slices.Values(all)))) {
			t.Error("something is asked for twice")
		}
	}
}

// readings are the fake's quotas: each reading of the documentation, and both.
var readings = map[string]fakecloudfront.Quotas{
	"in progress": fakecloudfront.InProgress,
	"by second":   fakecloudfront.BySecond,
	"both":        fakecloudfront.InProgress | fakecloudfront.BySecond,
}

// TestPersistAll invalidates as many paths as the quotas allow, under each reading,
// with requests throttled and answers lost. Called again it must invalidate nothing
// twice.
func TestPersistAll(t *testing.T) {
	for name, quotas := range readings {
		t.Run(name, func(t *testing.T) {
			server, distributions, client := newClient(t)
			distributions.Quotas = quotas
			start := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
			var rested atomic.Int64
			distributions.Now = func() time.Time { return start.Add(time.Duration(rested.Load())) }
			client.Now = distributions.Now
			client.Rest = func(_ context.Context, d time.Duration) error { rested.Add(int64(d)); return nil }
			client.Wait = client.Rest
			var items []string
			for n := range invalidate.MaxSingle {
				items = append(items, fmt.Sprint("/", n, ".jpg"))
			}
			for n := range invalidate.MaxWildcards {
				items = append(items, fmt.Sprint("/w", n, "/*"))
			}
			server.Fault = func(c fakeaws.Call) fakeaws.Fault {
				switch c.N % 5 {
				case 1, 3:
					return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "Throttling"}}
				case 2:
					return fakeaws.Fault{Lost: fakeaws.AfterEffect}
				}
				return fakeaws.Fault{}
			}
			made, err := client.PersistAll(t.Context(), "a", items)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, i := range distributions.Invalidations(distribution) {
				all = append(all, i.Paths...)
			}
			if !slices.Equal(slices.Sorted(slices.Values(all)), slices.Sorted(slices.Values(items))) {
				t.Errorf("%d paths were invalidated of %d", len(all), len(items))
			}
			again, err := client.PersistAll(t.Context(), "a", items)
			if err != nil || invalidate.IDs(again) != invalidate.IDs(made) {
				t.Errorf("again: got %v, %v", again, err)
			}
		})
	}
}

func TestPersistAllRefuses(t *testing.T) {
	server, _, client := newClient(t)
	for _, paths := range [][]string{nil, numbered(16, "/*"), numbered(3001, "")} {
		if made, err := client.PersistAll(t.Context(), "a", paths); !errors.Is(err, invalidate.ErrPaths) || made != nil {
			t.Errorf("%d paths: got %v, %v", len(paths), made, err)
		}
	}
	if n := len(server.Calls()); n > 0 {
		t.Errorf("%d calls", n)
	}
	// An error comes with the invalidations made before it.
	server.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.N < 2 {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusForbidden, Code: "AccessDenied"}}
	}
	made, err := client.PersistAll(t.Context(), "a", numbered(4, "/*"))
	if len(made) != 2 || err == nil || !strings.Contains(err.Error(), "2 of 4 invalidations made") || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v, %v", made, err)
	}
}

// numbered returns n paths that end in suffix.
func numbered(n int, suffix string) (paths []string) {
	for i := range n {
		paths = append(paths, fmt.Sprint("/", i, suffix))
	}
	return paths
}

// TestPace wants a second between the end of a request and the next one, even if the
// clock jumps, and no request if there is no time for that.
func TestPace(t *testing.T) {
	server, _, client := newClient(t)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	client.Now = func() time.Time { return now }
	var rests []time.Duration
	client.Rest = func(_ context.Context, d time.Duration) error { rests = append(rests, d); return nil }
	for n, step := range []time.Duration{0, 300 * time.Millisecond, time.Second, -time.Hour, time.Hour, 0} {
		now = now.Add(step)
		if n == 5 { // an error of CloudFront's counts as a request
			server.Fault = func(fakeaws.Call) fakeaws.Fault {
				return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "Throttling"}}
			}
		}
		if _, err := client.Create(t.Context(), fmt.Sprint(n), []string{"/*"}); (err != nil) != (n == 5) {
			t.Fatal(err)
		}
	}
	if want := []time.Duration{700 * time.Millisecond, time.Second, time.Second}; !slices.Equal(rests, want) {
		t.Errorf("rested %v, want %v", rests, want)
	}
	calls := len(server.Calls())
	client.Rest = nil
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := client.Create(soon, "late", []string{"/*"}); !errors.Is(err, invalidate.ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if n := len(server.Calls()) - calls; n > 0 {
		t.Errorf("%d calls", n)
	}
}
