package cloudfront

import (
	"container/list"
	"net/http"
	"slices"
	"sync"
	"time"
)

// entry is a response in the cache. It never changes once it is stored.
type entry struct {
	status int
	header http.Header // for the viewer
	body   []byte
	// pieces, if set, replace body: they are the known parts of a response of
	// total bytes, and header is that of the whole response.
	pieces []piece
	total  int
	// bodiless says that it answers HEAD.
	bodiless bool
	tags     []string // cache tags, in lower case
	note     string   // the function's note about its invocation
	stored   time.Time
	expires  time.Time
	// instead, if set, has the status and the header of the error that this
	// entry replaces. They decide how long it stays.
	instead *entry
	// retry, if set, is until when the entry is served although it has expired,
	// because the origin has failed.
	retry time.Time
	// bare says that the origin is asked for it without validators, because it
	// varies by everything or must not be stored.
	bare bool
	// unreachable says that it is kept only for times when the origin cannot be
	// reached.
	unreachable bool
}

// overhead estimates what an entry takes besides its body, in bytes: headers,
// key and bookkeeping.
const overhead = 2048

func (e *entry) size() int {
	n := len(e.body) + overhead
	for _, p := range e.pieces {
		n += len(p.data)
	}
	return n
}

// hasValidator reports whether CloudFront can ask the origin if e still holds.
func (e *entry) hasValidator() bool {
	return !e.bare && (e.header.Get("ETag") != "" || e.header.Get("Last-Modified") != "")
}

// kind distinguishes what the cache may hold at one key: a whole response,
// which answers GET and HEAD; the response to HEAD; pieces of a response.
type kind int

const (
	kindWhole kind = iota
	kindHead
	kindPieces
)

// key identifies a response.
type key struct {
	kind    kind
	url     string // path and forwarded query string, as the viewer spelled them
	headers string // the viewer's values of the headers in the policy
}

// cache keeps the most recently used entries, up to limit bytes.
type cache struct {
	mu      sync.Mutex
	limit   int
	size    int
	entries map[key]*list.Element // holds *slot
	recent  *list.List            // the most recently used first
	// invalidations counts invalidations, so that a response that was requested
	// before one is not stored after it.
	invalidations int
}

type slot struct {
	key   key
	entry *entry
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[key]*list.Element{}, recent: list.New()}
}

// get returns the entry at k, fresh or stale, or nil.
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

// now returns the state of the cache, for put.
func (c *cache) now() (invalidations int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.invalidations
}

// put stores an entry, unless the cache was invalidated since the state asked.
func (c *cache) put(k key, e *entry, asked int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked != c.invalidations {
		return
	}
	c.removeAt(k)
	if k.kind == kindWhole {
		c.removeAt(key{kindPieces, k.url, k.headers})
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

// drop removes e if it is still at k.
func (c *cache) drop(k key, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.entries[k]; ok && element.Value.(*slot).entry == e {
		c.remove(element)
	}
}

func (c *cache) removeAt(k key) {
	if element, ok := c.entries[k]; ok {
		c.remove(element)
	}
}

func (c *cache) remove(element *list.Element) {
	s := c.recent.Remove(element).(*slot)
	delete(c.entries, s.key)
	c.size -= s.entry.size()
}

// invalidate removes the entries whose URL or tags match one of the items.
func (c *cache) invalidate(items []invalidationItem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invalidations++
	for k, element := range c.entries {
		tags := element.Value.(*slot).entry.tags
		if slices.ContainsFunc(items, func(i invalidationItem) bool { return i.matches(k.url, tags) }) {
			c.remove(element)
		}
	}
}
