package release

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// logPatience is for a line of CloudFront's to reach the logs, which is best effort.
// CloudFront Developer Guide, "Edge function logs".
var logPatience = patience{5 * time.Second, 30 * time.Second}

// clockSkew is how far this machine's clock may be ahead of the logs'.
const clockSkew = 5 * time.Minute

// ask asks the live site as [Releaser.ask] does, and keeps an answer in c.refused that
// may be CloudFront's own error.
func (c *canary) ask(ctx context.Context, method string, u *url.URL, header http.Header) (*answer, error) {
	c.refused = nil
	got, err := c.Releaser.ask(ctx, method, u, header)
	if err == nil && (got.status == http.StatusBadGateway || got.status == http.StatusServiceUnavailable) {
		c.refused = got
	}
	return got, err
}

// quoteLog adds what CloudFront's own log says to a failure whose last answer was an
// error of CloudFront's.
func (c *canary) quoteLog(ctx context.Context, failed *CanaryError) {
	if c.refused == nil || ctx.Err() != nil {
		return
	}
	id := c.refused.header.Get("X-Amz-Cf-Id")
	if c.distribution == "" {
		failed.Log = "to look up request " + id + " in CloudFront's log, give -distribution ID"
		return
	}
	group := validationLog(c.distribution)
	region, line, failures := c.findLine(ctx, group, id)
	switch {
	case line != nil:
		failed.Log = fmt.Sprintf("CloudFront's log (%s in %s) says: %s", group, region, Quoted(line.text))
	case len(failures) > 0:
		region := slices.Sorted(maps.Keys(failures))[0]
		failed.Log = fmt.Sprintf("CloudFront's log (%s) could not be read in %s: %v", group, region, Explain(failures[region]))
	case ctx.Err() != nil:
		return
	default:
		failed.Log = fmt.Sprintf("CloudFront's log (%s in the region next to you) has nothing of request %s yet: "+
			"it may come later; if the function failed, its own log (%s) says why", group, id, FunctionLog(c.Function))
	}
	c.tell("canary: %s", failed.Log)
}

// findLine searches a log group of every region for the line of the request with an id.
func (c *canary) findLine(ctx context.Context, group, id string) (region string, line *logLine, failures map[string]error) {
	since := c.since.Add(-clockSkew)
	var mu sync.Mutex // of region and line
	look := func() (string, bool, error) {
		var err error
		failures, err = inRegions(ctx, EdgeRegions, func(at string) error {
			return c.filtered(ctx, at, group, strconv.Quote(id), since, func(l logLine) {
				if !strings.Contains(l.text, id) {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				region, line = at, &l
			})
		})
		none := len(failures) == len(EdgeRegions)
		maps.DeleteFunc(failures, func(_ string, err error) bool { return errors.Is(err, ErrRegionDisabled) })
		return "has nothing of request " + id + " yet", line != nil || none, err
	}
	_ = c.until(ctx, "CloudFront's log "+group, logPatience, look) // its error says that there is no line, or that ctx is over
	return region, line, failures
}
