package cloudfront_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// Whatever viewers ask for in which order, whatever S3, deployments and
// invalidations do in between, and however the guide is read:
//
//   - A plain GET of a size gives the whole variant that is right, or the whole
//     original where that is: never a piece, never a mixture, nothing that is
//     older than what a cache may hold or an invalidation has removed, and no
//     variant that another config made once its time is over.
//   - What was served for a failure is gone after its time.
//   - Ranges are pieces of what a plain GET could give, and all that is got by
//     one ETag is one file.
//   - HEAD says nothing that GET does not.
func TestEveryOrder(t *testing.T) {
	const seeds = 4
	for i, readings := range cloudfront.PairwiseReadings() {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprintf("readings %d/seed %d", i, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					defer time.Sleep(slack) // requests under way must end in the bubble
					w := newWorld(t, rand.New(rand.NewPCG(seed, uint64(i))), readings)
					for range 80 {
						w.step()
					}
					w.settle()
				})
			})
		}
	}
}

// step has something happen.
func (w *world) step() {
	r := w.rand
	size := sizes[r.IntN(len(sizes))]
	if w.store.inTrouble() && r.IntN(4) == 0 {
		w.trouble(nil, "")
	}
	switch r.IntN(20) {
	case 0:
		w.upload()
	case 1, 2:
		w.sleep(time.Duration(r.IntN(30)) * time.Second)
	case 3:
		w.sleep(fresh)
	case 4:
		w.invalidate([]string{"/*", "/a.jpg*", "#Photo:1"}[r.IntN(3)])
	case 5:
		w.attach([]int{unattached, 0, 0, 1, 1}[r.IntN(5)])
	case 6:
		w.trouble([]error{nil, nil, errUnavailable, errors.New("connection refused")}[r.IntN(4)],
			[]edge.Reason{"", edge.S3Failed, edge.S3Failed, edge.S3Denied}[r.IntN(4)])
	case 7, 8, 9:
		w.ranged(size)
	case 10, 11:
		w.conditional(size)
	case 12:
		w.head(size)
	case 13, 14:
		w.leave(size)
	default:
		w.plain(size)
	}
}

func (w *world) sleep(d time.Duration) {
	w.note("%v go by", d)
	time.Sleep(d)
	if w.store.isDown() {
		w.lastDown = time.Now()
	}
}

// trouble of S3 begins or ends: what CloudFront's requests fail with, and the
// function's.
func (w *world) trouble(down error, reason edge.Reason) {
	w.note("S3: %v for CloudFront, %q for the function", down, reason)
	if w.store.isDown() || down != nil {
		w.lastDown = time.Now()
	}
	w.store.fail(down, reason)
}

// settle ends all trouble, and waits until nothing is left of the past.
func (w *world) settle() {
	time.Sleep(slack)
	w.trouble(nil, "")
	w.attach(1)
	w.invalidate("#photo:1")
	for _, size := range sizes {
		w.ranged(size)
		w.present(size)
	}
	w.upload()
	w.attach(0)
	time.Sleep(fresh + whileStale + errorTTL + slack)
	for _, size := range sizes {
		w.conditional(size)
		time.Sleep(fresh + whileStale + errorTTL + slack)
		w.present(size)
		w.ranged(size)
		w.present(size)
	}
}

// present wants exactly what is right now.
func (w *world) present(size string) {
	w.t.Helper()
	got, body := w.ask("GET", size)
	now := w.now()
	want := photos()[now.version%len(photos())]
	if size != "" {
		want = variant(now.version%len(photos()), size, now.config)
	}
	if got.StatusCode != http.StatusOK || string(body) != string(want) {
		w.failf("%q in the end: got %d, %d bytes, %v; want %d bytes", size, got.StatusCode, len(body), got.Header, len(want))
	}
}

// ask sends a viewer's request; header is names and values in turn.
func (w *world) ask(method, size string, header ...string) (*http.Response, []byte) {
	w.t.Helper()
	if w.store.isDown() {
		w.lastDown = time.Now()
	}
	r := httptest.NewRequest(method, "/"+storedKey+"?"+size, nil)
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
	w.note("%s %q %v: %d, %s, %d bytes, ETag %s, %s", method, size, header, got.StatusCode, got.Header.Get("X-Cache"), len(body), got.Header.Get("ETag"), got.Header.Get("Cache-Control"))
	return got, body
}

// unavailable reports whether a status is one that S3's being out of reach
// explains.
func (w *world) unavailable(status int) bool {
	return status >= 500 && time.Since(w.lastDown) < errorTTL+slack
}

func (w *world) plain(size string) {
	w.t.Helper()
	got, body := w.ask("GET", size)
	switch {
	case w.unavailable(got.StatusCode), w.preconditionFailed(got.StatusCode):
	case got.StatusCode != http.StatusOK:
		w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
	default:
		w.whole(size, got, body)
	}
}

// preconditionFailed reports whether a status is the 412 of another viewer. One
// page of the guide has CloudFront cache that for everybody, whatever the
// function says: to be safe, the condition must not reach S3.
func (w *world) preconditionFailed(status int) bool {
	return status == http.StatusPreconditionFailed && w.d.Readings.Errors == cloudfront.ErrorsAlways &&
		w.d.Readings.Conditionals != cloudfront.ConditionalsNever && time.Since(w.lastMatch) < errorTTL+slack
}

// whole checks an answer of status 200.
func (w *world) whole(size string, got *http.Response, body []byte) {
	w.t.Helper()
	if got.ContentLength != int64(len(body)) || got.Header.Get("Content-Range") != "" {
		w.failf("%q: %d bytes with %v", size, len(body), got.Header)
	}
	if allowed := w.right(size); named(allowed, body) == "" {
		w.failf("%q: got %s, want one of %v", size, describe(body), values(allowed))
	}
	w.learn(got.Header.Get("ETag"), 0, len(body), body)
}

// ranged asks for a range, or goes on with what it got before.
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
	switch got.StatusCode {
	case http.StatusPartialContent:
		w.piece(size, got, body, etag)
	case http.StatusOK:
		w.whole(size, got, body)
	case http.StatusRequestedRangeNotSatisfiable:
	default:
		if !w.unavailable(got.StatusCode) && !w.preconditionFailed(got.StatusCode) {
			w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
		}
	}
}

// piece checks an answer of status 206.
func (w *world) piece(size string, got *http.Response, body []byte, ifRange string) {
	w.t.Helper()
	if strings.HasPrefix(got.Header.Get("Content-Type"), "multipart/") {
		return // as the whole is in the cache
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
	w.learn(ifRange, first, total, body) // to which the viewer adds it
}

// conditional asks by a condition.
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
	case w.unavailable(got.StatusCode), w.preconditionFailed(got.StatusCode):
	case got.StatusCode == http.StatusOK:
		w.whole(size, got, body)
	case got.StatusCode == http.StatusNotModified && !may412 && len(body) == 0:
		// A 304 of S3's own is to an ETag of the original, which a viewer can have
		// by this URL from before the function was attached.
		if header[0] == "If-None-Match" && !strings.HasPrefix(got.Header.Get("X-Cache"), "Miss") {
			w.confirmed(size, header[1])
		}
	case got.StatusCode == http.StatusPreconditionFailed && may412:
	default:
		w.failf("%q: got %d, %v", size, got.StatusCode, got.Header)
	}
}

// confirmed checks what a viewer is told to go on using.
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
	if w.unavailable(got.StatusCode) || w.preconditionFailed(got.StatusCode) {
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

// leave asks for the whole or a range, and goes before the answer is there, or
// just then.
func (w *world) leave(size string) {
	r := httptest.NewRequest("GET", "/"+storedKey+"?"+size, nil)
	if w.rand.IntN(3) == 0 {
		r.Header.Set("Range", "bytes=0-99")
	}
	r, gone := contextOf(r)
	after := time.Duration(w.rand.IntN(1000)) * time.Millisecond
	w.note("GET %q %v, gone after %v", size, r.Header, after)
	go w.d.ServeHTTP(httptest.NewRecorder(), r)
	time.Sleep(after)
	gone()
	if w.rand.IntN(2) == 0 {
		time.Sleep(slack)
	}
}

// describe says what a body is that is not right.
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

// contextOf is a request whose viewer may leave.
func contextOf(r *http.Request) (*http.Request, context.CancelFunc) {
	leaving, leave := context.WithCancel(r.Context())
	return r.WithContext(leaving), leave
}
