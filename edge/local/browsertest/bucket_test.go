//go:build !race

package browsertest

import (
	"context"
	"crypto/md5"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// fakeS3 is a bucket called pics with the project's pictures, whose keys may be
// in folders. It does not check requests as S3 does; other tests do that.
type fakeS3 struct {
	keys   []string
	denied atomic.Bool // refuses listings and keys with "secret"
}

func (s *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/pics"), "/")
	list := r.URL.Query().Get("list-type") == "2"
	if s.denied.Load() && (list || strings.Contains(key, "secret")) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
		return
	}
	if list {
		s.list(w, r.URL.Query().Get("prefix"))
		return
	}
	data, err := os.ReadFile(filepath.Join(originals, filepath.Base(key)))
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>")
		return
	}
	w.Header().Set("Server", "AmazonS3")
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, md5.Sum(data)))
	_, _ = w.Write(data) // the client may have left
}

func (s *fakeS3) list(w http.ResponseWriter, prefix string) {
	fmt.Fprint(w, "<ListBucketResult><Name>pics</Name><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>")
	for _, key := range s.keys {
		if strings.HasPrefix(key, prefix) {
			fmt.Fprint(w, "<Contents><Key>")
			_ = xml.EscapeText(w, []byte(strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")))
			fmt.Fprint(w, "</Key><Size>1000</Size></Contents>")
		}
	}
	fmt.Fprint(w, "</ListBucketResult>")
}

// newBucket starts the command for a bucket and returns its URL.
func newBucket(t *testing.T, s *fakeS3) (base string, stopS3 func()) {
	t.Helper()
	needChromium(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	base, _ = newServer(t, patient, "-bucket", "pics", "-region", "eu-west-1", "-s3-endpoint", server.URL)
	return base, server.Close
}

// A bucket's pictures can be browsed and tried like a folder's.
func TestBucket(t *testing.T) {
	s := &fakeS3{}
	for i := range 3 {
		for _, name := range []string{"PHOTO.jpg", "png-rgba.png", "webp-lossy.webp", "gif-still.gif", "heic-header.heic"} {
			s.keys = append(s.keys, fmt.Sprintf("photos/2026/%d/%s", i, name))
		}
	}
	s.keys = append(s.keys, `other/"'<script>alert(1)</script>🎈/PHOTO.jpg`, "/evil.example/PHOTO.jpg", "line\nend/PHOTO.jpg")
	base, stopS3 := newBucket(t, s)
	b := newTab(t)
	b.openURL(base + "/")
	b.expect("h2.name", "photos/2026/0/PHOTO.jpg")
	b.expect("#verdict", "The variant, 800 × 500 AVIF.")
	b.expect("#note", "18 pictures.")
	b.wait(`document.querySelector(".thumb img")?.complete`)
	b.screen("bucket")
	b.colours("dark")
	b.screen("bucket-dark")
	b.colours("light")
	for _, i := range []int{4, 7, 15, 16, 17} {
		selector := fmt.Sprintf("#strip li:nth-child(%d) a", i+1)
		b.follow(click(b, selector))
		key := s.keys[i]
		if got := eval[string](b, `document.querySelector("h2.name").textContent`); got != key {
			t.Errorf("got the page of %q, want of %q", got, key)
		}
		want := "The variant, "
		if strings.HasSuffix(key, ".heic") {
			want = "The original, because HEIC is not resized."
		}
		b.expect("#verdict", want)
	}
	b.do(chromedp.SetValue(chromedp.CSS("#prefix"), "photos/2026/1/"))
	b.follow(chromedp.Click(chromedp.CSS("#prefix ~ button")))
	b.expect("#note", "5 pictures.")
	b.expect("h2.name", "photos/2026/1/PHOTO.jpg")
	b.do(chromedp.SetValue(chromedp.CSS("#key"), "any/where/png-rgba.png"))
	b.follow(chromedp.Click(chromedp.CSS("#key ~ button")))
	b.expect("h2.name", "any/where/png-rgba.png")
	b.expect("#verdict", "AVIF.")
	b.expect("#note", "5 pictures.")
	b.fill("#width", "100")
	b.openURL(base + eval[string](b, "location.pathname + location.search"))
	b.expect("#verdict", "The variant, 100 × ")
	b.expect("#note", "5 pictures.")

	b.expected = regexp.MustCompile(`the server responded with a status of (404|502|504)|ERR_`)
	b.openURL(base + "/?original=none.jpg")
	b.expect(".notice", "There is no original none.jpg.")
	b.screen("bucket-none")
	stopS3()
	b.openURL(base + "/?original=PHOTO.jpg&width=300&height=200")
	b.expect("#note", "Nothing listens at")
	b.expect("#verdict", "CloudFront's own answer, 502.")
	b.screen("bucket-stopped")
}

// click clicks an element wherever it is.
func click(b *tab, selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(context.Context, *chromedp.Target) error {
		b.eval(fmt.Sprintf("document.querySelector(%q).click()", selector))
		return nil
	})
}

// A user who must not list the bucket types keys.
func TestBucketThatIsNotListed(t *testing.T) {
	s := &fakeS3{}
	s.denied.Store(true)
	base, _ := newBucket(t, s)
	b := newTab(t)
	b.expected = regexp.MustCompile(`the server responded with a status of (403|404)`)
	b.do(chromedp.Navigate(base + "/"))
	b.expect("#note", `These credentials may not list the bucket "pics"`)
	b.screen("bucket-unlisted")
	b.do(chromedp.SetValue(chromedp.CSS("#key"), "s3://pics/in/PHOTO.jpg"))
	b.follow(chromedp.Click(chromedp.CSS("#key ~ button")))
	b.expect("h2.name", "in/PHOTO.jpg")
	b.expect("#verdict", "The variant, 800 × 500 AVIF.")
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	b.openURL(base + "/?original=secret.jpg")
	b.expect(".panel .muted", "S3 refused access to the original (AccessDenied: Access Denied). Or the key does not exist")
	b.expect("#verdict", "The origin's response as it came")
	if got := eval[int](b, `document.scrollingElement.scrollWidth`); got > 390 {
		t.Errorf("the page is %d pixels wide", got)
	}
	b.screen("bucket-phone")
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#key")))
	b.screen("bucket-phone-keys")
}
