package cloudfront_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// Times of the world, which are short so that all of them pass in a test.
const (
	fresh      = 60 * time.Second
	whileStale = 20 * time.Second // stale_while_revalidate_s
	maxTTL     = 150 * time.Second
	transient  = 10 * time.Second
	lasting    = 30 * time.Second
	errorTTL   = 10 * time.Second
	// slack is more than a request takes.
	slack = 2 * time.Second
)

// sizes are asked for, "" for the original.
var sizes = []string{"", "width=20&height=10", "width=48&height=36"}

// unattached stands for the number of a config where there is no function.
const unattached = -1

// configs are of two deployments whose variants differ.
func configs() [2]edge.Config {
	first := edge.DefaultConfig()
	first.TransientMaxAgeS, first.LastingMaxAgeS = int(transient.Seconds()), int(lasting.Seconds())
	first.StaleWhileRevalidateS = int(whileStale.Seconds())
	second := first
	second.Quality = 50
	return [2]edge.Config{first, second}
}

// state is what there was from a time on.
type state struct {
	from    time.Time
	version int
	config  int
}

// world is a distribution before a bucket with one picture, the real function in
// it, and all that has happened.
type world struct {
	t        *testing.T
	rand     *rand.Rand
	store    *store
	d        *cloudfront.Distribution
	handlers [2]*edge.Handler

	mu          sync.Mutex
	config      int
	failures    []failure
	history     []state
	invalidated time.Time
	lastDown    time.Time // when CloudFront could not reach S3 last
	lastMatch   time.Time // when a viewer last sent a condition that may lead to 412
	etags       []string  // seen, and some that were not
	files       map[string]*file
	steps       []string
}

// failure is one of the function.
type failure struct {
	at    time.Time
	stays time.Duration
}

// file is what is known of the bytes of one ETag.
type file struct {
	total int
	known map[int]byte
}

func newWorld(t *testing.T, r *rand.Rand, readings cloudfront.Readings) *world {
	t.Helper()
	w := &world{t: t, rand: r, store: newStore(t), files: map[string]*file{}, etags: []string{`"else"`}}
	w.store.control = []string{"max-age=60", "max-age=60", "", "max-age=60, stale-if-error=20", `max-age=60, private="X-Secret"`}[r.IntN(5)]
	for i, cfg := range configs() {
		w.handlers[i] = edge.New(cfg, w.store, 0, slog.New(slog.DiscardHandler))
	}
	w.d = cloudfront.New(cloudfront.Origin{
		Description: edge.Origin{S3: &edge.S3Origin{
			AuthMethod: "none", CustomHeaders: edge.Headers{}, Region: storedRegion,
			DomainName: storedBucket + ".s3." + storedRegion + ".amazonaws.com",
		}},
		Base:      &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/" + storedBucket},
		Transport: w.store,
	}, w.invoke, 1<<20)
	w.d.Readings, w.d.TagHeader = readings, tagHeader
	w.d.Policy.DefaultTTL, w.d.Policy.MaxTTL, w.d.Policy.ErrorTTL = fresh, maxTTL, errorTTL
	w.upload()
	return w
}

// invoke is the function that is attached, which takes its time and puts a tag on
// every answer.
func (w *world) invoke(ctx context.Context, event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	w.mu.Lock()
	config := w.config
	w.mu.Unlock()
	time.Sleep(latency(e.Records[0].CF.Request))
	if config == unattached {
		return tagged(e.Records[0].CF.Response)
	}
	answer, outcome, err := w.handlers[config].Handle(ctx, event)
	if err != nil {
		return nil, "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch outcome.Reason.Lifetime() {
	case edge.Transient:
		w.failures = append(w.failures, failure{time.Now(), transient})
	case edge.Lasting:
		w.failures = append(w.failures, failure{time.Now(), lasting})
	}
	var response edge.Response
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, "", err
	}
	return tagged(response)
}

// latency is how long the function takes, less than a second. It follows from the
// request and the time, so that a seed has one course whichever of two goroutines
// is the first.
func latency(r edge.Request) time.Duration {
	h := fnv.New32a()
	fmt.Fprint(h, r.Method, r.QueryString, r.Headers.Get("Range"), time.Now().UnixNano())
	return time.Duration(h.Sum32()%900) * time.Millisecond
}

// tagHeader names the header of cache tags.
const tagHeader = "X-Photo-Tag"

func tagged(response edge.Response) ([]byte, string, error) {
	response.Headers.Set(tagHeader, "photo:1")
	answer, err := json.Marshal(response)
	return answer, "", err
}

// note writes a step down, for the report of a failure.
func (w *world) note(format string, values ...any) {
	w.steps = append(w.steps, fmt.Sprintf("%7.2f ", time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).Seconds())+fmt.Sprintf(format, values...))
}

func (w *world) failf(format string, values ...any) {
	w.t.Helper()
	last := w.steps[max(0, len(w.steps)-40):]
	w.t.Fatalf("%s\nCache-Control of the original: %q, readings %+v\n%s", fmt.Sprintf(format, values...), w.store.control, w.d.Readings, strings.Join(last, "\n"))
}

// change adds to the history.
func (w *world) change(version, config int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.config = config
	w.history = append(w.history, state{time.Now(), version, config})
}

func (w *world) now() state {
	if len(w.history) == 0 {
		return state{version: -1}
	}
	return w.history[len(w.history)-1]
}

// upload replaces the original. S3 tells two uploads within a second not apart by
// their dates.
func (w *world) upload() {
	time.Sleep(time.Second)
	last := w.now()
	w.note("upload %d", last.version+1)
	w.store.put(w.t, photos()[(last.version+1)%len(photos())])
	w.change(last.version+1, last.config)
}

// attach changes the function, by number of its config.
func (w *world) attach(config int) {
	w.note("attach %d", config)
	w.change(w.now().version, config)
}

// invalidate removes everything, by one of several items. Requests that are
// under way are waited for.
func (w *world) invalidate(item string) {
	time.Sleep(slack)
	w.note("invalidate %s", item)
	if err := w.d.Invalidate(item); err != nil {
		w.t.Fatal(err)
	}
	w.invalidated = time.Now()
}

// oldest is since when things may be in the cache.
func (w *world) oldest() time.Time {
	life := fresh + whileStale + slack
	if time.Since(w.lastDown) < errorTTL+slack {
		life = fresh + maxTTL + slack
	}
	oldest := time.Now().Add(-life)
	if w.invalidated.After(oldest) {
		return w.invalidated
	}
	return oldest
}

// since are the states that there were at some time since then.
func (w *world) since(then time.Time) []state {
	for i, s := range slices.Backward(w.history) {
		if !s.from.After(then) {
			return w.history[i:]
		}
	}
	return w.history
}

// right are the bodies that a plain GET of a size may have.
func (w *world) right(size string) map[string]string {
	allowed := map[string]string{}
	originals := size == ""
	for _, s := range w.since(w.invalidated) {
		originals = originals || s.config == unattached
	}
	w.mu.Lock()
	for _, f := range w.failures {
		since := time.Since(f.at)
		if time.Since(w.lastDown) < errorTTL+slack {
			since -= maxTTL
		}
		originals = originals || since < f.stays+slack && f.at.Add(slack).After(w.invalidated)
	}
	w.mu.Unlock()
	states := w.since(w.oldest())
	for _, s := range states {
		if originals {
			allowed[string(photos()[s.version%len(photos())])] = fmt.Sprint("original ", s.version)
		}
		for _, with := range states {
			if size != "" && with.config != unattached {
				allowed[string(variant(s.version%len(photos()), size, with.config))] = fmt.Sprintf("variant of %d by config %d", s.version, with.config)
			}
		}
	}
	return allowed
}

// variants are those of the photos, by number, size and config.
var (
	variantsMu sync.Mutex
	variants   = map[string][]byte{}
)

// variant is what a fresh function makes of a photo.
func variant(photo int, size string, config int) []byte {
	variantsMu.Lock()
	defer variantsMu.Unlock()
	k := fmt.Sprint(photo, size, config)
	if v, ok := variants[k]; ok {
		return v
	}
	original := photos()[photo]
	h := edge.New(configs()[config], source(func() ([]byte, error) { return original, nil }), 0, slog.New(slog.DiscardHandler))
	event, err := json.Marshal(edge.Event{Records: []edge.Record{{CF: edge.CF{
		Request: edge.Request{Method: "GET", URI: "/" + storedKey, QueryString: size, Headers: edge.Headers{}, Origin: &edge.Origin{S3: &edge.S3Origin{
			DomainName: storedBucket + ".s3." + storedRegion + ".amazonaws.com", Region: storedRegion,
		}}},
		Response: edge.Response{Status: "200", StatusDescription: "OK", Headers: edge.Headers{}},
	}}}})
	if err != nil {
		panic(err)
	}
	response, outcome, err := h.Handle(context.Background(), event)
	if err != nil || outcome.Reason != "" {
		panic(fmt.Sprint(outcome, outcome.Err, err))
	}
	result, err := cloudfront.Check(response, edge.Response{Headers: edge.Headers{}})
	if err != nil {
		panic(err)
	}
	variants[k] = result.Body
	return result.Body
}

// learn holds what a viewer got against all that was got by the same ETag, by
// whatever URL: a variant's is its own.
func (w *world) learn(etag string, first, total int, body []byte) {
	w.t.Helper()
	if etag == "" {
		return
	}
	w.etags = append(w.etags, etag)
	f := w.files[etag]
	if f == nil {
		f = &file{total, map[int]byte{}}
		w.files[etag] = f
	}
	if f.total != total {
		w.failf("%s is of %d bytes and of %d", etag, f.total, total)
	}
	for i, b := range body {
		if known, ok := f.known[first+i]; ok && known != b {
			w.failf("%s has two different bytes at %d", etag, first+i)
		}
		f.known[first+i] = b
	}
}

// named says which of the bodies one is.
func named(allowed map[string]string, body []byte) string {
	if name, ok := allowed[string(body)]; ok {
		return name
	}
	return ""
}

// cutFrom reports whether a piece is one of one of the bodies.
func cutFrom(allowed map[string]string, first, total int, piece []byte) bool {
	for body := range allowed {
		if len(body) == total && first+len(piece) <= total && bytes.Equal([]byte(body[first:first+len(piece)]), piece) {
			return true
		}
	}
	return false
}
