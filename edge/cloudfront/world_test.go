package cloudfront_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// Times of the world, short so that all of them pass in a test.
const (
	fresh      = 60 * time.Second
	whileStale = 20 * time.Second // as stale_while_revalidate_s
	maxTTL     = 150 * time.Second
	transient  = 10 * time.Second
	lasting    = 30 * time.Second
	errorTTL   = 10 * time.Second
	// slack is more than a request takes.
	slack = 2 * time.Second
)

// sizes are the sizes to ask for; "" is the original.
var sizes = []string{"", "width=20&height=10", "width=48&height=36"}

// unattached stands for a config's number when no function is attached.
const unattached = -1

// configs returns the configs of two deployments whose variants differ.
func configs() []edge.Config {
	first := edge.DefaultConfig()
	first.TransientMaxAgeS, first.LastingMaxAgeS = int(transient.Seconds()), int(lasting.Seconds())
	first.StaleWhileRevalidateS = int(whileStale.Seconds())
	second := first
	second.Quality = 50
	return []edge.Config{first, second}
}

// state is the state of the world from a time on.
type state struct {
	from    time.Time
	version int
	config  int
}

// world is a distribution with the real function, in front of a bucket with one
// picture, and the history of both.
type world struct {
	t        *testing.T
	rand     *rand.Rand
	store    *store
	d        *cloudfront.Distribution
	handlers []*edge.Handler

	mu          sync.Mutex
	config      int
	failures    []failure
	history     []state
	invalidated time.Time
	lastDown    time.Time // when CloudFront last could not reach S3
	lastMatch   time.Time // when a viewer last sent a condition that may lead to 412
	etags       []string  // seen, and some that never existed
	files       map[string]*file
	steps       []string
	// canonical says that a site's viewer function makes requests canonical.
	canonical bool
}

// failure is a failure of the function.
type failure struct {
	at    time.Time
	stays time.Duration
}

// file holds the known bytes of one ETag.
type file struct {
	total int
	known map[int]byte
}

func newWorld(t *testing.T, r *rand.Rand, readings cloudfront.Readings) *world {
	t.Helper()
	w := &world{t: t, rand: r, store: newStore(t), files: map[string]*file{}, etags: []string{`"else"`}}
	w.store.control = []string{"max-age=60", "max-age=60", "", "max-age=60, stale-if-error=20", `max-age=60, private="X-Secret"`}[r.IntN(5)]
	for _, cfg := range configs() {
		w.handlers = append(w.handlers, edge.New(cfg, w.store, 0, slog.New(slog.DiscardHandler)))
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
	if readings.Query == cloudfront.QueryOnlyIfAll { // without All no size is resized
		w.makeCanonical()
	}
	w.upload()
	return w
}

// makeCanonical puts a site's viewer function in front, and All behind it.
func (w *world) makeCanonical() {
	w.canonical = true
	canonical.Front(w.d, viewerrequest.SettingsOf(configs()[0]))
}

// url returns a URL of a size. With the viewer function it is one of many, some
// with extra parameters.
func (w *world) url(size string) string {
	path := "/" + storedKey
	if !w.canonical {
		return path + "?" + size
	}
	r := w.rand
	if size == "" {
		size = []string{"", "v=1", "width=asdf&height=10", "width=20", "width=0&height=0", "format=png", "acl"}[r.IntN(7)]
	} else {
		parts := strings.Split(size, "&")
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		size = strings.Join(parts, "&")
		size = []string{size, strings.ReplaceAll(size, "=", "=0"), strings.ReplaceAll(size, "=2", "=%32"), size + "&" + size}[r.IntN(4)]
	}
	size += []string{"", "", "&response-content-type=text/html", "&response-cache-control=max-age=31536000", "&versionId=1", "&format=bmp"}[r.IntN(6)]
	return []string{path, path, "/%61.jpg"}[r.IntN(3)] + "?" + size
}

// invoke calls the attached function. It takes some time and puts a tag on
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

// latency returns how long the function takes, less than a second. It depends
// only on the request and the time, so that a seed always gives the same
// course, whichever of two goroutines comes first.
func latency(r edge.Request) time.Duration {
	h := fnv.New32a()
	fmt.Fprint(h, r.Method, r.QueryString, r.Headers.Get("Range"), time.Now().UnixNano())
	return time.Duration(h.Sum32()%900) * time.Millisecond
}

// tagHeader is the header of cache tags.
const tagHeader = "X-Photo-Tag"

func tagged(response edge.Response) ([]byte, string, error) {
	response.Headers.Set(tagHeader, "photo:1")
	answer, err := json.Marshal(response)
	return answer, "", err
}

// note records a step for the report of a failure.
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

// upload replaces the original. It waits a second, because S3's dates do not
// tell two uploads within one apart.
func (w *world) upload() {
	time.Sleep(time.Second)
	last := w.now()
	w.note("upload %d", last.version+1)
	w.store.put(w.t, photos()[(last.version+1)%len(photos())])
	w.change(last.version+1, last.config)
}

// attach attaches the function with that config, by number.
func (w *world) attach(config int) {
	w.note("attach %d", config)
	w.change(w.now().version, config)
}

// invalidate removes everything by item. It first waits for running requests.
func (w *world) invalidate(item string) {
	time.Sleep(slack)
	w.note("invalidate %s", item)
	if err := w.d.Invalidate(item); err != nil {
		w.t.Fatal(err)
	}
	w.invalidated = time.Now()
}
