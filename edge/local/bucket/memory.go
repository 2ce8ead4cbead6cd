package bucket

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory holds objects in memory, in addition to those in the folder. It keeps
// the latest ones, up to limit bytes.
//
// Its keys begin with "dropped//". No file has such a name, because the names
// of files have no doubled slash.
type Memory struct {
	limit int

	mu      sync.Mutex
	size    int
	objects []Stored // the oldest first
}

// Stored is an object in memory.
type Stored struct {
	Key  string
	Name string // of the file that it was
	Data []byte // must not be changed

	etag     string
	modified time.Time
}

// NewMemory returns a Memory that holds at most limit bytes.
func NewMemory(limit int) *Memory { return &Memory{limit: limit} }

// Limit returns how many bytes m holds at most.
func (m *Memory) Limit() int { return m.limit }

// TooLargeError says that one object is larger than the memory's limit.
type TooLargeError struct {
	Bytes, Limit int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("bucket: an object of %d bytes, of at most %d in memory", e.Bytes, e.Limit)
}

// memoryPrefix begins the keys of objects in memory.
const memoryPrefix = "dropped//"

// Put stores data under a key of its own, which ends in the file's name, and
// drops the oldest objects if it needs room. The same file gets the same key.
// Its error is a *TooLargeError.
func (m *Memory) Put(name string, data []byte) (Stored, error) {
	if len(data) > m.limit {
		return Stored{}, &TooLargeError{len(data), m.limit}
	}
	name = lastElement(name)
	sum := sha256.Sum256(data)
	o := Stored{
		Key:      memoryPrefix + hex.EncodeToString(sum[:8]) + "/" + name,
		Name:     name,
		Data:     data,
		etag:     etagOf(data),
		modified: time.Now().Truncate(time.Second),
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := m.find(o.Key); at >= 0 {
		return m.objects[at], nil
	}
	for m.size+len(data) > m.limit {
		m.size -= len(m.objects[0].Data)
		m.objects = slices.Delete(m.objects, 0, 1)
	}
	m.size += len(data)
	m.objects = append(m.objects, o)
	return o, nil
}

// maxName is the longest name of a file, in bytes, so that its key is not
// longer than keys may be.
const maxName = 512

// lastElement returns the last element of a path, as browsers and systems write
// it, as a name that a URL can end in.
func lastElement(name string) string {
	name = strings.ToValidUTF8(name[strings.LastIndexAny(name, `/\`)+1:], "")
	if len(name) > maxName { // its end has the file's type
		name = strings.ToValidUTF8(name[len(name)-maxName:], "")
	}
	if strings.Trim(name, ".") == "" { // browsers resolve dot segments
		return "file"
	}
	return name
}

// Get returns the object at key.
func (m *Memory) Get(key string) (Stored, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.find(key)
	if at < 0 {
		return Stored{}, false
	}
	return m.objects[at], true
}

// List returns the objects, the oldest first.
func (m *Memory) List() []Stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.objects)
}

func (m *Memory) find(key string) int {
	return slices.IndexFunc(m.objects, func(o Stored) bool { return o.Key == key })
}
