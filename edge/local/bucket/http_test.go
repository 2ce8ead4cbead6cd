package bucket

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// newRequest returns a request that is not signed. path is used unchanged.
func newRequest(t testing.TB, method, base, path string, header http.Header) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("X-Amz-Content-Sha256", sigv4.EmptyPayload)
	return r
}

// sign signs r with the credentials of the tests.
func sign(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	err := sigv4.NewSigner("s3").SignHTTP(context.Background(), testCredentials, r, sigv4.EmptyPayload, "s3", testRegion, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// do sends r and reads the answer.
func do(t testing.TB, r *http.Request) (*http.Response, string) {
	t.Helper()
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got, string(body)
}

// get sends a signed request and reads the answer.
func get(t testing.TB, method, base, path string, header http.Header) (*http.Response, string) {
	t.Helper()
	return do(t, sign(t, newRequest(t, method, base, path, header)))
}

// checkError fails the test unless an answer is the given error of S3.
func checkError(t testing.TB, got *http.Response, body string, status int, code string) {
	t.Helper()
	var e struct {
		XMLName   xml.Name
		Code      string
		Message   string
		RequestID string `xml:"RequestId"`
		HostID    string `xml:"HostId"`
	}
	if err := xml.Unmarshal([]byte(body), &e); err != nil {
		t.Errorf("%v in %q", err, body)
	}
	id, host := got.Header.Get("X-Amz-Request-Id"), got.Header.Get("X-Amz-Id-2")
	if got.StatusCode != status || e.XMLName.Local != "Error" || e.Code != code || e.Message == "" ||
		id == "" || e.RequestID != id || host == "" || e.HostID != host ||
		got.Header.Get("Content-Type") != "application/xml" || got.Header.Get("ETag") != "" {
		t.Errorf("got %d %v %s; want %d %s", got.StatusCode, got.Header, body, status, code)
	}
}

// RFC 9110, section 13; Amazon S3 API Reference, "GetObject", for pairs of
// conditions.
func TestConditions(t *testing.T) {
	url := start(t, newServer(t))
	var (
		at     = modified.Format(http.TimeFormat)
		before = modified.Add(-time.Hour).Format(http.TimeFormat)
		after  = modified.Add(time.Hour).Format(http.TimeFormat)
	)
	for _, tt := range []struct {
		name   string
		header http.Header
		want   int
	}{
		{"match", http.Header{"If-Match": {photoETag}}, 200},
		{"match, any", http.Header{"If-Match": {"*"}}, 200},
		{"match, one of two", http.Header{"If-Match": {`"other", ` + photoETag}}, 200},
		{"match, other", http.Header{"If-Match": {`"other"`}}, 412},
		{"none match", http.Header{"If-None-Match": {photoETag}}, 304},
		{"none match, weak", http.Header{"If-None-Match": {"W/" + photoETag}}, 304},
		{"none match, any", http.Header{"If-None-Match": {"*"}}, 304},
		{"none match, other", http.Header{"If-None-Match": {`"other"`}}, 200},
		{"modified since", http.Header{"If-Modified-Since": {before}}, 200},
		{"not modified since", http.Header{"If-Modified-Since": {at}}, 304},
		{"not modified since, later", http.Header{"If-Modified-Since": {after}}, 304},
		{"modified since no date", http.Header{"If-Modified-Since": {"yesterday"}}, 200},
		{"unmodified since", http.Header{"If-Unmodified-Since": {at}}, 200},
		{"modified in the meantime", http.Header{"If-Unmodified-Since": {before}}, 412},
		{"unmodified since no date", http.Header{"If-Unmodified-Since": {"yesterday"}}, 200},
		{"match beats unmodified", http.Header{"If-Match": {photoETag}, "If-Unmodified-Since": {before}}, 200},
		{"none match beats modified", http.Header{"If-None-Match": {`"other"`}, "If-Modified-Since": {at}}, 200},
		{"none match and modified", http.Header{"If-None-Match": {photoETag}, "If-Modified-Since": {before}}, 304},
		{"match and none match", http.Header{"If-Match": {`"other"`}, "If-None-Match": {photoETag}}, 412},
		{"none match before range", http.Header{"If-None-Match": {photoETag}, "Range": {"bytes=0-1"}}, 304},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			t.Run(method+" "+tt.name, func(t *testing.T) {
				got, body := get(t, method, url, "/pics/photo.jpg", tt.header)
				if got.StatusCode != tt.want {
					t.Errorf("got %d, want %d", got.StatusCode, tt.want)
				}
				switch {
				case method == "HEAD" && body != "":
					t.Errorf("got a body %q", body)
				case method == "GET" && tt.want == 200 && body != string(photo):
					t.Errorf("got %q", body)
				case method == "GET" && tt.want == 412:
					checkError(t, got, body, 412, "PreconditionFailed")
				case tt.want == 304 && (body != "" || got.Header.Get("ETag") != photoETag || got.Header.Get("Last-Modified") != at ||
					got.Header.Get("Content-Type") != "" || got.Header.Get("Content-Length") != ""):
					t.Errorf("got %v, %q", got.Header, body)
				}
			})
		}
	}
}

// RFC 9110, section 14; S3 accepts only one range.
func TestRange(t *testing.T) {
	url := start(t, newServer(t))
	for _, tt := range []struct {
		value, condition string
		status           int
		body, content    string
	}{
		{"bytes=0-3", "", 206, "0123", "bytes 0-3/10"},
		{"bytes=4-", "", 206, "456789", "bytes 4-9/10"},
		{"bytes=-3", "", 206, "789", "bytes 7-9/10"},
		{"bytes=-99", "", 206, "0123456789", "bytes 0-9/10"},
		{"bytes=8-99", "", 206, "89", "bytes 8-9/10"},
		{"bytes=8-9223372036854775807", "", 206, "89", "bytes 8-9/10"},
		{"bytes=9-9", "", 206, "9", "bytes 9-9/10"},
		{"bytes=10-", "", 416, "", ""},
		{"bytes=99999999999-", "", 416, "", ""},
		{"bytes=-0", "", 416, "", ""},
		{"bytes=3-2", "", 200, "0123456789", ""},
		{"bytes=0-1,4-5", "", 200, "0123456789", ""},
		{"bytes=a-b", "", 200, "0123456789", ""},
		{"bytes=-", "", 200, "0123456789", ""},
		{"bytes=99999999999999999999-", "", 200, "0123456789", ""},
		{"pages=0-3", "", 200, "0123456789", ""},
		{"bytes=0-3", photoETag, 206, "0123", "bytes 0-3/10"},
		{"bytes=0-3", modified.Format(http.TimeFormat), 206, "0123", "bytes 0-3/10"},
		{"bytes=0-3", `"other"`, 200, "0123456789", ""},
	} {
		t.Run(tt.value+tt.condition, func(t *testing.T) {
			header := http.Header{"Range": {tt.value}}
			if tt.condition != "" {
				header.Set("If-Range", tt.condition)
			}
			got, body := get(t, "GET", url, "/pics/photo.jpg", header)
			if tt.status == 416 {
				checkError(t, got, body, 416, "InvalidRange")
				return
			}
			if got.StatusCode != tt.status || body != tt.body || got.Header.Get("Content-Range") != tt.content ||
				got.ContentLength != int64(len(tt.body)) {
				t.Errorf("got %d %q %v", got.StatusCode, body, got.Header)
			}
		})
	}
}

func TestEmptyObject(t *testing.T) {
	url := start(t, newServer(t))
	if got, body := get(t, "GET", url, "/pics/empty.bin", nil); got.StatusCode != 200 || got.ContentLength != 0 || body != "" ||
		got.Header.Get("Content-Type") == "" {
		t.Errorf("got %d, %v, %q", got.StatusCode, got.Header, body)
	}
	got, body := get(t, "GET", url, "/pics/empty.bin", http.Header{"Range": {"bytes=0-"}})
	checkError(t, got, body, 416, "InvalidRange")
}

// Keys may be spelled in several ways in a path.
func TestPaths(t *testing.T) {
	url := start(t, newServer(t))
	for _, tt := range []struct {
		path   string
		status int
		want   string // the body, or the error's code
	}{
		{"/pics/a%20b.jpg", 200, "I am a b.jpg"},
		{"/pics/a+b.jpg", 200, "I am a b.jpg"},
		{"/pics/a%2Bb.jpg", 200, "I am a+b.jpg"},
		{"/pics/a%2bb.jpg", 200, "I am a+b.jpg"},
		{"/pics/100%25.jpg", 200, "I am 100%.jpg"},
		{"/pics/100%2525.jpg", 200, "I am 100%25.jpg"},
		{"/pics/%C3%A9t%C3%A9.jpg", 200, "I am été.jpg"},
		{"/pics/%70hoto.jpg", 200, "0123456789"},
		{"/pics/deep%2Fer/photo.jpg", 200, "I am deep/er/photo.jpg"},
		{"/pics/%2e%2e/secret.txt", 404, "NoSuchKey"},
		{"/pics/../secret.txt", 404, "NoSuchKey"},
		{"/pics/..%2fsecret.txt", 404, "NoSuchKey"},
		{"/pics/deep/../photo.jpg", 404, "NoSuchKey"},
		{"/pics//photo.jpg", 404, "NoSuchKey"},
		{"/pics/photo.jpg/", 404, "NoSuchKey"},
		{"/pics/photo.jpg%00", 404, "NoSuchKey"},
		{"/pics/deep/", 404, "NoSuchKey"},
		{"/pics/..", 404, "NoSuchKey"},
		{"/pics/%ff.jpg", 400, "InvalidURI"},
		{"/pics/", 501, "NotImplemented"},
		{"/pics", 501, "NotImplemented"},
		{"/", 404, "NoSuchBucket"},
		{"//pics/photo.jpg", 404, "NoSuchBucket"},
		{"/PICS/photo.jpg", 404, "NoSuchBucket"},
		{"/pics/photo.jpg?width=5&x-id=GetObject", 200, "0123456789"},
		{"/pics/photo.jpg?acl", 501, "NotImplemented"},
		{"/pics/photo.jpg?versionId=null", 501, "NotImplemented"},
		{"/pics/photo.jpg?width=5&uploads=", 501, "NotImplemented"},
		{"/pics/photo.jpg?response-content-type=text/html", 200, "0123456789"},
		{"/pics/photo.jpg?response-content-length=1", 501, "NotImplemented"},
	} {
		t.Run(tt.path, func(t *testing.T) {
			got, body := get(t, "GET", url, tt.path, nil)
			if tt.status != 200 {
				checkError(t, got, body, tt.status, tt.want)
			} else if got.StatusCode != 200 || body != tt.want {
				t.Errorf("got %d %q", got.StatusCode, body)
			}
			head, body := get(t, "HEAD", url, tt.path, nil)
			if head.StatusCode != tt.status || body != "" {
				t.Errorf("HEAD: got %d %q", head.StatusCode, body)
			}
		})
	}
}

// A signed request overrides headers of an answer with status 200.
func TestOverriddenHeaders(t *testing.T) {
	url := start(t, newServer(t))
	const path = "/pics/photo.jpg?width=5&response-content-type=text%2Fhtml&response-cache-control=no-store&response-content-disposition=attachment" +
		"&response-content-encoding=br&response-content-language=de&response-expires=0&response-content-type=text/plain"
	want := map[string]string{
		"Content-Type": "text/html", "Cache-Control": "no-store", "Content-Disposition": "attachment",
		"Content-Encoding": "br", "Content-Language": "de", "Expires": "0",
	}
	for _, method := range []string{"GET", "HEAD"} {
		got, _ := get(t, method, url, path, nil)
		for name, value := range want {
			if got.StatusCode != 200 || got.Header.Get(name) != value {
				t.Errorf("%s: got %d, %s: %s; want %s", method, got.StatusCode, name, got.Header.Get(name), value)
			}
		}
	}
	for _, header := range []http.Header{{"Range": {"bytes=0-1"}}, {"If-None-Match": {photoETag}}} {
		got, _ := get(t, "GET", url, path, header)
		if got.StatusCode == 200 || got.Header.Get("Cache-Control") != "" || got.Header.Get("Content-Type") == "text/html" {
			t.Errorf("%v: got %d %v", header, got.StatusCode, got.Header)
		}
	}
	got, body := do(t, newRequest(t, "GET", url, path, nil))
	checkError(t, got, body, 403, "AccessDenied")
	if got, _ := get(t, "GET", url, "/pics/photo.jpg?response-content-type=", nil); got.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %v", got.Header)
	}
}

func TestOtherMethods(t *testing.T) {
	url := start(t, newServer(t))
	for _, method := range []string{"PUT", "POST", "DELETE", "OPTIONS", "PATCH"} {
		got, body := get(t, method, url, "/pics/photo.jpg", nil)
		checkError(t, got, body, 405, "MethodNotAllowed")
	}
}

// A request that differs from the signed one is refused, and the error does not
// name the object.
func TestSignature(t *testing.T) {
	url := start(t, newServer(t))
	signedAt := func(offset time.Duration) func(*testing.T, *http.Request) {
		return func(t *testing.T, r *http.Request) {
			err := sigv4.NewSigner("s3").SignHTTP(t.Context(), testCredentials, r, sigv4.EmptyPayload, "s3", testRegion, time.Now().Add(offset))
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	changed := func(change func(http.Header)) func(*testing.T, *http.Request) {
		return func(t *testing.T, r *http.Request) {
			sign(t, r)
			change(r.Header)
		}
	}
	authorization := func(old, new string) func(*testing.T, *http.Request) {
		return changed(func(h http.Header) {
			before := h.Get("Authorization")
			h.Set("Authorization", strings.Replace(before, old, new, 1))
			if h.Get("Authorization") == before {
				panic("the test changed nothing")
			}
		})
	}
	for _, tt := range []struct {
		name   string
		make   func(*testing.T, *http.Request)
		status int
		code   string
	}{
		{"anonymous", func(*testing.T, *http.Request) {}, 403, "AccessDenied"},
		{"older scheme", changed(func(h http.Header) { h.Set("Authorization", "AWS AKIATEST:c2lnbmF0dXJl") }), 400, "AuthorizationHeaderMalformed"},
		{"another service", authorization("/s3/", "/ec2/"), 400, "AuthorizationHeaderMalformed"},
		{"another region", authorization("/"+testRegion+"/", "/us-east-1/"), 400, "AuthorizationHeaderMalformed"},
		{"another key", authorization("AKIATEST", "AKIAOTHER"), 403, "InvalidAccessKeyId"},
		{"tampered signature", changed(tamper), 403, "SignatureDoesNotMatch"},
		{"changed header", changed(func(h http.Header) { h.Set("If-Match", photoETag) }), 403, "SignatureDoesNotMatch"},
		{"changed payload hash", changed(func(h http.Header) { h.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }), 403, "SignatureDoesNotMatch"},
		{"no payload hash", changed(func(h http.Header) { h.Del("X-Amz-Content-Sha256") }), 400, "InvalidRequest"},
		{"added header of Amazon's", changed(func(h http.Header) { h.Set("X-Amz-Meta-A", "b") }), 403, "AccessDenied"},
		{"host not signed", authorization("host;", ""), 403, "AccessDenied"},
		{"signed header that is not there", changed(func(h http.Header) { h.Del("If-Match") }), 403, "SignatureDoesNotMatch"},
		{"no date", changed(func(h http.Header) { h.Del("X-Amz-Date") }), 403, "AccessDenied"},
		{"no such date", changed(func(h http.Header) { h.Set("X-Amz-Date", "today") }), 403, "AccessDenied"},
		{"date of another day", changed(func(h http.Header) {
			h.Set("X-Amz-Date", time.Now().Add(25*time.Hour).UTC().Format("20060102T150405Z"))
		}), 403, "AccessDenied"},
		{"16 minutes late", signedAt(-16 * time.Minute), 403, "RequestTimeTooSkewed"},
		{"16 minutes early", signedAt(16 * time.Minute), 403, "RequestTimeTooSkewed"},
		{"14 minutes late", signedAt(-14 * time.Minute), 200, ""},
		{"14 minutes early", signedAt(14 * time.Minute), 200, ""},
		{"added header of another's", changed(func(h http.Header) { h.Set("Accept", "image/*") }), 200, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRequest(t, "GET", url, "/pics/photo.jpg", http.Header{"If-Match": {"*"}})
			tt.make(t, r)
			got, body := do(t, r)
			if tt.code != "" {
				checkError(t, got, body, tt.status, tt.code)
			} else if got.StatusCode != tt.status {
				t.Errorf("got %d %s", got.StatusCode, body)
			}
		})
	}
}

// tamper changes the last digit of the signature.
func tamper(h http.Header) {
	a := h.Get("Authorization")
	digit := "0"
	if strings.HasSuffix(a, digit) {
		digit = "1"
	}
	h.Set("Authorization", a[:len(a)-1]+digit)
}

// The signature covers method, path and query string.
func TestSignatureOfTheRequestLine(t *testing.T) {
	url := start(t, newServer(t))
	for name, change := range map[string]func(*http.Request){
		"method": func(r *http.Request) { r.Method = "HEAD" },
		"path":   func(r *http.Request) { r.URL.Path = "/pics/.hidden" },
		"query":  func(r *http.Request) { r.URL.RawQuery = "a=b" },
	} {
		r := sign(t, newRequest(t, "GET", url, "/pics/photo.jpg", nil))
		change(r)
		if got, _ := do(t, r); got.StatusCode != 403 {
			t.Errorf("%s: got %d, want 403", name, got.StatusCode)
		}
	}
}

func FuzzParseRange(f *testing.F) {
	for _, seed := range []string{"bytes=0-3", "bytes=4-", "bytes=-3", "bytes=3-2", "bytes=0-9223372036854775807", "bytes=-", ""} {
		f.Add(seed, 10)
	}
	f.Fuzz(func(t *testing.T, header string, size int) {
		if size < 0 {
			t.Skip()
		}
		start, end, ok := parseRange(header, size)
		if start < 0 || end < 0 || start > size || end > size || !ok && (start != 0 && end != size) {
			t.Errorf("%q of %d bytes is %d to %d, %v", header, size, start, end, ok)
		}
	})
}
