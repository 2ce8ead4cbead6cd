package fakecloudfront

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// storeARN is the ARN of a key value store without its ID.
const storeARN = "arn:aws:cloudfront::" + fakeaws.Account + ":key-value-store/"

// The longest key and value of an entry, in bytes. CloudFront Developer Guide, "Quotas
// on key value stores".
const (
	maxEntryKey   = 512
	maxEntryValue = 1024
)

// keyValueStore is a key value store. It has an ETag for its own properties, which
// [CloudFront] guards, and one for its entries.
type keyValueStore struct {
	name, id, comment, etag string
	polls                   int // reads until it is READY
	entries                 map[string]string
	entriesETag             string
}

func (s *keyValueStore) arn() string { return storeARN + s.id }

// AddKeyValueStore makes a key value store with entries and returns its ARN.
func (c *CloudFront) AddKeyValueStore(name string, entries map[string]string) (arn string) {
	c.server.Lock()
	defer c.server.Unlock()
	s := newStore(name, "a store")
	for key, value := range entries {
		s.entries[key] = value
	}
	c.stores[name] = s
	return s.arn()
}

// Entry returns an entry of the key value store called name, or "".
func (c *CloudFront) Entry(name, key string) string {
	c.server.Lock()
	defer c.server.Unlock()
	if s := c.stores[name]; s != nil {
		return s.entries[key]
	}
	return ""
}

// Associate gives the function called name key value stores by ARN, in its stages; "" is
// none.
func (c *CloudFront) Associate(name, development, live string) {
	c.server.Lock()
	defer c.server.Unlock()
	f := c.viewerFunctions[name]
	published := *f.live
	published.store, f.live = live, &published
	f.development.store = development
}

func newStore(name, comment string) *keyValueStore {
	return &keyValueStore{name: name, id: idOf("KeyValueStore", name), comment: comment, etag: newETag(), entries: map[string]string{}, entriesETag: newETag()}
}

// handleStores adds the operations on key value stores, and those on their entries,
// which are a service of their own.
func (c *CloudFront) handleStores(service *fakeaws.Service) {
	for pattern, op := range map[string]fakeaws.Operation{
		"POST /2020-05-31/key-value-store":          {Name: "CreateKeyValueStore", Writes: true, Do: c.createStore},
		"GET /2020-05-31/key-value-store/{name}":    {Name: "DescribeKeyValueStore", Do: c.describeStore},
		"DELETE /2020-05-31/key-value-store/{name}": {Name: "DeleteKeyValueStore", Writes: true, Do: c.deleteStore},
	} {
		service.Handle(pattern, op)
	}
	entries := c.server.GlobalService("cloudfront-keyvaluestore", fakeaws.RefuseJSON)
	entries.ARN = func(r *fakeaws.Request) string { return r.PathValue("arn") }
	for pattern, op := range map[string]fakeaws.Operation{
		"GET /key-value-stores/{arn}":            {Name: "DescribeKeyValueStore", Do: c.describeEntries},
		"GET /key-value-stores/{arn}/keys/{key}": {Name: "GetKey", Do: c.getEntry},
		"PUT /key-value-stores/{arn}/keys/{key}": {Name: "PutKey", Writes: true, Do: c.putEntry},
	} {
		entries.Handle(pattern, op)
	}
}

var storeName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// createStore handles CreateKeyValueStore.
func (c *CloudFront) createStore(r *fakeaws.Request) (*fakeaws.Response, error) {
	var in struct {
		XMLName       xml.Name
		Name, Comment string
	}
	switch err := xml.Unmarshal(r.Body, &in); {
	case err != nil || in.XMLName.Local != "CreateKeyValueStoreRequest" || in.XMLName.Space != namespace:
		return nil, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	case !storeName.MatchString(in.Name) || len(in.Comment) > 128:
		return nil, invalid("InvalidArgument", "The name is %q, the comment %q.", in.Name, in.Comment)
	case c.stores[in.Name] != nil:
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "EntityAlreadyExists", Message: "The key value store exists."}
	}
	s := newStore(in.Name, in.Comment)
	s.polls = c.StorePolls
	c.stores[in.Name] = s
	response := answer(s.etag, s.document())
	response.Status = http.StatusCreated
	return response, nil
}

// document returns the store in XML.
func (s *keyValueStore) document() string {
	status := "READY"
	if s.polls > 0 {
		status = "PROVISIONING"
	}
	return fmt.Sprintf(`%s<KeyValueStore xmlns="%s"><Name>%s</Name><Id>%s</Id><Comment>%s</Comment><ARN>%s</ARN><Status>%s</Status>`+
		`<LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime></KeyValueStore>`, xml.Header, namespace, s.name, s.id, escaped(s.comment), s.arn(), status)
}

func (c *CloudFront) store(r *fakeaws.Request) (*keyValueStore, error) {
	if s := c.stores[r.PathValue("name")]; s != nil {
		return s, nil
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "EntityNotFound", Message: "The key value store does not exist."}
}

// describeStore handles CloudFront's DescribeKeyValueStore.
func (c *CloudFront) describeStore(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.store(r)
	if err != nil {
		return nil, err
	}
	document := s.document()
	s.polls = max(0, s.polls-1)
	return answer(s.etag, document), nil
}

// deleteStore handles DeleteKeyValueStore.
func (c *CloudFront) deleteStore(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.store(r)
	if err != nil {
		return nil, err
	}
	if err := checkIfMatch(r, s.etag); err != nil {
		return nil, err
	}
	for _, f := range c.viewerFunctions {
		if f.development.store == s.arn() || f.live != nil && f.live.store == s.arn() {
			return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "CannotDeleteEntityWhileInUse", Message: "The key value store is associated with a function."}
		}
	}
	delete(c.stores, s.name)
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// checkStore refuses an association with a key value store that CloudFront refuses.
func (c *CloudFront) checkStore(f stagedFunction) error {
	if f.store == "" {
		return nil
	}
	for _, s := range c.stores {
		if s.arn() == f.store && s.polls == 0 && f.runtime == "cloudfront-js-2.0" {
			return nil
		}
	}
	return invalid("InvalidArgument", "The key value store %s does not exist, is not READY, or the runtime %s has none.", f.store, f.runtime)
}

// entriesOf returns the store whose entries a request is about.
func (c *CloudFront) entriesOf(r *fakeaws.Request) (*keyValueStore, error) {
	arn, err := url.PathUnescape(r.PathValue("arn"))
	for _, s := range c.stores {
		if err == nil && s.arn() == arn && s.polls == 0 {
			return s, nil
		}
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: "The key value store does not exist."}
}

// describeEntries handles the entries' DescribeKeyValueStore.
func (c *CloudFront) describeEntries(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.entriesOf(r)
	if err != nil {
		return nil, err
	}
	response, err := fakeaws.JSONResult(map[string]any{"Created": 1767225600, "ItemCount": len(s.entries), "KvsARN": s.arn(), "TotalSizeInBytes": 0})
	response.Header.Set("ETag", s.entriesETag)
	return response, err
}

// getEntry handles GetKey.
func (c *CloudFront) getEntry(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.entriesOf(r)
	if err != nil {
		return nil, err
	}
	value, ok := s.entries[r.PathValue("key")]
	if !ok {
		return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: "The key does not exist."}
	}
	return fakeaws.JSONResult(map[string]any{"ItemCount": len(s.entries), "Key": r.PathValue("key"), "TotalSizeInBytes": 0, "Value": value})
}

// putEntry handles PutKey.
func (c *CloudFront) putEntry(r *fakeaws.Request) (*fakeaws.Response, error) {
	s, err := c.entriesOf(r)
	if err != nil {
		return nil, err
	}
	var in struct{ Value string }
	key := r.PathValue("key")
	switch err := fakeaws.DecodeJSON(r.Body, &in); {
	case err != nil || key == "" || len(key) > maxEntryKey || len(in.Value) > maxEntryValue:
		return nil, invalid("ValidationException", "The key has %d bytes, the value %d: %v", len(key), len(in.Value), err)
	case r.Header.Get("If-Match") != s.entriesETag:
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "ConflictException", Message: "The ETag is not that of the key value store."}
	}
	s.entries[key], s.entriesETag = in.Value, newETag()
	response, err := fakeaws.JSONResult(map[string]any{"ItemCount": len(s.entries), "TotalSizeInBytes": 0})
	response.Header.Set("ETag", s.entriesETag)
	return response, err
}

// storeElements returns the associations of a function in XML.
func (s stagedFunction) storeElements() string {
	if s.store == "" {
		return ""
	}
	return "<KeyValueStoreAssociations><Quantity>1</Quantity><Items><KeyValueStoreAssociation><KeyValueStoreARN>" + escaped(s.store) +
		"</KeyValueStoreARN></KeyValueStoreAssociation></Items></KeyValueStoreAssociations>"
}

// associatedStores are the associations in a request, of which CloudFront takes one.
type associatedStores struct {
	Quantity int
	ARNs     []string `xml:"Items>KeyValueStoreAssociation>KeyValueStoreARN"`
}

// one returns the store, "" if there is none.
func (a *associatedStores) one() (string, error) {
	switch {
	case a == nil || a.Quantity == 0 && len(a.ARNs) == 0:
		return "", nil
	case a.Quantity != len(a.ARNs):
		return "", inconsistent("KeyValueStoreAssociations")
	case len(a.ARNs) > 1 || !strings.HasPrefix(a.ARNs[0], storeARN):
		return "", invalid("InvalidArgument", "The key value stores are %q.", a.ARNs)
	}
	return a.ARNs[0], nil
}
