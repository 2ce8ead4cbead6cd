package edge

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// originResponse is what S3 answered, with a header of every kind.
const originResponse = `{"status":"200","statusDescription":"OK","x":{"y":[1]},"headers":{
	"accept-ranges":[{"key":"Accept-Ranges","value":"bytes"}],
	"access-control-allow-origin":[{"key":"Access-Control-Allow-Origin","value":"*"}],
	"cache-control":[{"key":"Cache-Control","value":"max-age=31536000"}],
	"content-encoding":[{"key":"Content-Encoding","value":"aws-chunked"}],
	"content-length":[{"key":"Content-Length","value":"123456"}],
	"content-md5":[{"key":"Content-MD5","value":"Q2hlY2sgSW50ZWdyaXR5IQ=="}],
	"content-range":[{"key":"Content-Range","value":"bytes 0-1/2"}],
	"content-type":[{"key":"Content-Type","value":"binary/octet-stream"}],
	"etag":[{"key":"ETag","value":"\"e\""}],
	"expires":[{"key":"Expires","value":"Fri, 01 Jan 2100 00:00:00 GMT"}],
	"last-modified":[{"key":"Last-Modified","value":"Sat, 01 Jan 2000 00:00:00 GMT"}],
	"transfer-encoding":[{"key":"Transfer-Encoding","value":"chunked"}],
	"vary":[{"key":"Vary","value":"Origin"},{"key":"Vary","value":"Accept"}],
	"via":[{"key":"Via","value":"1.1 x"}],
	"x-amz-checksum-crc64nvme":[{"key":"x-amz-checksum-crc64nvme","value":"AAAA"}],
	"x-amz-checksum-type":[{"key":"x-amz-checksum-type","value":"FULL_OBJECT"}],
	"x-amz-meta-photographer":[{"key":"x-amz-meta-photographer","value":"Ann"}]}}`

func parseResponse(t testing.TB, data []byte) Response {
	t.Helper()
	var r Response
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVariantResponse(t *testing.T) {
	v := &resize.Variant{Data: []byte{0xff, 0xd8, 0}, Format: resize.JPEG}
	out, err := variantResponse(parseResponse(t, []byte(originResponse)), v, DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	r := parseResponse(t, out)
	if r.Status != "200" || r.BodyEncoding != "base64" || string(r.Unknown["x"]) != `{"y":[1]}` {
		t.Errorf("got status %q, encoding %q, unknown %q", r.Status, r.BodyEncoding, r.Unknown)
	}
	if body, err := base64.StdEncoding.DecodeString(r.Body); err != nil || !bytes.Equal(body, v.Data) {
		t.Errorf("got body %q, %v", r.Body, err)
	}
	if got := r.Headers.Get("Content-Type"); got != "image/jpeg" {
		t.Errorf("got Content-Type %q", got)
	}
	before := parseResponse(t, []byte(originResponse)).Headers
	gone := []string{"accept-ranges", "content-encoding", "content-length", "content-md5", "content-range",
		"x-amz-checksum-crc64nvme", "x-amz-checksum-type"}
	for name, values := range before {
		kept, ok := r.Headers[name]
		switch {
		case name == "content-type":
		case slices.Contains(gone, name):
			if ok {
				t.Errorf("%s is left", name)
			}
		case len(kept) != len(values) || kept[0].Key != values[0].Key || kept[0].Value != values[0].Value:
			t.Errorf("%s is %v, was %v", name, kept, values)
		}
	}
	for name := range r.Headers {
		if _, ok := before[name]; !ok {
			t.Errorf("%s was added", name)
		}
	}
}

func TestVariantResponseSetsTheConfiguredCacheControl(t *testing.T) {
	cfg := DefaultConfig()
	cfg.CacheControl = "public, max-age=60"
	out, err := variantResponse(parseResponse(t, []byte(originResponse)), &resize.Variant{Format: resize.PNG}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if got := parseResponse(t, out).Headers["cache-control"]; len(got) != 1 || got[0].Value != cfg.CacheControl {
		t.Errorf("got %v", got)
	}
}

// A variant of exactly the budget goes out, and three bytes more do not.
func TestBodyBudgetIsWhatFits(t *testing.T) {
	for _, limit := range []int{2000, 2001, 2002, 2003, MaxResponseBytes} {
		cfg := DefaultConfig()
		cfg.MaxResponseBytes = limit
		origin := parseResponse(t, []byte(originResponse))
		budget := bodyBudget(origin, cfg)
		_, err := variantResponse(origin, &resize.Variant{Data: make([]byte, budget), Format: resize.JPEG}, cfg)
		if err != nil {
			t.Errorf("limit %d: %d bytes: %v", limit, budget, err)
		}
		_, err = variantResponse(origin, &resize.Variant{Data: make([]byte, budget+3), Format: resize.JPEG}, cfg)
		check(t, "over the budget", err, DoesNotFit)
	}
}

func TestPermanentOriginalIsUntouched(t *testing.T) {
	if got := original([]byte(originResponse), BadSize, DefaultConfig()); string(got) != originResponse {
		t.Errorf("got %s", got)
	}
}

func TestTransientOriginalDoesNotStayInTheCache(t *testing.T) {
	r := parseResponse(t, original([]byte(originResponse), S3Timeout, DefaultConfig()))
	want := parseResponse(t, []byte(originResponse))
	for _, name := range []string{"etag", "last-modified", "expires"} {
		delete(want.Headers, name)
	}
	want.Headers.Set("Cache-Control", "max-age=10")
	got, err := r.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	expected, err := want.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "response", got, expected)
}

func TestTransientOriginalIsNotMadeMoreCacheable(t *testing.T) {
	for cacheControl, want := range map[string]string{
		"no-store":             "no-store",
		"private, max-age=600": "private, max-age=600",
		"max-age=600, Private": "max-age=600, Private",
		`private="x-name"`:     `private="x-name"`,
		"max-age=31536000":     "max-age=10",
		"public, x=private":    "max-age=10",
		"no-cache":             "no-cache",
		"":                     "max-age=10",
	} {
		h := Headers{}
		if cacheControl != "" {
			h.Set("Cache-Control", cacheControl)
		}
		in, err := Response{Status: "200", Headers: h}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		got := parseResponse(t, original(in, OutOfTime, DefaultConfig())).Headers.Get("Cache-Control")
		if got != want {
			t.Errorf("%q: got %q, want %q", cacheControl, got, want)
		}
	}
}

// TestHeadersThatGrow: headers that CloudFront just took from the origin are not
// made longer than it takes from a function.
func TestHeadersThatGrow(t *testing.T) {
	cfg := DefaultConfig()
	long := strings.Repeat("x", maxHeaderBytes-len("x-long: \r\n"))
	in := Response{Status: "200", Headers: Headers{"x-long": {{Key: "X-Long", Value: long}}}}
	if _, err := variantResponse(in, &resize.Variant{Format: resize.JPEG}, cfg); ReasonOf(err) != DoesNotFit {
		t.Errorf("variant: %v", err)
	}
	came, err := in.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if got := original(came, OutOfTime, cfg); !bytes.Equal(got, came) {
		t.Errorf("%d bytes of headers became %d", maxHeaderBytes, headerBytes(parseResponse(t, got).Headers))
	}
}

func TestTransientOriginalWithTwoCacheControls(t *testing.T) {
	const both = `{"status":"200","headers":{"cache-control":[{"value":"max-age=60"},{"value":"no-store"}]}}`
	got := parseResponse(t, original([]byte(both), OutOfTime, DefaultConfig())).Headers["cache-control"]
	if len(got) != 2 || got[1].Value != "no-store" {
		t.Errorf("got %+v", got)
	}
}

func TestTransientOriginalOfAResponseWithoutHeaders(t *testing.T) {
	r := parseResponse(t, original([]byte(`{"status":"200"}`), OutOfTime, DefaultConfig()))
	if r.Headers.Get("Cache-Control") != "max-age=10" {
		t.Errorf("got %+v", r)
	}
}
