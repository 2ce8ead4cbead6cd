package cloudfront_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// setups are distributions that treat query strings differently.
var setups = map[string]func(*world){
	"listed":               func(w *world) { w.d.Viewer, w.d.OriginRequest = nil, cloudfront.OriginRequestPolicy{} },
	"all":                  func(w *world) { w.d.Viewer, w.d.OriginRequest.AllQueryStrings = nil, true },
	"all behind canonical": (*world).makeCanonical,
}

// setUp runs test in a bubble, with a world made by a setup and a reading.
func setUp(t *testing.T, setup string, reading cloudfront.QueryReading, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rand.New(rand.NewPCG(1, 2)), cloudfront.Readings{Query: reading})
		setups[setup](w)
		test(w)
	})
}

// visit sends a GET for a URL.
func (w *world) visit(url string) *http.Response {
	recorder := httptest.NewRecorder()
	w.d.ServeHTTP(recorder, httptest.NewRequest("GET", url, nil))
	return recorder.Result()
}

// If the function sees the query string only when a policy says All, listed
// names give the original at every size. All is needed, and right under both
// readings.
func TestSizesNeedAll(t *testing.T) {
	for setup := range setups {
		for _, reading := range []cloudfront.QueryReading{cloudfront.QueryListed, cloudfront.QueryOnlyIfAll} {
			setUp(t, setup, reading, func(w *world) {
				got := w.visit("/" + storedKey + "?" + sizes[1])
				whole := got.ContentLength == int64(len(photos()[0]))
				variant := got.ContentLength == int64(len(variant(0, sizes[1], 0)))
				if seen := setup != "listed" || reading == cloudfront.QueryListed; variant != seen || whole == seen {
					t.Errorf("%s, reading %d: got %d bytes", setup, reading, got.ContentLength)
				}
			})
		}
	}
}

// With All and no viewer function, a viewer chooses the type of what others
// get, and for how long. With the viewer function, or with listed names, it
// does not.
func TestAllNeedsTheViewerFunction(t *testing.T) {
	for setup := range setups {
		for _, reading := range []cloudfront.QueryReading{cloudfront.QueryListed, cloudfront.QueryOnlyIfAll} {
			setUp(t, setup, reading, func(w *world) {
				w.store.control = ""
				w.visit("/" + storedKey + "?response-content-type=text/html&response-cache-control=max-age%3D31536000")
				got := w.visit("/" + storedKey)
				poisoned := got.Header.Get("Content-Type") == "text/html" && got.Header.Get("Cache-Control") == "max-age=31536000"
				clean := got.Header.Get("Content-Type") == "image/jpeg" && got.Header.Get("Cache-Control") == ""
				if got.StatusCode != http.StatusOK || poisoned != (setup == "all") || clean != (setup != "all") {
					t.Errorf("%s, reading %d: the next viewer got %d, %v", setup, reading, got.StatusCode, got.Header)
				}
				w.visit("/" + storedKey + "?" + sizes[1] + "&response-content-disposition=attachment")
				got = w.visit("/" + storedKey + "?" + sizes[1] + "&versionId=2")
				if disposition := got.Header.Get("Content-Disposition"); setup != "all" && (got.StatusCode != http.StatusOK || disposition != "") {
					t.Errorf("%s, reading %d: the next viewer got %d, %v", setup, reading, got.StatusCode, got.Header)
				}
				w.visit("/" + storedKey + "?" + sizes[2] + "&tagging")
				if got := w.visit("/" + storedKey + "?" + sizes[2]); setup != "all" && got.StatusCode != http.StatusOK {
					t.Errorf("%s, reading %d: the next viewer got %d", setup, reading, got.StatusCode)
				}
			})
		}
	}
}

// The viewer function removes headers that make S3 answer with something else,
// which a cache would keep for others.
func TestCanonicalConditions(t *testing.T) {
	setUp(t, "all behind canonical", cloudfront.QueryOnlyIfAll, func(w *world) {
		url := "/" + storedKey + "?" + sizes[1]
		for _, header := range []http.Header{{"Range": {"bytes=0-1"}}, {"If-Match": {`"else"`}}, {"Range": {"bytes=99999999-"}}} {
			r := httptest.NewRequest("GET", url, nil)
			r.Header = header
			recorder := httptest.NewRecorder()
			w.d.ServeHTTP(recorder, r)
			if got := recorder.Result(); got.StatusCode != http.StatusOK || got.ContentLength != int64(len(variant(0, sizes[1], 0))) {
				t.Errorf("%v: got %d, %v", header, got.StatusCode, got.Header)
			}
			if err := w.d.Invalidate("/*"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The default policy lists the names that the viewer function leaves.
func TestDefaultPolicy(t *testing.T) {
	setUp(t, "all behind canonical", cloudfront.QueryOnlyIfAll, func(w *world) {
		var formats []string
		for _, query := range []string{"", "&format=png", "&format=jpeg", "&format=webp", "&format=bmp"} {
			got := w.visit("/" + storedKey + "?" + sizes[1] + query)
			formats = append(formats, got.Header.Get("Content-Type")+" "+got.Header.Get("X-Cache"))
		}
		want := []string{
			"image/jpeg Miss from cloudfront", "image/png Miss from cloudfront", "image/jpeg Miss from cloudfront",
			"image/webp Miss from cloudfront", "image/jpeg Hit from cloudfront",
		}
		for i := range want {
			if formats[i] != want[i] {
				t.Errorf("got %q, want %q", formats, want)
				break
			}
		}
		if got := w.visit("/" + storedKey + "?format=png"); got.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("a format without a size gives %v", got.Header)
		}
	})
}
