package main

// cache is one of CloudFront's: it keeps variants until they expire, and drops those that
// nobody has asked for longest once they have more than capacity bytes.
type cache struct {
	capacity, bytes float64
	entries         map[uint32]int32 // indexes of nodes, by key
	nodes           []node           // nodes[0] is the ends of the list
	free            []int32
}

// node is an entry of the list of a cache, in the order of use.
type node struct {
	key            uint32
	newer, older   int32
	bytes, expires float64
}

// newCache returns an empty cache of capacity bytes.
func newCache(capacity float64) *cache {
	return &cache{capacity: capacity, entries: map[uint32]int32{}, nodes: make([]node, 1)}
}

// get returns when the entry of key expires, in seconds. ok is false if there is none that is
// fresh at now.
func (c *cache) get(key uint32, now float64) (expires float64, ok bool) {
	i, ok := c.entries[key]
	if !ok {
		return 0, false
	}
	c.unlink(i)
	if c.nodes[i].expires <= now {
		c.forget(i)
		return 0, false
	}
	c.link(i)
	return c.nodes[i].expires, true
}

// put adds an entry for key, which has none.
func (c *cache) put(key uint32, bytes, expires float64) {
	if bytes > c.capacity {
		return
	}
	i := int32(len(c.nodes))
	if n := len(c.free); n > 0 {
		i, c.free = c.free[n-1], c.free[:n-1]
	} else {
		c.nodes = append(c.nodes, node{})
	}
	c.nodes[i] = node{key: key, bytes: bytes, expires: expires}
	c.entries[key] = i
	c.link(i)
	for c.bytes += bytes; c.bytes > c.capacity; {
		oldest := c.nodes[0].newer
		c.unlink(oldest)
		c.forget(oldest)
	}
}

// link makes i the newest.
func (c *cache) link(i int32) {
	newest := c.nodes[0].older
	c.nodes[i].older, c.nodes[i].newer = newest, 0
	c.nodes[newest].newer, c.nodes[0].older = i, i
}

// unlink takes i out of the list.
func (c *cache) unlink(i int32) {
	n := c.nodes[i]
	c.nodes[n.newer].older, c.nodes[n.older].newer = n.older, n.newer
}

// forget drops i, which is in no list.
func (c *cache) forget(i int32) {
	delete(c.entries, c.nodes[i].key)
	c.bytes -= c.nodes[i].bytes
	c.free = append(c.free, i)
}
