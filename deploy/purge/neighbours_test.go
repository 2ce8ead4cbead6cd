package purge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/urlpath"
)

// bucketName is the bucket of the changes.
const bucketName = fakesite.Bucket

// tagHeader is the response header that holds cache tags.
const tagHeader = "Edgeresize-Cache-Tag"

// tagged handles an origin-response event: it adds the key's tag to the response.
func tagged(_ context.Context, event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	key, err := url.PathUnescape(strings.ReplaceAll(e.Records[0].CF.Request.URI[1:], "+", "%20"))
	if err != nil {
		return nil, "", err
	}
	response := e.Records[0].CF.Response
	response.Headers.Set(tagHeader, strings.ToUpper(cachetag.Of(bucketName, key))) // any case will do
	answer, err := json.Marshal(response)
	return answer, "", err
}

// allKeys is a distribution over a bucket that has every key.
type allKeys struct {
	*cloudfront.Distribution
	t *testing.T
}

func newAllKeys(t *testing.T, w *world) *allKeys {
	t.Helper()
	bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, r.URL.Path)
	}))
	t.Cleanup(bucket.Close)
	base, err := url.Parse(bucket.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &allKeys{cloudfront.New(cloudfront.Origin{
		Description: edge.Origin{S3: &edge.S3Origin{AuthMethod: "none", CustomHeaders: edge.Headers{}, DomainName: bucketName + ".s3.amazonaws.com"}},
		Base:        base, Transport: http.DefaultTransport,
	}, tagged, 1<<20), t}
	s.TagHeader = tagHeader
	w.cloudfront.Invalidated = func(_ string, items []string) {
		if err := s.Invalidate(items...); err != nil {
			t.Error(err)
		}
	}
	return s
}

// urls returns the URLs of a key that reach the cache behind the viewer-request
// function: the original and two variants, in each spelling.
func urls(key string) (all []string) {
	canonical := urlpath.Of(key)
	for _, path := range slices.Compact([]string{canonical, strings.ReplaceAll(canonical, "%20", "+")}) {
		all = append(all, path, path+"?width=20&height=10", path+"?width=5")
	}
	return all
}

// hit requests url and reports whether it was in the cache. It is afterwards.
func (s *allKeys) hit(url string) bool {
	s.t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, url, nil)
	s.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		s.t.Fatalf("%s: got %d, %s", url, recorder.Code, recorder.Body)
	}
	return strings.HasPrefix(recorder.Header().Get("X-Cache"), "Hit")
}

// gone returns the keys that are not in the cache. It fails the test if only some URLs
// of a key are. It puts all of them there.
func (s *allKeys) gone(keys []string) (gone []string) {
	s.t.Helper()
	for _, key := range keys {
		all := urls(key)
		hits := 0
		for _, url := range all {
			if s.hit(url) {
				hits++
			}
		}
		switch hits {
		case 0:
			gone = append(gone, key)
		case len(all):
		default:
			s.t.Errorf("%q: %d of %d URLs are left", key, hits, len(all))
		}
	}
	return gone
}

// difficult are keys whose paths are likely to match other keys.
var difficult = []string{
	"photo.jpg", "사진 (1).jpg", "사진 (2).jpg", "사진", "été +1 %.jpg", "été +2 %.jpg", "a~b", "a~c", "a", "(1)", "(1).jpg", "(2)",
	"u/123/*", "u/123/x.jpg", "u/123", "u/1234", "u/12", "u", "photo@2x.jpg", "photo@3x.jpg", "what?", "what", "a+b", "a b", "a*b.jpg", "axb.jpg",
	"*", "~", "?", "+", "%2A", "A", "a.jpg", "a.JPG", "photo", "été", "a/b", "[1].jpg", "1.jpg", "#", "사진 (1)", "x&y=z.jpg",
}

// In no mode but all does purging one object remove another object, a folder or the
// site from the cache. What no path can name is reported; its tag purges it.
func TestNeighboursStay(t *testing.T) {
	for _, mode := range []purge.Mode{purge.Tag, purge.Each, purge.Adaptive} {
		t.Run(string(mode), func(t *testing.T) {
			w := newWorld(t)
			if w.Mode = mode; mode == purge.Tag {
				w.tag()
			}
			s := newAllKeys(t, w)
			for _, key := range difficult {
				s.gone(difficult) // puts all into the cache
				w.log.Reset()
				w.cloudfront.Complete(distribution)
				r := w.Purge(t.Context(), queued(w.clock.Now(), key))
				want := []string{key}
				if unnameable := strings.ContainsAny(key, "~+?"); unnameable && mode != purge.Tag {
					want = nil
					if !slices.Equal(r.Unnamed, []string{key}) || r.Paths > 0 || !strings.Contains(w.log.String(), "level=WARN") || !strings.Contains(w.log.String(), "unnamed=1") {
						t.Errorf("%q: got %+v and logged %s", key, r, &w.log)
					}
				} else if len(r.Unnamed) > 0 {
					t.Errorf("%q: got %+v", key, r)
				}
				// A change that no attempt helps must not be redelivered.
				if r.Err != nil || len(r.Again) > 0 || r.Widened > 0 {
					t.Errorf("%q: got %+v", key, r)
				}
				if got := s.gone(difficult); !slices.Equal(got, want) {
					t.Errorf("%q: gone are %q, by %q", key, got, w.made())
				}
			}
		})
	}
}

// A wider invalidation is logged, with its path and the reason.
func TestWidenedIsLogged(t *testing.T) {
	w := newWorld(t)
	s := newAllKeys(t, w)
	keys := append(numbered("a/b", 12), "a/c.jpg", "d.jpg", "e", "f.jpg", "g.jpg")
	others := []string{"a/b/other.jpg", "a/other.jpg", "other.jpg"}
	s.gone(slices.Concat(keys, others))
	r := w.Purge(t.Context(), queued(start, keys...))
	if r.Widened != 1 || r.Err != nil {
		t.Errorf("got %+v", r)
	}
	if got := s.gone(others); !slices.Equal(got, others[:1]) {
		t.Errorf("gone are %q", got)
	}
	for _, part := range []string{"level=WARN", "path=/a/b/*", "objects=12", `because="no more than 15 paths with * may be in progress"`, "widened=1"} {
		if !strings.Contains(w.log.String(), part) {
			t.Errorf("no %s in %s", part, &w.log)
		}
	}

	w = newWorld(t)
	w.Mode = purge.All
	if r := w.Purge(t.Context(), queued(start, "a~b")); r.Widened != 1 || len(r.Unnamed) > 0 || !strings.Contains(w.log.String(), `path=/* objects=1 because="that is what mode all does"`) {
		t.Errorf("got %+v and logged %s", r, &w.log)
	}

	w = newWorld(t)
	w.Mode = purge.Each
	if r := w.Purge(t.Context(), queued(start, keys...)); r.Widened != 0 || strings.Contains(w.made(), "/*") {
		t.Errorf("got %+v and %q", r, w.made())
	}
}

// The same key of another bucket is another object: its tag removes nothing.
func TestAnotherBucket(t *testing.T) {
	w := newWorld(t)
	w.tag()
	w.Mapping = paths.Mapping{KeyPrefix: "media", Suffixes: []string{".jpg"}}
	s := newAllKeys(t, w)
	keys := []string{"media/a.jpg", "other/a.jpg", "media/a.txt"}
	s.gone(keys)
	b := queued(start, "media/a.jpg", "media/a.jpg", "other/a.jpg", "media/a.txt", "media/")
	for i := range b.Changes {
		b.Changes[i].Bucket = "backups"
	}
	if r := w.Purge(t.Context(), b); r.Paths != 1 || r.Objects != 1 {
		t.Errorf("got %+v", r)
	}
	if got := s.gone(keys); len(got) > 0 {
		t.Errorf("gone are %q", got)
	}
	if r := w.Purge(t.Context(), queued(start, "media/a.jpg", "media/a.jpg", "other/a.jpg", "media/a.txt")); r.Paths != 1 || r.Objects != 1 {
		t.Errorf("got %+v", r)
	}
	if got := s.gone(keys); !slices.Equal(got, keys[:1]) {
		t.Errorf("gone are %q", got)
	}
}
