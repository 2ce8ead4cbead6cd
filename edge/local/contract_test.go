package main

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// The contract of ?width=&height=, through the viewer-request function,
// CloudFront, S3 and the function.

func TestResized(t *testing.T) {
	t.Parallel()
	with := func(change func(*edge.Config)) edge.Config {
		c := edge.DefaultConfig()
		change(&c)
		return c
	}
	fill := with(func(c *edge.Config) { c.Fit = "fill" })
	inside := with(func(c *edge.Config) { c.Fit = "inside" })
	ratio := with(func(c *edge.Config) { c.Missing = edge.MissingKeepRatio })
	for _, tt := range []struct {
		name          string
		config        edge.Config
		path          string
		format        string
		width, height int
	}{
		{"cover", edge.DefaultConfig(), "/PHOTO.jpg?width=500&height=300", "jpeg", 500, 300},
		{"upright", edge.DefaultConfig(), "/jpeg-orientation-6.jpg?width=200&height=150", "jpeg", 200, 150},
		{"one pixel", edge.DefaultConfig(), "/PHOTO.jpg?width=1&height=1", "jpeg", 1, 1},
		{"one side of the original", edge.DefaultConfig(), "/PHOTO.jpg?width=1600&height=100", "jpeg", 1600, 100},
		{"same value twice", edge.DefaultConfig(), "/PHOTO.jpg?width=50&height=30&width=50", "jpeg", 50, 30},
		{"leading zeros", edge.DefaultConfig(), "/PHOTO.jpg?width=0050&height=030", "jpeg", 50, 30},
		{"encoded digits", edge.DefaultConfig(), "/PHOTO.jpg?width=%35%30&height=30", "jpeg", 50, 30},
		{"other parameters", edge.DefaultConfig(), "/PHOTO.jpg?v=1&width=50&x=%zz&height=30&acl", "jpeg", 50, 30},
		{"fill", fill, "/PHOTO.jpg?width=50&height=60", "jpeg", 50, 60},
		{"inside", inside, "/PHOTO.jpg?width=100&height=100", "jpeg", 100, 75},
		{"only width", ratio, "/PHOTO.jpg?width=100", "jpeg", 100, 75},
		{"only height", ratio, "/PHOTO.jpg?height=75", "jpeg", 100, 75},
		{"odd key", edge.DefaultConfig(), "/%C3%A9t%C3%A9%20%2B1%20%25.jpg?width=50&height=30", "jpeg", 50, 30},
		{"format named", edge.DefaultConfig(), "/PHOTO.jpg?width=50&height=30&format=png", "png", 50, 30},
		{"format of a PNG", edge.DefaultConfig(), "/png-rgb-8.png?width=30&height=20&format=jpeg", "jpeg", 30, 20},
		{"AVIF", edge.DefaultConfig(), "/PHOTO.jpg?width=50&height=30&format=avif", "avif", 50, 30},
		{"AVIF of a turned picture", edge.DefaultConfig(), "/jpeg-orientation-6.jpg?width=200&height=150&format=avif", "avif", 200, 150},
		{"AVIF of alpha", edge.DefaultConfig(), "/png-rgba.png?width=60&height=40&format=avif", "avif", 60, 40},
		{"AVIF that is larger", edge.DefaultConfig(), "/PHOTO.jpg?width=1&height=1&format=avif", "jpeg", 1, 1},
		{"WebP", edge.DefaultConfig(), "/PHOTO.jpg?width=50&height=30&format=webp", "webp", 50, 30},
		{"no such format", edge.DefaultConfig(), "/PHOTO.jpg?width=50&height=30&format=bmp", "jpeg", 50, 30},
		{"odd key, space as plus", edge.DefaultConfig(), "/%C3%A9t%C3%A9+%2B1+%25.jpg?width=50&height=30", "jpeg", 50, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startSite(t, tt.config, folder(testOriginals))
			got := get(t, s.url+tt.path)
			checkPicture(t, got, tt.format, tt.width, tt.height)
			if got.outcome() != "resized" || got.xCache() != "Miss from cloudfront" {
				t.Errorf("got %q, %q", got.outcome(), got.xCache())
			}
			if etag := got.header.Get("ETag"); len(etag) != 34 || got.header.Get("Last-Modified") != "" {
				t.Errorf("got ETag %q and Last-Modified %q, want the variant's own and none", etag, got.header.Get("Last-Modified"))
			}
		})
	}
}

func TestOriginalServed(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	for _, tt := range []struct {
		file, query string
		reason      edge.Reason
	}{
		{"PHOTO.jpg", "", edge.NoSize},
		{"PHOTO.jpg", "v=2", edge.NoSize},
		{"PHOTO.jpg", "Width=500&HEIGHT=300", edge.NoSize},
		{"PHOTO.jpg", "width=500", edge.OneSide},
		{"PHOTO.jpg", "height=300", edge.OneSide},
		{"PHOTO.jpg", "width=&height=", edge.BadSize},
		{"PHOTO.jpg", "width=asdf&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=500&height=asdf", edge.BadSize},
		{"PHOTO.jpg", "width=5e2&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=1.5&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=+5&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=%2B5&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=-5&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=0x10&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=%EF%BC%95&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=" + strings.Repeat("1", 30) + "&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=%zz&height=300", edge.BadSize},
		{"PHOTO.jpg", "width=0&height=300", edge.ZeroSize},
		{"PHOTO.jpg", "width=500&height=300&width=501", edge.TwoSizes},
		{"PHOTO.jpg", "width=1601&height=300", edge.LargerThan},
		{"PHOTO.jpg", "width=500&height=1201", edge.LargerThan},
		{"PHOTO.jpg", "width=4097&height=300", edge.OverMaximum},
		{"PHOTO.jpg", "width=1600&height=1200", edge.SameSize},
		{"svg.svg", "width=30&height=20", edge.Unsupported},
		{"html-called.jpg", "width=30&height=20", edge.Unsupported},
		{"jpeg-truncated.jpg", "width=30&height=20", edge.BadOriginal},
		{"empty.jpg", "width=30&height=20", edge.EmptyOriginal},
	} {
		t.Run(tt.file+"?"+tt.query, func(t *testing.T) {
			got := get(t, s.url+"/"+tt.file+"?"+tt.query)
			checkOriginal(t, got, tt.file)
			if got.outcome() != "original "+string(tt.reason) {
				t.Errorf("got %q, want %s", got.outcome(), tt.reason)
			}
		})
	}
}

// checkOriginal fails the test unless an answer is the file, with S3's headers.
func checkOriginal(t *testing.T, got answered, file string) {
	t.Helper()
	want := original(t, file)
	if got.status != http.StatusOK || !bytes.Equal(got.body, want) {
		t.Errorf("got %d and %d bytes, want the original's %d", got.status, len(got.body), len(want))
	}
	if etag := fmt.Sprintf(`"%x"`, md5.Sum(want)); got.header.Get("ETag") != etag ||
		got.header.Get("Last-Modified") == "" || got.header.Get("Content-Type") == "" {
		t.Errorf("got %v, want ETag %s", got.header, etag)
	}
}

// The config's limits.
func TestOriginalServedByConfig(t *testing.T) {
	for reason, change := range map[edge.Reason]func(*edge.Config){
		edge.TooManyBytes:  func(c *edge.Config) { c.MaxSourceBytes = 1000 },
		edge.TooManyPixels: func(c *edge.Config) { c.MaxSourcePixels = 1600*1200 - 1 },
		edge.OverMaximum:   func(c *edge.Config) { c.MaxHeight = 299 },
		edge.DoesNotFit:    func(c *edge.Config) { c.MaxResponseBytes = 1024 },
	} {
		t.Run(string(reason), func(t *testing.T) {
			config := edge.DefaultConfig()
			change(&config)
			got := get(t, startSite(t, config, folder(testOriginals)).url+"/PHOTO.jpg?width=500&height=300")
			checkOriginal(t, got, "PHOTO.jpg")
			if got.outcome() != "original "+string(reason) {
				t.Errorf("got %q", got.outcome())
			}
		})
	}
}

// S3 may answer the function otherwise than CloudFront. The viewer gets the
// answer to CloudFront.
func TestOriginalServedWhileS3Fails(t *testing.T) {
	for reason, fail := range map[edge.Reason]http.HandlerFunc{
		edge.S3Denied:   refusing(http.StatusForbidden),
		edge.S3NotFound: refusing(http.StatusNotFound),
		edge.S3Changed:  refusing(http.StatusPreconditionFailed),
		edge.S3Failed:   refusing(http.StatusServiceUnavailable),
		edge.S3Timeout:  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(string(reason), func(t *testing.T) {
			config := edge.DefaultConfig()
			if reason == edge.S3Timeout {
				config.TimeoutMS = 900
			}
			s := startSite(t, config, remote(t, testOriginals, func(s3 http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if fromFunction(r) {
						fail(w, r)
						return
					}
					s3.ServeHTTP(w, r)
				})
			}))
			got := get(t, s.url+"/PHOTO.jpg?width=500&height=300")
			if got.status != http.StatusOK || !bytes.Equal(got.body, original(t, "PHOTO.jpg")) ||
				got.outcome() != "original "+string(reason) {
				t.Errorf("got %d, %d bytes, %q", got.status, len(got.body), got.outcome())
			}
			cacheControl := "max-age=10"
			if reason.Lifetime() == edge.Lasting {
				cacheControl = "max-age=600"
			}
			if got.header.Get("Cache-Control") != cacheControl || got.header.Get("ETag") != "" || got.header.Get("Last-Modified") != "" {
				t.Errorf("got %v", got.header)
			}
		})
	}
}

func refusing(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// The viewer gets any answer of the origin other than 200.
func TestOriginsAnswerServed(t *testing.T) {
	const path = "/PHOTO.jpg?width=500&height=300"
	broken := remote(t, testOriginals, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "broken")
		})
	})
	photo := original(t, "PHOTO.jpg")
	etag := fmt.Sprintf(`"%x"`, md5.Sum(photo))
	for _, tt := range []struct {
		name         string
		from         originFlags
		method, path string
		header       http.Header
		status       int
		body         string // it begins with this
		outcome      string
	}{
		{"304", folder(testOriginals), "GET", path, http.Header{"If-None-Match": {etag}}, 304, "", "original origin-not-200"},
		{"206 of no size", folder(testOriginals), "GET", "/PHOTO.jpg", http.Header{"Range": {"bytes=10-29"}}, 206, string(photo[10:30]), "original origin-not-200"},
		{"416 of no size", folder(testOriginals), "GET", "/PHOTO.jpg", http.Header{"Range": {"bytes=999999-"}}, 416, "<?xml", "original origin-not-200"},
		{"no such key", folder(testOriginals), "GET", "/none.jpg?width=500&height=300", nil, 403, "<?xml", "original origin-not-200"},
		{"500", broken, "GET", path, nil, 500, "broken", "original origin-not-200"},
		{"HEAD", folder(testOriginals), "HEAD", path, nil, 200, "", "original not-get"},
		{"POST, which CloudFront refuses", folder(testOriginals), "POST", path, nil, 403, "403 ERROR", "none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ask(t, tt.method, startSite(t, edge.DefaultConfig(), tt.from).url+tt.path, tt.header)
			if got.status != tt.status || got.outcome() != tt.outcome || !strings.HasPrefix(string(got.body), tt.body) ||
				tt.body == "" && len(got.body) > 0 {
				t.Errorf("got %d, %q, %.50q", got.status, got.outcome(), got.body)
			}
		})
	}
}

// Without the viewer-request function, S3 applies ranges, conditions and paths
// to the original, and CloudFront applies them to the variant.
func TestOriginsAnswerServedRaw(t *testing.T) {
	const path = "/PHOTO.jpg?width=500&height=300"
	for _, tt := range []struct {
		name    string
		path    string
		header  http.Header
		status  int
		body    string // it begins with this, unless it is a variant
		outcome string
	}{
		{"206", path, http.Header{"Range": {"bytes=10-29"}}, 206, "", "resized"},
		{"412", path, http.Header{"If-Match": {`"other"`}}, 412, "", "resized"},
		{"416", path, http.Header{"Range": {"bytes=999999-"}}, 416, "", "resized"},
		{"412 of no size", "/PHOTO.jpg", http.Header{"If-Match": {`"other"`}}, 412, "<?xml", "original origin-not-200"},
		{"dot dot", "/%2e%2e/originals/PHOTO.jpg?width=500&height=300", nil, 403, "<?xml", "original origin-not-200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ask(t, "GET", startRaw(t, edge.DefaultConfig(), folder(testOriginals)).url+tt.path, tt.header)
			if got.status != tt.status || got.outcome() != tt.outcome || !strings.HasPrefix(string(got.body), tt.body) {
				t.Errorf("got %d, %q, %.50q", got.status, got.outcome(), got.body)
			}
		})
	}
}

// reasons has the reasons of the originals that are not resized, and formats
// the formats of the variants that are not JPEGs, by the beginnings of the
// files' names.
var (
	reasons = map[string]edge.Reason{
		"avif": edge.Unsupported, "heic-header": edge.Unsupported, "jpegxl": edge.Unsupported, "svg": edge.Unsupported,
		"html-called": edge.Unsupported, "png-animated": edge.Unsupported,
		"empty": edge.EmptyOriginal, "jpeg-truncated": edge.BadOriginal, "png-truncated": edge.BadOriginal,
		"png-bad-checksum": edge.BadOriginal, "gif-truncated": edge.BadOriginal, "webp-truncated": edge.BadOriginal,
	}
	formats = map[string]string{
		"png": "png", "gif": "gif", "bmp-rgba": "png", "tiff-rgba": "png",
		"webp-animated": "webp", "webp-lossless": "png", "webp-lossy-alpha": "png",
	}
)

// byPrefix returns the value of the longest key that name begins with.
func byPrefix[V any](m map[string]V, name string) (longest V, ok bool) {
	n := -1
	for key, value := range m {
		if strings.HasPrefix(name, key) && len(key) > n {
			longest, ok, n = value, true, len(key)
		}
	}
	return longest, ok
}

// Every kind of original, at a size for which truncated ones lack data.
func TestEveryOriginal(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(testOriginals)
	if err != nil {
		t.Fatal(err)
	}
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	for _, file := range files {
		name := file.Name()
		t.Run(name, func(t *testing.T) {
			got := get(t, s.url+page.EscapePath(name)+"?width=60&height=40")
			if reason, ok := byPrefix(reasons, name); ok {
				checkOriginal(t, got, name)
				if got.outcome() != "original "+string(reason) {
					t.Errorf("got %q, want %s", got.outcome(), reason)
				}
				return
			}
			format, ok := byPrefix(formats, name)
			if !ok {
				format = "jpeg"
			}
			checkPicture(t, got, format, 60, 40)
			if got.outcome() != "resized" {
				t.Errorf("got %q", got.outcome())
			}
		})
	}
}

// Each request writes a line to the log.
func TestLog(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(filepath.FromSlash(testOriginals)))
	get(t, s.url+"/PHOTO.jpg?width=500&height=300")
	get(t, s.url+"/none.jpg")
	lines := strings.Split(s.log.String(), "\n")
	for i, want := range []string{
		"GET /PHOTO.jpg?width=500&height=300 200 Miss from cloudfront; resized; ",
		"GET /none.jpg 403 Error from cloudfront; original origin-not-200; ",
		"",
	} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) || want == "" && lines[i] != "" {
			t.Fatalf("got %q", lines)
		}
	}
}
