package cloudfront

import (
	"container/list"
	"net/http"
	"slices"
	"sync"
	"time"
)

// entry is a response in the cache. It is never changed once stored.
type entry struct {
	status int
	header http.Header // for the viewer
	body   []byte
	// pieces, where set, are in place of body what is there of a response of
	// total bytes; header is then that of the whole response.
	pieces []piece
	total  int
	// bodiless says that it answers HEAD.
	bodiless bool
	tags     []string // cache tags, in lower case
	note     string   // what the function said of its invocation
	stored   time.Time
	expires  time.Time
	// instead, where set, is the status and the header of the error that this took the
	// place of, which say how long it stays.
	instead *entry
	// retry, where set, is until when it is served though it has expired, because
	// the origin has failed.
	retry time.Time
	// bare says that the origin is asked for it without validators, because it
	// varies by everything or is not to be stored.
	bare bool
	// unreachable says that it is kept only for when the origin cannot be reached.
	unreachable bool
}

// overhead is about what an entry takes beside its body, in bytes: headers,
// key and bookkeeping.
const overhead = 2048

func (e *entry) size() int {
	n := len(e.body) + overhead
	for _, p := range e.pieces {
		n += len(p.data)
	}
	return n
}

// hasValidator reports whether the origin can be asked if e still holds.
func (e *entry) hasValidator() bool {
	return !e.bare && (e.header.Get("ETag") != "" || e.header.Get("Last-Modified") != "")
}

// kind tells apart what the cache has at one key: a whole response, which
// answers GET and HEAD; what HEAD brought; pieces of a response.
type kind int

const (
	kindWhole kind = iota
	kindHead
	kindPieces
)

// key is what responses are told apart by.
type key struct {
	kind    kind
	url     string // path and forwarded query string, as the viewer spelled them
	headers string // the viewer's headers that the policy names
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

// drop removes e, where it is still at k.
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

// invalidate removes the entries whose URL or tags one of the items matches.
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
