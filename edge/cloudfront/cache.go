package cloudfront

import (
	"container/list"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// entry is a response in the cache. It is never changed once stored.
type entry struct {
	status  int
	header  http.Header
	body    []byte
	note    string // what the function said of its invocation
	stored  time.Time
	expires time.Time
}

func (e *entry) size() int { return len(e.body) + 1024 }

// revalidates reports whether the origin can be asked if e still holds.
func (e *entry) revalidates() bool {
	return e.header.Get("ETag") != "" || e.header.Get("Last-Modified") != ""
}

// cache keeps entries by path and query string, the most recently used ones
// up to so many bytes.
type cache struct {
	mu      sync.Mutex
	limit   int
	size    int
	entries map[string]*list.Element // of *slot
	recent  *list.List               // the most recently used first
}

type slot struct {
	key   string
	entry *entry
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[string]*list.Element{}, recent: list.New()}
}

// get is the entry at key, fresh or stale, or nil.
func (c *cache) get(key string) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(element)
	return element.Value.(*slot).entry
}

func (c *cache) put(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[key]; ok {
		c.remove(old)
	}
	c.entries[key] = c.recent.PushFront(&slot{key, e})
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

// invalidate removes what the paths name.
func (c *cache) invalidate(paths []string) error {
	for _, path := range paths {
		if !strings.HasPrefix(path, "/") {
			return fmt.Errorf("cloudfront: invalidation path %q does not begin with /", path)
		}
		if star := strings.IndexByte(path, '*'); star >= 0 && star != len(path)-1 {
			return fmt.Errorf("cloudfront: invalidation path %q has a * that is not at its end", path)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, element := range c.entries {
		for _, path := range paths {
			prefix, wild := strings.CutSuffix(path, "*")
			if wild && strings.HasPrefix(key, prefix) || key == path {
				c.remove(element)
				break
			}
		}
	}
	return nil
}
