package cloudfront_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// oldest returns since when responses may be in the cache.
func (w *world) oldest() time.Time {
	life := fresh + whileStale + slack
	if time.Since(w.lastDown) < errorTTL+slack {
		life = fresh + maxTTL + slack
	}
	oldest := time.Now().Add(-life)
	if w.invalidated.After(oldest) {
		return w.invalidated
	}
	return oldest
}

// since returns the states that held at some time after then.
func (w *world) since(then time.Time) []state {
	for i, s := range slices.Backward(w.history) {
		if !s.from.After(then) {
			return w.history[i:]
		}
	}
	return w.history
}

// right returns the bodies that a plain GET of a size may have, with their
// names.
func (w *world) right(size string) map[string]string {
	allowed := map[string]string{}
	originals := w.mayBeOriginal(size)
	states := w.since(w.oldest())
	for _, s := range states {
		if originals {
			allowed[string(photos()[s.version%len(photos())])] = fmt.Sprint("original ", s.version)
		}
		for _, with := range states {
			if size != "" && with.config != unattached {
				allowed[string(variant(s.version%len(photos()), size, with.config))] = fmt.Sprintf("variant of %d by config %d", s.version, with.config)
			}
		}
	}
	return allowed
}

// mayBeOriginal reports whether a URL of that size may give the origin's
// answer: if it asks for no size, no function was attached, or one failed
// recently.
func (w *world) mayBeOriginal(size string) bool {
	may := size == ""
	for _, s := range w.since(w.invalidated) {
		may = may || s.config == unattached
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.failures {
		since := time.Since(f.at)
		if time.Since(w.lastDown) < errorTTL+slack {
			since -= maxTTL
		}
		may = may || since < f.stays+slack && f.at.Add(slack).After(w.invalidated)
	}
	return may
}

// variants caches the variants of the photos by number, size and config.
var (
	variantsMu sync.Mutex
	variants   = map[string][]byte{}
)

// variant returns the variant that a fresh function makes of a photo.
func variant(photo int, size string, config int) []byte {
	variantsMu.Lock()
	defer variantsMu.Unlock()
	k := fmt.Sprint(photo, size, config)
	if v, ok := variants[k]; ok {
		return v
	}
	original := photos()[photo]
	h := edge.New(configs()[config], source(func() ([]byte, error) { return original, nil }), 0, slog.New(slog.DiscardHandler))
	event, err := json.Marshal(edge.Event{Records: []edge.Record{{CF: edge.CF{
		Request: edge.Request{Method: "GET", URI: "/" + storedKey, QueryString: size, Headers: edge.Headers{}, Origin: &edge.Origin{S3: &edge.S3Origin{
			DomainName: storedBucket + ".s3." + storedRegion + ".amazonaws.com", Region: storedRegion,
		}}},
		Response: edge.Response{Status: "200", StatusDescription: "OK", Headers: edge.Headers{}},
	}}}})
	if err != nil {
		panic(err)
	}
	response, outcome, err := h.Handle(context.Background(), event)
	if err != nil || outcome.Reason != "" {
		panic(fmt.Sprint(outcome, outcome.Err, err))
	}
	result, err := cloudfront.Check(response, edge.Response{Headers: edge.Headers{}})
	if err != nil {
		panic(err)
	}
	variants[k] = result.Body
	return result.Body
}

// learn checks what a viewer got against all that came with the same ETag, from
// any URL: each variant has an ETag of its own.
func (w *world) learn(etag string, first, total int, body []byte) {
	w.t.Helper()
	if etag == "" {
		return
	}
	w.etags = append(w.etags, etag)
	f := w.files[etag]
	if f == nil {
		f = &file{total, map[int]byte{}}
		w.files[etag] = f
	}
	if f.total != total {
		w.failf("%s is of %d bytes and of %d", etag, f.total, total)
	}
	for i, b := range body {
		if known, ok := f.known[first+i]; ok && known != b {
			w.failf("%s has two different bytes at %d", etag, first+i)
		}
		f.known[first+i] = b
	}
}

// named returns the name of body in allowed, or "".
func named(allowed map[string]string, body []byte) string {
	if name, ok := allowed[string(body)]; ok {
		return name
	}
	return ""
}

// cutFrom reports whether piece is part of one of the allowed bodies.
func cutFrom(allowed map[string]string, first, total int, piece []byte) bool {
	for body := range allowed {
		if len(body) == total && first+len(piece) <= total && bytes.Equal([]byte(body[first:first+len(piece)]), piece) {
			return true
		}
	}
	return false
}

// describe names what a wrong body is.
func describe(body []byte) string {
	for i, photo := range photos() {
		if string(photo) == string(body) {
			return fmt.Sprint("original ", i)
		}
		for _, size := range sizes[1:] {
			for config := range configs() {
				if string(variant(i, size, config)) == string(body) {
					return fmt.Sprintf("variant %s of %d by config %d", size, i, config)
				}
			}
		}
	}
	return fmt.Sprintf("%d bytes that are nothing whole: %.60q", len(body), body)
}

func values(allowed map[string]string) []string {
	return slices.Sorted(maps.Values(allowed))
}
