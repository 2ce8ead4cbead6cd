package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// viewers is the number of viewers that ask at a time, and of sandboxes.
const viewers = 8

// trafficQueries are the query strings to ask for each picture with.
var trafficQueries = []string{
	"", "?width=40&height=30", "?width=64&height=20", "?width=20&height=20", "?width=33&height=47",
	"?width=0&height=20", "?width=abc&height=20", "?width=9999&height=9999", "?width=20",
}

// soakTraffic lets many viewers ask at once, with and without faults of S3, and compares.
func soakTraffic(ctx context.Context, s settings) error {
	root, err := pack.Checkout(ctx, ".")
	if err != nil {
		return err
	}
	originals := filepath.Join(root, "testdata", "originals")
	site, err := newSite(originals, s.seed)
	if err != nil {
		return err
	}
	defer site.close()
	urls, err := site.urls(originals)
	if err != nil {
		return err
	}
	expected, err := site.firstPass(ctx, urls)
	if err != nil {
		return err
	}
	site.settle()
	before := resources{runtime.NumGoroutine(), descriptors()}
	site.faults.rate = 0.01
	t := &tally{}
	start := time.Now()
	if err := site.crowd(ctx, s, urls, expected, t); err != nil {
		return err
	}
	took := time.Since(start)
	after := site.settleTo(before)

	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(s.out, "\n%d requests of %d viewers at a time for %d URLs in %.0f s; 1%% of each of %d faults of S3\n\n",
		s.requests, viewers, len(urls), took.Seconds(), len(faults))
	fmt.Fprintln(w, "faults\tas in the first pass\toriginal for a while\terrors\tgoroutines\tdescriptors\t")
	fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d to %d\t%d to %d\t\n", site.faults.happened.Load(), t.same.Load(), t.transient.Load(),
		t.wrong.Load(), before.goroutines, after.goroutines, before.descriptors, after.descriptors)
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case t.wrong.Load() > 0:
		return fmt.Errorf("%d wrong answers, the first: %w", t.wrong.Load(), t.first)
	case after.goroutines > before.goroutines || after.descriptors > before.descriptors:
		return errors.New("goroutines or file descriptors leaked")
	case site.faults.happened.Load() == 0:
		return errors.New("no fault of S3 happened: give more -requests")
	}
	return nil
}

// answered is a response to a viewer.
type answered struct {
	status    int
	mediaType string
	sum       [sha256.Size]byte
	transient string // the reason for which the original was served for a while
}

// get asks for a URL.
func get(ctx context.Context, url string) (answered, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answered{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answered{response.StatusCode, response.Header.Get("Content-Type"), sha256.Sum256(body), response.Header.Get("X-Transient")}, err
}

// firstPass asks once for each URL while S3 is well, and returns the responses by URL.
func (s *site) firstPass(ctx context.Context, urls []string) (map[string]answered, error) {
	expected := map[string]answered{}
	for _, url := range urls {
		a, err := get(ctx, url)
		if err != nil {
			return nil, err
		}
		if a.status != http.StatusOK || a.transient != "" {
			return nil, fmt.Errorf("first pass: %s: status %d, %s", url, a.status, a.transient)
		}
		expected[url] = a
	}
	return expected, nil
}

// tally counts responses.
type tally struct {
	same, transient, wrong atomic.Int64
	once                   sync.Once
	first                  error // the first that was wrong
}

// add counts the response got to url, given the responses of the first pass.
func (t *tally) add(url string, got answered, expected map[string]answered) {
	original := expected[urlWithoutQuery(url)]
	switch {
	case got == expected[url]:
		t.same.Add(1)
	case got.status == http.StatusOK && got.sum == original.sum && got.mediaType == original.mediaType && got.transient != "":
		t.transient.Add(1)
	default:
		t.wrong.Add(1)
		t.once.Do(func() {
			t.first = fmt.Errorf("%s: status %d of type %s, %q; want status %d of type %s", url,
				got.status, got.mediaType, got.transient, expected[url].status, expected[url].mediaType)
		})
	}
}

// urlWithoutQuery returns a URL without its query string.
func urlWithoutQuery(u string) string {
	parsed, err := url.Parse(u)
	if err != nil {
		return u
	}
	parsed.RawQuery = ""
	return parsed.String()
}

// crowd asks for URLs as planned, and tallies the responses. The distribution's clock
// advances with the requests, so that what was cached for a while expires.
func (s *site) crowd(ctx context.Context, set settings, urls []string, expected map[string]answered, t *tally) error {
	var asked atomic.Int64
	line := progress.Start(set.progress, set.requests)
	defer line.End()
	plan := planRequests(set.seed, set.requests, len(urls))
	group, ctx := errgroup.WithContext(ctx)
	for range viewers {
		group.Go(func() error {
			for {
				n := asked.Add(1)
				if n > int64(set.requests) {
					return nil
				}
				line.Report(int(n)-1, "requests, %d answers wrong", t.wrong.Load())
				if n%10 == 0 {
					s.elapsed.Add(1)
				}
				url := urls[plan[n-1]]
				got, err := get(ctx, url)
				if err != nil {
					return fmt.Errorf("%s: %w", url, err)
				}
				t.add(url, got, expected)
			}
		})
	}
	return group.Wait()
}
