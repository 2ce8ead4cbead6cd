package bucket

import (
	"net/http"
	"testing"
)

// A bucket also answers by its own host name.
func TestVirtualHost(t *testing.T) {
	url := start(t, newServer(t))
	for host, code := range map[string]string{
		"pics.s3.amazonaws.com":                       "",
		"pics.s3.eu-west-1.amazonaws.com":             "",
		"pics.s3-eu-west-1.amazonaws.com":             "",
		"pics.s3.dualstack.eu-west-1.amazonaws.com":   "",
		"pics.s3.localhost:9000":                      "",
		"other.s3.eu-west-1.amazonaws.com":            "NoSuchBucket",
		"a.pics.s3.eu-west-1.amazonaws.com":           "NoSuchBucket",
		"s3.eu-west-1.amazonaws.com":                  "NoSuchBucket", // the bucket is "deep"
		"pics.example.com":                            "NoSuchBucket",
		"pics.s3.eu-west-1.amazonaws.com.example.com": "",
	} {
		r := newRequest(t, "GET", url, "/deep/er/photo.jpg", nil)
		r.Host = host
		got, body := do(t, sign(t, r))
		if code != "" {
			checkError(t, got, body, http.StatusNotFound, code)
		} else if got.StatusCode != 200 || body != "I am deep/er/photo.jpg" {
			t.Errorf("%s: got %d %q", host, got.StatusCode, body)
		}
	}
}

// A caller that must not list the bucket does not learn what it lacks.
func TestHideMissing(t *testing.T) {
	s := newServer(t)
	s.HideMissing = true
	url := start(t, s)
	got, body := get(t, "GET", url, "/pics/none.jpg", nil)
	checkError(t, got, body, http.StatusForbidden, "AccessDenied")
	if got, body := get(t, "HEAD", url, "/pics/none.jpg", nil); got.StatusCode != 403 || body != "" {
		t.Errorf("HEAD: got %d %q", got.StatusCode, body)
	}
	if got, _ := get(t, "GET", url, "/pics/photo.jpg", nil); got.StatusCode != 200 {
		t.Errorf("got %d", got.StatusCode)
	}
}

// Errors are chunked; objects have a known length.
func TestTransferEncoding(t *testing.T) {
	url := start(t, newServer(t))
	if got, _ := get(t, "GET", url, "/pics/none.jpg", nil); len(got.TransferEncoding) != 1 || got.ContentLength != -1 {
		t.Errorf("error: got %v, length %d", got.TransferEncoding, got.ContentLength)
	}
	if got, _ := get(t, "GET", url, "/pics/photo.jpg", nil); len(got.TransferEncoding) != 0 || got.ContentLength != 10 {
		t.Errorf("object: got %v, length %d", got.TransferEncoding, got.ContentLength)
	}
}

func TestContentTypes(t *testing.T) {
	for key, want := range map[string]string{
		"a.jpg": "image/jpeg", "a.JPEG": "image/jpeg", "a/b.PNG": "image/png", "a.webp": "image/webp", "a.tif": "image/tiff",
		"a.svg": "image/svg+xml", "a.jpg.bin": "binary/octet-stream", "jpg": "binary/octet-stream", ".jpg": "image/jpeg",
	} {
		if got := contentType(key); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
}
