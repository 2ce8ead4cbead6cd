package cloudfront_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// ask sends a viewer's request; header lists names and values in turn.
func (w *world) ask(method, size string, header ...string) (*http.Response, []byte) {
	w.t.Helper()
	if w.store.isDown() {
		w.lastDown = time.Now()
	}
	url := w.url(size)
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	w.d.ServeHTTP(recorder, r)
	got := recorder.Result()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.note("%s %s %v: %d, %s, %d bytes, ETag %s, %s", method, url, header, got.StatusCode, got.Header.Get("X-Cache"), len(body), got.Header.Get("ETag"), got.Header.Get("Cache-Control"))
	return got, body
}

// unavailable reports whether S3's being out of reach explains a status.
func (w *world) unavailable(status int) bool {
	return status >= 500 && time.Since(w.lastDown) < errorTTL+slack
}

func (w *world) plain(size string) {
	w.t.Helper()
	got, body := w.ask("GET", size)
	switch {
	case w.unavailable(got.StatusCode), w.preconditionFailed(size, got.StatusCode):
	case got.StatusCode != http.StatusOK:
		w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
	default:
		w.whole(size, got, body)
	}
}

// preconditionFailed reports whether a status is the 412 of another viewer, of
// which the function makes no variant. By one page of the guide CloudFront
// caches that for everybody, whatever the function says. To be safe, the
// condition must not reach S3; the viewer function ensures that.
func (w *world) preconditionFailed(size string, status int) bool {
	return !w.canonical && w.mayBeOriginal(size) && status == http.StatusPreconditionFailed && w.d.Readings.Errors == cloudfront.ErrorsAlways &&
		w.d.Readings.Conditionals != cloudfront.ConditionalsNever && time.Since(w.lastMatch) < errorTTL+slack
}

// whole checks an answer of status 200.
func (w *world) whole(size string, got *http.Response, body []byte) {
	w.t.Helper()
	if got.ContentLength != int64(len(body)) || got.Header.Get("Content-Range") != "" || got.Header.Get("Content-Type") != "image/jpeg" {
		w.failf("%q: %d bytes with %v", size, len(body), got.Header)
	}
	if allowed := w.right(size); named(allowed, body) == "" {
		w.failf("%q: got %s, want one of %v", size, describe(body), values(allowed))
	}
	w.learn(got.Header.Get("ETag"), 0, len(body), body)
}

// ranged asks for a range, or for the rest of an earlier answer.
func (w *world) ranged(size string) {
	w.t.Helper()
	r := w.rand
	first := []int{0, 0, r.IntN(400), r.IntN(6000), 90_000}[r.IntN(5)]
	header := []string{"Range", []string{
		fmt.Sprintf("bytes=%d-%d", first, first+r.IntN(5000)), fmt.Sprintf("bytes=%d-", first), fmt.Sprintf("bytes=-%d", 1+r.IntN(3000)),
		"bytes=0-1,5-9", "bytes=9-1",
	}[min(r.IntN(7)/2, 4)]}
	etag := ""
	if r.IntN(2) == 0 {
		etag = w.etags[max(0, len(w.etags)-1-r.IntN(4))]
		header = append(header, "If-Range", etag)
	}
	got, body := w.ask("GET", size, header...)
	if w.canonical && size != "" && (got.StatusCode == http.StatusPartialContent || got.StatusCode == http.StatusRequestedRangeNotSatisfiable) {
		w.failf("%q: got %d for a range that was taken away", size, got.StatusCode)
	}
	switch got.StatusCode {
	case http.StatusPartialContent:
		w.piece(size, got, body, etag)
	case http.StatusOK:
		w.whole(size, got, body)
	case http.StatusRequestedRangeNotSatisfiable:
	default:
		if !w.unavailable(got.StatusCode) && !w.preconditionFailed(size, got.StatusCode) {
			w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
		}
	}
}

// piece checks an answer of status 206.
func (w *world) piece(size string, got *http.Response, body []byte, ifRange string) {
	w.t.Helper()
	if strings.HasPrefix(got.Header.Get("Content-Type"), "multipart/") {
		return // the whole is in the cache
	}
	var first, last, total int
	if _, err := fmt.Sscanf(got.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &total); err != nil || last-first+1 != len(body) {
		w.failf("%q: %d bytes with %v", size, len(body), got.Header)
	}
	etag := got.Header.Get("ETag")
	if ifRange != "" && etag != "" && etag != ifRange {
		w.failf("%q: a piece of %s for If-Range %s", size, etag, ifRange)
	}
	if allowed := w.right(size); !cutFrom(allowed, first, total, body) {
		w.failf("%q: bytes %d to %d of %d are none of %v", size, first, last, total, values(allowed))
	}
	w.learn(etag, first, total, body)
	w.learn(ifRange, first, total, body) // the viewer joins the two
}

// conditional sends a request with a condition.
func (w *world) conditional(size string) {
	w.t.Helper()
	r := w.rand
	etag := w.etags[max(0, len(w.etags)-1-r.IntN(6))]
	date := time.Now().Add(-time.Duration(r.IntN(100)) * time.Second).UTC().Format(http.TimeFormat)
	header := [][]string{
		{"If-None-Match", etag}, {"If-None-Match", "*"}, {"If-Modified-Since", date},
		{"If-Match", etag}, {"If-Unmodified-Since", date},
	}[r.IntN(5)]
	may412 := header[0] == "If-Match" || header[0] == "If-Unmodified-Since"
	if may412 {
		w.lastMatch = time.Now()
	}
	got, body := w.ask("GET", size, header...)
	switch {
	case w.unavailable(got.StatusCode), w.preconditionFailed(size, got.StatusCode):
	case got.StatusCode == http.StatusOK:
		w.whole(size, got, body)
	case got.StatusCode == http.StatusNotModified && !may412 && len(body) == 0:
		// S3's own 304 is for an ETag of the original, which a viewer may have
		// from this URL from before the function was attached.
		if header[0] == "If-None-Match" && !strings.HasPrefix(got.Header.Get("X-Cache"), "Miss") {
			w.confirmed(size, header[1])
		}
	case got.StatusCode == http.StatusPreconditionFailed && may412 && !w.canonical:
	default:
		w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
	}
}

// confirmed checks the file that a viewer is told to keep using.
func (w *world) confirmed(size, etag string) {
	w.t.Helper()
	f := w.files[etag]
	if f == nil || len(f.known) < f.total {
		return
	}
	body := make([]byte, f.total)
	for i := range body {
		body[i] = f.known[i]
	}
	if allowed := w.right(size); named(allowed, body) == "" {
		w.failf("%q: a viewer is to keep %s, want one of %v", size, describe(body), values(allowed))
	}
}

func (w *world) head(size string) {
	w.t.Helper()
	got, body := w.ask("HEAD", size)
	if w.unavailable(got.StatusCode) || w.preconditionFailed(size, got.StatusCode) {
		return
	}
	if got.StatusCode != http.StatusOK || len(body) > 0 {
		w.failf("%q: got %d, %d bytes, %v", size, got.StatusCode, len(body), got.Header)
	}
	if got.Header.Get("Content-Length") == "" {
		return
	}
	for body := range w.right(size) {
		if int64(len(body)) == got.ContentLength {
			w.learn(got.Header.Get("ETag"), 0, len(body), nil)
			return
		}
	}
	w.failf("%q: HEAD says %v", size, got.Header)
}

// leave asks for the whole or a range, and leaves before or just when the
// answer comes.
func (w *world) leave(size string) {
	r := httptest.NewRequest("GET", w.url(size), nil)
	if w.rand.IntN(3) == 0 {
		r.Header.Set("Range", "bytes=0-99")
	}
	r, gone := contextOf(r)
	after := time.Duration(w.rand.IntN(1000)) * time.Millisecond
	w.note("GET %s %v, gone after %v", r.URL, r.Header, after)
	go w.d.ServeHTTP(httptest.NewRecorder(), r)
	time.Sleep(after)
	gone()
	if w.rand.IntN(2) == 0 {
		time.Sleep(slack)
	}
}

// contextOf returns a request whose viewer may leave.
func contextOf(r *http.Request) (*http.Request, context.CancelFunc) {
	leaving, leave := context.WithCancel(r.Context())
	return r.WithContext(leaving), leave
}
