package main

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// drop posts files to the page as its form does.
func drop(t *testing.T, s *site, header http.Header, files map[string][]byte) answered {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, data := range files {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return post(t, s, form.FormDataContentType(), header, &body)
}

func post(t *testing.T, s *site, contentType string, header http.Header, body io.Reader) answered {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/", body)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	r.Header.Set("Content-Type", contentType)
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	answer, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{got.StatusCode, got.Header, answer}
}

// A dropped file can be requested and resized like any other, under any name,
// and is not written to disk.
func TestDrop(t *testing.T) {
	dir := newFolder(t, map[string][]byte{"a.jpg": original(t, "PHOTO.jpg")})
	s := startSite(t, edge.DefaultConfig(), folder(dir))
	for _, name := range []string{"a.jpg", "été +1 %.jpg", "?&#.jpg"} {
		got := drop(t, s, nil, map[string][]byte{name: original(t, "jpeg-420.jpg")})
		if got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d %s", name, got.status, got.body)
		}
		index := get(t, s.url+got.header.Get("Location"))
		if !strings.Contains(html.UnescapeString(string(index.body)), `<h2 class="name">`+name+"</h2>") {
			t.Errorf("%s: got %d, not its page", name, index.status)
		}
		on := links(index.body)
		at := slices.IndexFunc(on, func(link string) bool {
			return strings.HasPrefix(link, "/dropped//") && strings.HasSuffix(link, page.EscapePath(name)+"?width=150&height=113")
		})
		if at < 0 {
			t.Fatalf("%s: no variant among %q", name, on)
		}
		variant := get(t, s.url+on[at])
		expect(t, variant, "Miss", "resized")
		checkPicture(t, variant, "jpeg", 150, 113)
		if uri := invocation(t, s, variant).Event.Records[0].CF.Request.URI; uri+"?width=150&height=113" != on[at] {
			t.Errorf("%s: got an event for %s", name, uri)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("got %v, %v in the folder", files, err)
	}
}

// Posts without a file, and posts from other sites, are refused.
func TestDropRefused(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	if got := drop(t, s, nil, map[string][]byte{"": nil}); got.status != http.StatusSeeOther || got.header.Get("Location") != "/" {
		t.Errorf("nothing chosen: got %d %v", got.status, got.header)
	}
	if got := post(t, s, "multipart/form-data; boundary=x", nil, strings.NewReader("--x\r\nno form")); got.status != http.StatusBadRequest {
		t.Errorf("no form: got %d", got.status)
	}
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://example.com"}}, {"Origin": {"null"}},
		{"Origin": {s.url + "0"}}, {"Origin": {s.url}, "Sec-Fetch-Site": {"cross-site"}},
	} {
		if got := drop(t, s, header.Clone(), map[string][]byte{"a.jpg": nil}); got.status != http.StatusForbidden {
			t.Errorf("%v: got %d", header, got.status)
		}
		form := strings.NewReader("invalidate=%2F*")
		if got := post(t, s, "application/x-www-form-urlencoded", header.Clone(), form); got.status != http.StatusForbidden {
			t.Errorf("%v: got %d", header, got.status)
		}
	}
	for _, header := range []http.Header{{"Origin": {s.url}}, {"Sec-Fetch-Site": {"same-origin"}}, {"Sec-Fetch-Site": {"none"}}, {}} {
		if got := drop(t, s, header, map[string][]byte{"a.jpg": nil}); got.status != http.StatusSeeOther {
			t.Errorf("%v: got %d", header, got.status)
		}
	}
}

func TestInvalidate(t *testing.T) {
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	invalidate := func(path string) answered {
		form := url.Values{"invalidate": {path}}.Encode()
		return post(t, s, "application/x-www-form-urlencoded", nil, strings.NewReader(form))
	}
	size := s.url + "/PHOTO.jpg?width=50&height=30"
	expect(t, get(t, size), "Miss", "resized")
	expect(t, get(t, size), "Hit", "resized")
	if got := invalidate("/PHOTO.jpg*"); got.status != http.StatusSeeOther {
		t.Errorf("got %d %s", got.status, got.body)
	}
	expect(t, get(t, size), "Miss", "resized")
	if got := invalidate("PHOTO.jpg"); got.status != http.StatusBadRequest || !strings.Contains(string(got.body), "begin with /") {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
