package purge_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

const distribution = "E1ABCDEFGHIJKL"

// start is just after the times of the recorded events.
var start = time.Date(2026, 3, 4, 5, 6, 10, 0, time.UTC)

// clock stands still except for Add.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a CloudFront and a function that purges it.
type world struct {
	*purge.Purger
	t          testing.TB
	clock      *clock
	aws        *fakeaws.Server
	cloudfront *fakecloudfront.CloudFront
	log        strings.Builder
	waits      []time.Duration
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: start}, aws: fakeaws.New()}
	w.cloudfront = fakecloudfront.New(w.aws, fakelambda.New(w.aws))
	w.cloudfront.Now = w.clock.Now
	w.cloudfront.Quotas = fakecloudfront.InProgress | fakecloudfront.BySecond
	if err := w.cloudfront.Add(distribution, "d1.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.aws)
	t.Cleanup(server.Close)
	key := w.aws.Credentials
	w.Purger = &purge.Purger{
		Client: &invalidate.Client{Distribution: distribution, API: cloudfront.New(cloudfront.Options{
			Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
			Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""),
		})},
		Mode: purge.Adaptive,
		Log:  slog.New(slog.NewTextHandler(&w.log, nil)),
		Now:  w.clock.Now,
	}
	w.Client.Now = w.clock.Now
	w.Client.Rest = func(_ context.Context, d time.Duration) error { w.clock.Add(d); return nil }
	// There is time for three more attempts.
	w.Client.Wait = func(_ context.Context, d time.Duration) error {
		if len(w.waits) == 3 {
			return context.DeadlineExceeded
		}
		w.waits = append(w.waits, d)
		return nil
	}
	return w
}

// tag gives the distribution cache tags and sets the function's mode to tag.
func (w *world) tag() {
	w.aws.Lock()
	defer w.aws.Unlock()
	w.cloudfront.Meddle(distribution, func(config string) string {
		return string(fakecloudfront.WithTags([]byte(config), "Edgeresize-Cache-Tag"))
	})
	w.Mode = purge.Tag
}

// recorded returns the batch of a recorded event.
func recorded(t testing.TB, name string) changes.Batch {
	t.Helper()
	data, err := os.ReadFile("../../testdata/events/purge/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := changes.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// queued returns changes from SQS, each in a message called m and its number.
func queued(at time.Time, keys ...string) changes.Batch {
	b := changes.Batch{Queued: true}
	for i, key := range keys {
		b.Changes = append(b.Changes, changes.Change{
			Bucket: "originals", Key: key, Time: at, Sequencer: fmt.Sprintf("%016X", at.UnixNano()), Message: fmt.Sprint("m", i),
		})
	}
	return b
}

// numbered returns n keys in a folder.
func numbered(folder string, n int) (keys []string) {
	for i := range n {
		keys = append(keys, fmt.Sprintf("%s/%d.jpg", folder, i))
	}
	return keys
}

// made returns the paths of all invalidations, one invalidation a line.
func (w *world) made() string {
	var all []string
	for _, i := range w.cloudfront.Invalidations(distribution) {
		all = append(all, strings.Join(i.Paths, " "))
	}
	return strings.Join(all, "\n")
}

// check checks the invalidations made so far and the messages to redeliver.
func (w *world) check(r purge.Report, made string, again ...string) {
	w.t.Helper()
	if got := w.made(); got != made {
		w.t.Errorf("invalidated\n%s\nwant\n%s", got, made)
	}
	if !slices.Equal(r.Again, again) {
		w.t.Errorf("brought again are %q, want %q", r.Again, again)
	}
	if w.t.Failed() {
		w.t.Logf("%+v\n%s", r, &w.log)
	}
}

func (w *world) refuse(n int, status int, code string) {
	w.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.N >= n {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: status, Code: code}}
	}
}

func TestRecordedEvents(t *testing.T) {
	const message = "00000000-0000-4000-8000-00000000000"
	for _, tt := range []struct {
		name, made string
		again      []string
		warned     bool
	}{
		{"s3-put", "/photos/cat.jpg*", nil, false},
		// No path can name the keys with a "+".
		{"s3-encoded-key", "/%E6%9D%B1%E4%BA%AC/caf%C3%A9%20100%25.jpg*\n/%E6%9D%B1%E4%BA%AC/caf%C3%A9+100%25.jpg*", nil, true},
		{"s3-removed", "/photos/cat.jpg*", nil, false},
		{"s3-delete-marker", "/photos/cat.jpg*", nil, false},
		{"s3-multipart-and-copy", "/a.jpg*\n/b.jpg*", nil, false},
		{"s3-lifecycle", "/old/a.jpg*\n/old/b.jpg*", nil, false},
		{"s3-nothing-changed", "", nil, false},
		{"s3-test-event", "", nil, false},
		{"s3-bad-escape", "/photos/cat.jpg*", nil, true},
		{"eventbridge-created", "", nil, true},
		{"eventbridge-deleted", "/photos/cat.jpg*", nil, false},
		{"sqs-s3", "/photos/cat.jpg*\n/photos/dog%201.jpg*\n/photos/dog+1.jpg*", nil, false},
		{"sqs-eventbridge", "/photos/red%20flower.jpg*\n/photos/red+flower.jpg*", nil, false},
		{"sqs-test-event", "", nil, false},
		{"sqs-partly-bad", "/photos/cat.jpg*\n/photos/dog.jpg*\n/photos/bird.jpg*", []string{message + "2", message + "4", message + "5"}, true},
		{"sqs-same-key", "/photos/cat.jpg*", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.Purge(t.Context(), recorded(t, tt.name))
			w.check(r, tt.made, tt.again...)
			if (r.Err != nil || len(r.Unnamed) > 0) != tt.warned || strings.Contains(w.log.String(), "level=WARN") != tt.warned {
				t.Errorf("got %v and logged %s", r.Err, &w.log)
			}
		})
	}
}

func TestModes(t *testing.T) {
	keys := append(numbered("a/b", 12), "c.jpg", "d.jpg", "e.jpg", "f.jpg")
	b := queued(start, keys...)
	for mode, want := range map[purge.Mode]string{
		purge.All:      "/*",
		purge.Adaptive: "/a/b/*\n/c.jpg*\n/d.jpg*\n/e.jpg*\n/f.jpg*",
	} {
		w := newWorld(t)
		w.Mode = mode
		w.check(w.Purge(t.Context(), b), want)
	}
	w := newWorld(t)
	w.Mode = purge.Each
	r := w.Purge(t.Context(), b)
	if n := len(w.cloudfront.Invalidations(distribution)); n != 15 || !slices.Equal(r.Again, []string{"m15"}) || !errors.Is(r.Err, invalidate.ErrFull) {
		t.Errorf("%d invalidations; again %q, for %v", n, r.Again, r.Err)
	}
	w.cloudfront.Complete(distribution)
	if r = w.Purge(t.Context(), changes.Batch{Queued: true, Changes: b.Changes[15:]}); r.Err != nil || !strings.HasSuffix(w.made(), "\n/f.jpg*") {
		t.Errorf("got %+v", r)
	}
}

func TestFilters(t *testing.T) {
	w := newWorld(t)
	w.Mapping = paths.Mapping{KeyPrefix: "media", URLPrefix: "/img", Suffixes: []string{".jpg"}}
	w.check(w.Purge(t.Context(), queued(start, "media/a.jpg", "media/a.txt", "other/a.jpg", "media/")), "/img/a.jpg*\n/media/a.jpg*")
}

// A redelivery makes no second invalidation, whether the first was of the same paths or
// of others.
func TestRedelivery(t *testing.T) {
	w := newWorld(t)
	b := recorded(t, "sqs-same-key")
	w.check(w.Purge(t.Context(), b), "/photos/cat.jpg*")
	w.clock.Add(time.Minute)
	w.check(w.Purge(t.Context(), b), "/photos/cat.jpg*")
	// The latest change alone, in another batch and in mode All.
	w.Mode = purge.All
	r := w.Purge(t.Context(), changes.Batch{Queued: true, Changes: b.Changes[:1]})
	w.check(r, "/photos/cat.jpg*")
	if r.Invalidations != 0 {
		t.Errorf("got %+v", r)
	}
	// Another function learns of it from CloudFront alone.
	other := anotherFunction(w)
	w.check(other.Purge(t.Context(), b), "/photos/cat.jpg*")
	other = anotherFunction(w)
	other.Mode = purge.Adaptive
	other.Mapping.URLPrefix = "/img" // other settings, other paths
	w.check(other.Purge(t.Context(), b), "/photos/cat.jpg*\n/img/photos/cat.jpg*\n/photos/cat.jpg*")
}

// A request whose answer was lost is made again.
func TestLostAnswer(t *testing.T) {
	w := newWorld(t)
	w.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		return fakeaws.Fault{Lost: []fakeaws.Lost{fakeaws.AfterEffect, fakeaws.BeforeEffect, fakeaws.Never}[min(c.N, 2)]}
	}
	w.check(w.Purge(t.Context(), queued(start, "a.jpg")), "/a.jpg*")
	if len(w.waits) != 2 {
		t.Errorf("waited %v", w.waits)
	}
}

func TestBacksOff(t *testing.T) {
	for _, tt := range []struct {
		status int
		code   string
	}{{400, "TooManyInvalidationsInProgress"}, {400, "Throttling"}, {503, "ServiceUnavailable"}, {500, "InternalError"}} {
		t.Run(tt.code, func(t *testing.T) {
			w := newWorld(t)
			w.refuse(3, tt.status, tt.code)
			w.check(w.Purge(t.Context(), queued(start, "a.jpg")), "/a.jpg*")

			w = newWorld(t)
			w.refuse(100, tt.status, tt.code)
			r := w.Purge(t.Context(), queued(start, "a.jpg", "b.jpg", "a.jpg"))
			w.check(r, "", "m0", "m1", "m2")
			if !strings.Contains(r.Err.Error(), tt.code) || len(w.aws.Calls()) != 4 {
				t.Errorf("got %v after %d calls", r.Err, len(w.aws.Calls()))
			}
			for _, d := range w.waits {
				if d < 0 || d > 8*time.Second {
					t.Errorf("waited %v", w.waits)
				}
			}
		})
	}
}

// Where there is no room for all, adaptive mode plans half of what is left.
func TestMakesDoWithFewer(t *testing.T) {
	w := newWorld(t)
	ten := numbered("old", 10)
	w.check(w.Purge(t.Context(), queued(start, ten...)), "/old/"+strings.Join([]string{
		"0.jpg*", "1.jpg*", "2.jpg*", "3.jpg*", "4.jpg*", "5.jpg*", "6.jpg*", "7.jpg*", "8.jpg*", "9.jpg*"}, "\n/old/"))
	w.waits = nil
	r := w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg", "b/3.jpg", "c/1.jpg", "c/2.jpg", "d.jpg"))
	// There is room for five. For the three others even fewer paths find none.
	if n := len(w.cloudfront.Invalidations(distribution)); n != 15 || !slices.Equal(r.Again, []string{"m5", "m6", "m7"}) {
		t.Errorf("%d invalidations, again %q", n, r.Again)
	}
	w.waits = nil
	w.Client.Wait = func(context.Context, time.Duration) error { w.cloudfront.Complete(distribution); return nil }
	r = w.Purge(t.Context(), queued(start, "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg", "b/3.jpg", "c/1.jpg", "c/2.jpg", "e.jpg"))
	// The five are not invalidated again.
	if r.Err != nil || !strings.HasSuffix(w.made(), "/b/3.jpg*\n/c/*\n/e.jpg*") || r.Invalidations != 2 {
		t.Errorf("got %+v and\n%s", r, w.made())
	}
}

// A permanent error is not tried again.
func TestGivesUp(t *testing.T) {
	w := newWorld(t)
	w.refuse(100, http.StatusForbidden, "AccessDenied")
	r := w.Purge(t.Context(), queued(start, "a.jpg", "b.jpg"))
	w.check(r, "", "m0", "m1")
	if len(w.aws.Calls()) != 1 || len(w.waits) != 0 || !strings.Contains(r.Err.Error(), "AccessDenied") {
		t.Errorf("%d calls, %v", len(w.aws.Calls()), r.Err)
	}
	w = newWorld(t)
	w.refuse(1, http.StatusBadRequest, "InvalidArgument")
	w.check(w.Purge(t.Context(), queued(start, "a.jpg", "b.jpg")), "/b.jpg*", "m0")
}
