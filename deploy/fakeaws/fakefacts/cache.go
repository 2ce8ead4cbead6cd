package fakefacts

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is an answer in the cache.
type entry struct {
	answer
	path         string // raw
	until, stale time.Time
	tags         []string
}

// seconds matches the directives of Cache-Control that count.
var seconds = regexp.MustCompile(`(max-age|stale-while-revalidate)=([0-9]+)`)

// Times of the probe's cache policy and of error caching, in seconds. CloudFront
// Developer Guide, "How CloudFront processes HTTP 4xx and 5xx status codes".
const (
	defaultAge = 60
	errorAge   = 10
)

// set sets how long an entry is fresh, and how long it may be served stale after that.
func (n *entry) set(now time.Time) {
	age, stale := defaultAge, 0
	if n.status >= http.StatusBadRequest {
		age = errorAge
	}
	for _, m := range seconds.FindAllStringSubmatch(n.header.Get("Cache-Control"), -1) {
		value, _ := strconv.Atoi(m[2]) // the expression matches digits only
		if m[1] == "max-age" {
			age = value
		} else {
			stale = value
		}
	}
	n.until = now.Add(time.Duration(age) * time.Second)
	n.stale = n.until.Add(time.Duration(stale) * time.Second)
}

// invalidate removes entries by paths and tags at the next request.
func (e *Edge) invalidate(_ string, items []string) {
	e.callbacks.Lock()
	defer e.callbacks.Unlock()
	e.invalidated = append(e.invalidated, items...)
}

// drop removes what was invalidated.
func (e *Edge) drop() {
	e.callbacks.Lock()
	items := e.invalidated
	e.invalidated = nil
	e.callbacks.Unlock()
	for key, n := range e.entries {
		if slices.ContainsFunc(items, func(item string) bool { return e.matches(item, n) }) {
			delete(e.entries, key)
		}
	}
}

// matches reports whether an item of an invalidation removes an entry.
func (e *Edge) matches(item string, n *entry) bool {
	if tag, ok := strings.CutPrefix(item, "#"); ok {
		return slices.Contains(n.tags, tag)
	}
	if strings.Contains(item, "~") && !e.Facts.TildeWorks {
		return false
	}
	if prefix, suffix, wild := strings.Cut(item, "*"); wild && e.Facts.StarWild {
		return strings.HasPrefix(n.path, prefix) && strings.HasSuffix(n.path, suffix)
	}
	decoded, err := url.PathUnescape(item)
	if err != nil {
		return false
	}
	if !strings.Contains(decoded, "(") {
		return item == n.path
	}
	switch e.Facts.InvalidationSpelling {
	case Plain:
		return item == n.path
	case Encoded:
		return item != decoded && decoded == n.path
	case Either:
		return decoded == n.path
	}
	return false
}
