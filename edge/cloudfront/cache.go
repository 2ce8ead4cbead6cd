package cloudfront

import (
	"container/list"
	"net/http"
	"sync"
	"time"
)

// entry is a response in the cache. It is never changed once stored.
type entry struct {
	status int
	header http.Header // for the viewer
	body   []byte
	// bodiless says that it answers HEAD.
	bodiless bool
	note     string // what the function said of its invocation
	stored   time.Time
	expires  time.Time
}

// overhead is about what an entry takes beside its body, in bytes: headers,
// key and bookkeeping.
const overhead = 2048

func (e *entry) size() int { return len(e.body) + overhead }

// hasValidator reports whether the origin can be asked if e still holds.
func (e *entry) hasValidator() bool {
	return e.header.Get("ETag") != "" || e.header.Get("Last-Modified") != ""
}

// key is what responses are told apart by. Answers to HEAD are kept beside
// those to GET.
type key struct {
	method string
	url    string // path and forwarded query string, as the viewer spelled them
}

// cache keeps entries, the most recently used ones up to so many bytes.
type cache struct {
	mu      sync.Mutex
	limit   int
	size    int
	entries map[key]*list.Element // of *slot
	recent  *list.List            // the most recently used first
	// invalidations counts them, so that what was asked for before one is not
	// stored after it.
	invalidations int
}

type slot struct {
	key   key
	entry *entry
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[key]*list.Element{}, recent: list.New()}
}

// get is the entry at k, fresh or stale, or nil.
func (c *cache) get(k key) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[k]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(element)
	return element.Value.(*slot).entry
}

// now is the state of the cache for put.
func (c *cache) now() (invalidations int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.invalidations
}

// put stores what was asked for when the cache was in the state asked.
func (c *cache) put(k key, e *entry, asked int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked != c.invalidations {
		return
	}
	if old, ok := c.entries[k]; ok {
		c.remove(old)
	}
	if e.size() > c.limit {
		return
	}
	c.entries[k] = c.recent.PushFront(&slot{k, e})
	c.size += e.size()
	for c.size > c.limit {
		c.remove(c.recent.Back())
	}
}

func (c *cache) remove(element *list.Element) {
	s := c.recent.Remove(element).(*slot)
	delete(c.entries, s.key)
	c.size -= s.entry.size()
}

// invalidate removes the entries whose URL one of the paths matches.
func (c *cache) invalidate(paths []invalidationPath) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invalidations++
	for k, element := range c.entries {
		for _, path := range paths {
			if path.matches(k.url) {
				c.remove(element)
				break
			}
		}
	}
}
