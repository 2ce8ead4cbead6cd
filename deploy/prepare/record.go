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

// record is what a place had before it was prepared, by what has changed there: the
// ID of a policy, for instance, or [none]. It is kept as tags of the distribution.
type record map[string]string

// The keys of a record, and the value of what there was not.
const (
	cacheKey     = "cache"   // a cache policy, or legacy and elements in base64
	requestKey   = "request" // an origin request policy
	headersKey   = "headers" // a response headers policy
	tagsKey      = "tags"    // the header of cache tags
	headerKey    = "header"  // the origin's header that names it
	accessKey    = "access"  // an origin access control
	statementKey = "statement"

	none   = "none"
	legacy = "legacy."
)

// The longest value of a tag, in characters, and how many tags a record is spread
// over at most. AWS Tagging guide.
const (
	maxTagValue = 256
	maxParts    = 6
)

// recordKey names the tag of a place and a function.
func recordKey(function string, at place) string {
	return "edgeresize:" + function + ":" + strings.TrimPrefix(at.key(), at.id+"-")
}

// cache remembers a cache policy or, without one, the elements in its place.
func (r record) cache(policy, elements string) {
	if policy != "" {
		r[cacheKey] = policy
		return
	}
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression) // that level is one
	_, _ = io.WriteString(w, elements)                 // a Buffer takes everything
	_ = w.Close()
	r[cacheKey] = legacy + base64.StdEncoding.EncodeToString(b.Bytes())
}

// cached is the opposite of cache.
func (r record) cached() (policy, elements string, err error) {
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

// encodedOrNone is a header's value in base64, which tags take.
func encodedOrNone(value string) string {
	if value == "" {
		return none
	}
	return base64.StdEncoding.EncodeToString([]byte(value))
}

// tags are the tags of a record, nil where it is too long for them: a text such as
// "cache=ID request=none", in parts.
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

// recordKeys are those of the tags that a record may be spread over.
func recordKeys(key string) []string {
	keys := []string{key}
	for part := 1; part < maxParts; part++ {
		keys = append(keys, fmt.Sprintf("%s:%d", key, part))
	}
	return keys
}

// readRecord reads a record of tags; one that there is not is empty.
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
