package prepare

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// record holds what a target had before it was prepared, for each thing that was
// changed: the ID of a policy, for instance, or [none]. It is kept in tags of the
// distribution.
type record map[string]string

// The keys of a record. The value none stands for nothing.
const (
	cacheKey     = "cache"   // a cache policy, or legacy followed by elements, compressed, in base64
	requestKey   = "request" // an origin request policy
	headersKey   = "headers" // a response headers policy
	tagsKey      = "tags"    // the header of cache tags
	headerKey    = "header"  // the origin's header that names it
	accessKey    = "access"  // an origin access control
	statementKey = "statement"

	none   = "none"
	legacy = "legacy."
)

// maxTagValue is the length in characters of the longest value of a tag (AWS Tagging
// guide), and maxParts the greatest number of tags for a record.
const (
	maxTagValue = 256
	maxParts    = 6
)

// recordKey returns the key of the tag for a function and a target.
func recordKey(function string, t target) string {
	return "edgeresize:" + function + ":" + strings.TrimPrefix(t.key(), t.id+"-")
}

// setCache records a cache policy or, if policy is "", the legacy elements in its
// place.
func (r record) setCache(policy, elements string) {
	if policy != "" {
		r[cacheKey] = policy
		return
	}
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression) // the level is valid
	_, _ = io.WriteString(w, elements)                 // a Buffer takes everything
	_ = w.Close()
	r[cacheKey] = legacy + base64.StdEncoding.EncodeToString(b.Bytes())
}

// cache returns what [record.setCache] recorded.
func (r record) cache() (policy, elements string, err error) {
	text, older := strings.CutPrefix(r[cacheKey], legacy)
	if !older {
		return text, "", nil
	}
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", "", err
	}
	read, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	return "", string(read), err
}

// encodedOrNone returns a header's value in base64, which tags take, or [none] for "".
func encodedOrNone(value string) string {
	if value == "" {
		return none
	}
	return base64.StdEncoding.EncodeToString([]byte(value))
}

// tags returns the record as tags, nil if it is too long for them. Their values are the
// parts of a text such as "cache=ID request=none".
func (r record) tags(key string) map[string]string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(r)) {
		words = append(words, name+"="+r[name])
	}
	text := strings.Join(words, " ")
	tags := map[string]string{}
	for part := 0; text != "" || part == 0; part++ {
		if part == maxParts {
			return nil
		}
		n := min(len(text), maxTagValue)
		for n > 1 && n < len(text) && (text[n-1] == ' ' || text[n] == ' ') {
			n-- // spaces at ends may be lost
		}
		name := key
		if part > 0 {
			name = fmt.Sprintf("%s:%d", key, part)
		}
		tags[name], text = text[:n], text[n:]
	}
	return tags
}

// recordKeys returns the keys of all tags that a record may have.
func recordKeys(key string) []string {
	keys := []string{key}
	for part := 1; part < maxParts; part++ {
		keys = append(keys, fmt.Sprintf("%s:%d", key, part))
	}
	return keys
}

// readRecord returns the record in tags, an empty one if there is none.
func readRecord(tags map[string]string, key string) record {
	text := ""
	for _, name := range recordKeys(key) {
		text += tags[name]
	}
	r := record{}
	for word := range strings.FieldsSeq(text) {
		if name, value, ok := strings.Cut(word, "="); ok {
			r[name] = value
		}
	}
	return r
}
