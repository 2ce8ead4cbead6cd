package purge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/urlpath"
)

// picture returns a JPEG of one gray.
func picture(t *testing.T, gray uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = gray
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// seen requests url and returns the picture's size and brightness, or the status.
func seen(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return response.Status
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	gray := color.GrayModel.Convert(img.At(5, 5)).(color.Gray).Y
	return fmt.Sprintf("%dx%d %s", img.Bounds().Dx(), img.Bounds().Dy(), map[bool]string{true: "light", false: "dark"}[gray > 127])
}

// notification returns S3's notification for a change of a key.
func notification(t *testing.T, event, key string, at time.Time) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventSource": "aws:s3", "eventName": event, "eventTime": at,
		"s3": map[string]any{"bucket": map[string]any{"name": fakesite.Bucket}, "object": map[string]any{
			"key": url.QueryEscape(key), "sequencer": fmt.Sprintf("%016X", at.UnixNano()),
		}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// askOtherwise sends requests that may put something else than a plain GET into a
// cache.
func askOtherwise(t *testing.T, url string) {
	t.Helper()
	for _, header := range []http.Header{
		{"Range": {"bytes=0-9"}}, {"Range": {"bytes=10-"}}, {"If-None-Match": {`"other"`}}, {"If-Modified-Since": {"Mon, 01 Jan 2024 00:00:00 GMT"}},
	} {
		for _, method := range []string{http.MethodHead, http.MethodGet} {
			request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header = header
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
		}
	}
}

// canonical makes viewers' paths canonical, as the viewer-request function does.
func canonical(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, err := urlpath.Canonical(r.URL.EscapedPath())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		to, err := url.ParseRequestURI(path + "?" + r.URL.RawQuery)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r = r.Clone(r.Context())
		r.URL, r.RequestURI = to, to.RequestURI()
		next.ServeHTTP(w, r)
	})
}

// TestReplacedOriginal tests the whole chain, under each reading of CloudFront's guide:
// a viewer gets a variant, the original is replaced, S3 sends its event, the function
// purges, and the next viewer gets the new variant.
func TestReplacedOriginal(t *testing.T) {
	for i, readings := range cloudfront.PairwiseReadings() {
		modes := []purge.Mode{purge.Tag, purge.Each}
		for _, mode := range modes[:1+i/2%2] {
			t.Run(fmt.Sprint("readings ", i, " mode ", mode), func(t *testing.T) { replaceOriginals(t, readings, i%2 == 0, mode) })
		}
	}
}

// replaceOriginals runs TestReplacedOriginal for one reading and one mode. If pieces is
// set, viewers request ranges first.
func replaceOriginals(t *testing.T, readings cloudfront.Readings, pieces bool, mode purge.Mode) {
	for _, tt := range []struct {
		key     string
		mapping paths.Mapping
		urls    []string
	}{
		{"photos/cat.jpg", paths.Mapping{}, []string{"/photos/cat.jpg", "/%70hotos/cat%2ejpg"}},
		{"photos/été @2x (1).jpg", paths.Mapping{}, []string{
			"/photos/%C3%A9t%C3%A9%20@2x%20(1).jpg", "/photos/%c3%a9t%c3%a9+%402x+%281%29.jpg",
		}},
		{"photos/cat", paths.Mapping{}, []string{"/photos/cat"}},
		{"a+b (1)~?.jpg", paths.Mapping{Suffixes: []string{".JPG"}}, []string{"/a%2Bb%20(1)~%3F.jpg", "/a%2bb+%281%29%7E%3f.jpg"}},
	} {
		t.Run(tt.key, func(t *testing.T) {
			w := newWorld(t)
			if w.Mode = mode; mode == purge.Tag {
				w.tag()
			}
			_, unnameable := tt.mapping.Of(tt.key)
			stays := mode == purge.Each && len(unnameable) > 0
			w.Mapping = tt.mapping
			folder := t.TempDir()
			original := filepath.Join(folder, filepath.FromSlash(tt.key))
			if err := os.MkdirAll(filepath.Dir(original), 0o755); err != nil {
				t.Fatal(err)
			}
			site, err := fakesite.New(folder, func() string { return "arn" })
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(site.Close)
			site.Readings = readings
			site.TagHeader = tagHeader
			site.Origin.Description.S3.CustomHeaders = edge.Headers{strings.ToLower(edge.CacheTagHeaderHeader): {{Key: edge.CacheTagHeaderHeader, Value: tagHeader}}}
			w.cloudfront.Invalidated = func(_ string, paths []string) {
				if err := site.Invalidate(paths...); err != nil {
					t.Error(err)
				}
			}
			viewers := httptest.NewServer(canonical(site))
			t.Cleanup(viewers.Close)
			want := func(variant, whole string) {
				t.Helper()
				for _, path := range tt.urls {
					for query, want := range map[string]string{"?width=20&height=10": variant, "?width=32&height=24": strings.Replace(variant, "20x10", "32x24", 1), "": whole} {
						if got := seen(t, viewers.URL+path+query); got != want {
							t.Errorf("%s%s: got %s, want %s", path, query, got, want)
						}
					}
				}
			}
			put := func(gray uint8) {
				t.Helper()
				if err := os.WriteFile(original, picture(t, gray), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			purged := func(event string) {
				t.Helper()
				w.clock.Add(time.Minute)
				b, err := changes.Parse(notification(t, event, tt.key, w.clock.Now()))
				if err != nil {
					t.Fatal(err)
				}
				if r := w.Purge(t.Context(), b); r.Err != nil || (len(r.Unnamed) > 0) != stays || (r.Invalidations == 0) != stays {
					t.Fatalf("got %+v", r)
				}
			}
			put(20)
			if pieces {
				for _, path := range tt.urls {
					askOtherwise(t, viewers.URL+path+"?width=20&height=10")
					askOtherwise(t, viewers.URL+path)
				}
			}
			want("20x10 dark", "64x48 dark")
			put(220)
			want("20x10 dark", "64x48 dark") // from the cache
			purged("ObjectCreated:Put")
			if stays {
				want("20x10 dark", "64x48 dark")
				return
			}
			want("20x10 light", "64x48 light")
			if err := os.Remove(original); err != nil {
				t.Fatal(err)
			}
			want("20x10 light", "64x48 light")
			purged("ObjectRemoved:Delete")
			want("403 Forbidden", "403 Forbidden")
		})
	}
}
