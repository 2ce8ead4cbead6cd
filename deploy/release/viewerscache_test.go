package release

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// viewersCache is the cache of a site whose viewers ask for the same pictures all the time,
// so that what is invalidated too early is cached again. It keeps what is invalidated
// until the invalidation is complete, as some edge location may.
type viewersCache struct {
	distributions *fakecloudfront.CloudFront
	site          *fakesite.Site

	mu      sync.Mutex
	watched bool
	settled map[string]bool // the ids of the invalidations that have had their effect
}

// markHeader is the header that names the version which has answered.
const markHeader = "X-Version"

// marked adds the version to a function's answers.
func marked(f cloudfront.Function, version string) cloudfront.Function {
	return func(ctx context.Context, event []byte) ([]byte, string, error) {
		answer, note, err := f(ctx, event)
		if err != nil {
			return answer, note, err
		}
		var response edge.Response
		if err := json.Unmarshal(answer, &response); err != nil {
			return nil, note, err
		}
		response.Headers.Set(markHeader, version)
		answer, err = json.Marshal(response)
		return answer, note, err
	}
}

// sizedQuery is the query of the variant that viewers ask for.
const sizedQuery = "?width=100&height=80"

// watch makes the viewers ask, and again before each call to AWS.
func (c *viewersCache) watch() {
	if c == nil {
		return
	}
	c.mu.Lock()
	c.watched = true
	c.mu.Unlock()
	c.ask(sizedQuery)
	c.ask("")
}

// look makes the viewers ask once.
func (c *viewersCache) look() {
	if c == nil {
		return
	}
	c.mu.Lock()
	watched := c.watched
	c.mu.Unlock()
	if watched {
		c.ask(sizedQuery)
	}
}

// ask returns the version that has answered a query, "none" for none.
func (c *viewersCache) ask(query string) (version string) {
	w := httptest.NewRecorder()
	c.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/jpeg-420.jpg"+query, nil))
	if w.Code != http.StatusOK {
		return w.Result().Status
	}
	if version := w.Header().Get(markHeader); version != "" {
		return version
	}
	return numberIn("")
}

// state returns the viewers' answers, and what is invalidated.
func (c *viewersCache) state() string {
	if c == nil {
		return ""
	}
	text := c.ask(sizedQuery) + " " + c.ask("")
	for _, i := range c.distributions.Invalidations("E1") {
		text += fmt.Sprint(" ", i.Paths, i.Completed)
	}
	return text
}

// settle applies the invalidations that are complete.
func (c *viewersCache) settle() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.distributions.Invalidations("E1") {
		if !i.Completed || c.settled[i.ID] {
			continue
		}
		c.settled[i.ID] = true
		if err := c.site.Invalidate(i.Paths...); err != nil {
			panic(err) // the distribution has taken them
		}
	}
}

// wantFresh checks that the function that is attached answers viewers.
func (c *viewersCache) wantFresh(t *testing.T) {
	t.Helper()
	if c == nil {
		return
	}
	want := numberIn(c.distributions.Live("E1", "", "origin-response"))
	for _, query := range []string{sizedQuery, ""} {
		if got := c.ask(query); got != want {
			t.Errorf("%q is still answered by version %s, not by %s", query, got, want)
		}
	}
}
