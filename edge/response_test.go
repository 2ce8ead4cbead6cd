package edge

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// originResponse is S3's answer, with a header of every kind.
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
	"content-disposition":[{"key":"Content-Disposition","value":"inline; filename=a.png"}],
	"content-language":[{"key":"Content-Language","value":"de"}],
	"content-security-policy":[{"key":"Content-Security-Policy","value":"default-src 'none'"}],
	"expires":[{"key":"Expires","value":"Fri, 01 Jan 2100 00:00:00 GMT"}],
	"last-modified":[{"key":"Last-Modified","value":"Sat, 01 Jan 2000 00:00:00 GMT"}],
	"transfer-encoding":[{"key":"Transfer-Encoding","value":"chunked"}],
	"vary":[{"key":"Vary","value":"Origin"},{"key":"Vary","value":"Accept"}],
	"via":[{"key":"Via","value":"1.1 x"}],
	"x-amz-checksum-crc64nvme":[{"key":"x-amz-checksum-crc64nvme","value":"AAAA"}],
	"x-amz-checksum-type":[{"key":"x-amz-checksum-type","value":"FULL_OBJECT"}],
	"x-amz-meta-photographer":[{"key":"x-amz-meta-photographer","value":"Ann"}],
	"x-amz-server-side-encryption-aws-kms-key-id":[{"key":"x-amz-server-side-encryption-aws-kms-key-id","value":"arn:aws:kms:x"}],
	"x-amz-version-id":[{"key":"x-amz-version-id","value":"v"}],
	"x-amz-website-redirect-location":[{"key":"x-amz-website-redirect-location","value":"/b"}],
	"x-custom":[{"key":"X-Custom","value":"c"}]}}`

func parseResponse(t testing.TB, data []byte) Response {
	t.Helper()
	var r Response
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A variant has headers of its own, and the origin's that do not describe what
// it has stored.
func TestVariantResponse(t *testing.T) {
	v := &resize.Variant{Data: []byte{0xff, 0xd8, 0}, Format: resize.JPEG}
	out, err := variantResponse(mustRead(t, originResponse), v, `"v"`, DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	r := parseResponse(t, out)
	if r.Status != "200" || r.BodyEncoding != "base64" || !bytes.Contains(out, []byte(`"x":{"y":[1]}`)) {
		t.Errorf("got %s", out)
	}
	if body, err := base64.StdEncoding.DecodeString(r.Body); err != nil || !bytes.Equal(body, v.Data) {
		t.Errorf("got body %q, %v", r.Body, err)
	}
	want := parseResponse(t, []byte(originResponse)).Headers
	maps.DeleteFunc(want, func(name string, _ []Header) bool {
		return !slices.Contains([]string{"access-control-allow-origin", "content-security-policy", "expires",
			"transfer-encoding", "vary", "via", "x-custom"}, name)
	})
	want.Set("Cache-Control", "max-age=31536000, stale-while-revalidate=60")
	want.Set("Content-Type", "image/jpeg")
	want.Set("ETag", `"v"`)
	if !reflect.DeepEqual(r.Headers, want) {
		t.Errorf("got %+v, want %+v", r.Headers, want)
	}
}

// A piece of the original becomes the whole variant.
func TestVariantResponseToARange(t *testing.T) {
	partial := strings.Replace(originResponse, `"200","statusDescription":"OK"`, `"206","statusDescription":"Partial Content"`, 1)
	out, err := variantResponse(mustRead(t, partial), &resize.Variant{Format: resize.JPEG}, "", DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	r := parseResponse(t, out)
	if r.Status != "200" || r.StatusDescription != "OK" || r.Headers.Get("Content-Range") != "" || r.Headers.Get("ETag") != "" {
		t.Errorf("got %+v", r)
	}
}

// After a refusal because of a viewer's headers, the variant is for that viewer
// alone: the refusal does not say how long caches may keep the original.
func TestVariantResponseToARefusal(t *testing.T) {
	cfg := DefaultConfig()
	cfg.CacheControl = "public, max-age=60"
	for _, status := range []string{"412", "416"} {
		refused := strings.Replace(originResponse, `"200"`, `"`+status+`"`, 1)
		out, err := variantResponse(mustRead(t, refused), &resize.Variant{Format: resize.JPEG}, `"v"`, cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := parseResponse(t, out)
		if r.Status != "200" || r.StatusDescription != "OK" || r.Headers.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %+v", status, r)
		}
	}
}

func TestVariantResponseSetsTheConfiguredCacheControl(t *testing.T) {
	cfg := DefaultConfig()
	cfg.CacheControl, cfg.StaleWhileRevalidateS = "public, max-age=60", 0
	out, err := variantResponse(mustRead(t, originResponse), &resize.Variant{Format: resize.PNG}, "", cfg)
	if err != nil {
		t.Fatal(err)
	}
	if got := parseResponse(t, out).Headers["cache-control"]; len(got) != 1 || got[0].Value != cfg.CacheControl {
		t.Errorf("got %v", got)
	}
}

// budgetOf returns the budget that the headers of origin leave, or fails the
// test.
func budgetOf(t *testing.T, origin received, cfg Config) int {
	t.Helper()
	budget, err := bodyBudget(origin, false, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return budget
}

// A variant of exactly the budget goes out in any format. Three more bytes do
// not fit in the format with the longest headers.
func TestBodyBudgetIsWhatFits(t *testing.T) {
	origin := mustRead(t, originResponse)
	for _, original := range []string{"", `"e"`} {
		etag := newIdentity(DefaultConfig()).etag(original, Ask{Size: Size{5, 5}}, nil)
		for _, limit := range []int{2000, 2001, 2002, 2003, MaxResponseBytes} {
			cfg := DefaultConfig()
			cfg.MaxResponseBytes = limit
			budget := budgetOf(t, origin, cfg)
			var over []error
			for _, format := range resize.Written() {
				if _, err := variantResponse(origin, &resize.Variant{Data: make([]byte, budget), Format: format}, etag, cfg); err != nil {
					t.Errorf("limit %d: %d bytes of %s: %v", limit, budget, format, err)
				}
				_, err := variantResponse(origin, &resize.Variant{Data: make([]byte, budget+3), Format: format}, etag, cfg)
				over = append(over, err)
			}
			if etag != "" {
				check(t, "over the budget", errors.Join(over...), DoesNotFit)
			}
		}
	}
}

// The Cache-Control of a refusal does not count: the variant has another one.
func TestBodyBudgetOfARefusal(t *testing.T) {
	cfg := DefaultConfig()
	cfg.CacheControl = "public, max-age=31536000, immutable"
	ok := mustRead(t, originResponse)
	refused := ok
	refused.Status = "412"
	if less, more := budgetOf(t, ok, cfg), budgetOf(t, refused, cfg); less >= more {
		t.Errorf("%d bytes beside the configured Cache-Control, %d beside no-store", less, more)
	}
}

// If the headers alone are too long, the handler does not ask S3 for the
// original.
func TestHeadersThatLeaveNoRoom(t *testing.T) {
	for _, tt := range []struct{ limit, header int }{
		{MaxResponseBytes, maxHeaderBytes}, {1024, 1024}, {1024, 800},
	} {
		cfg := DefaultConfig()
		cfg.MaxResponseBytes = tt.limit
		asked := false
		source := sourceFunc(func(context.Context, Location) ([]byte, error) {
			asked = true
			return nil, Because(S3NotFound, nil)
		})
		for _, length := range []int{5, tt.header} {
			came := responseOf(t, "200", map[string]string{"X-Long": strings.Repeat("x", length)})
			payload := bytes.Replace(event("width=20&height=10", "200"), []byte(originResponse), []byte(came), 1)
			_, out, err := New(cfg, source, 0, quiet()).Handle(t.Context(), payload)
			want := DoesNotFit
			if length == 5 || tt.header == 800 {
				want = S3NotFound
			}
			if err != nil || out.Reason != want || asked != (want == S3NotFound) {
				t.Errorf("%+v, %d: got %+v, %v, asked %v", tt, length, out, err, asked)
			}
			asked = false
		}
	}
}

// patched changes only what it is given: all other members stay byte for byte,
// except that their order may change.
func TestPatchedKeepsWhatItDoesNotKnow(t *testing.T) {
	const response = `{"x":{"<>": [ 12345678901234567890, 1e400]},"Status":"x" , "status":"200","status":"206", "body":null,"statusDescription":"<",
		"headers":{"a":[{"key":"A","value":"1","x": {"<" :"\u003c"}}, null],"b":null,"c":[],"d":[{"value":"d","VALUE":"x"}],"d2":[{"value":"d"}],
			"e":[{"key":"E","value":"gone"}],"f":[{"key":"F","value":"same","x":1}],"g":[{"key":"G","value":"old","x":1}]},"y":"\ud800"}`
	r := mustRead(t, response)
	headers := maps.Clone(r.Headers)
	if r.Status != "206" || headers.Get("d") != "d" {
		t.Errorf("read %+v", r.Response)
	}
	delete(headers, "e")
	headers.Set("F", "same")
	headers.Set("G", "new")
	headers.Set("H", "<added>")
	got, err := r.patched(headers, object{"status": []byte(`"200"`)}, []byte("body"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Status":"x","headers":{` +
		`"a":[{"key":"A","value":"1","x": {"<" :"\u003c"}}, null],"b":null,"c":[],"d":[{"value":"d","VALUE":"x"}],"d2":[{"value":"d"}],` +
		`"f":[{"key":"F","value":"same","x":1}],"g":[{"key":"G","value":"new"}],"h":[{"key":"H","value":"\u003cadded\u003e"}]},` +
		`"status":"200","statusDescription":"<","x":{"<>": [ 12345678901234567890, 1e400]},"y":"\ud800","body":"Ym9keQ=="}`
	if string(got) != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// TestHurriedVariant checks that caches keep a variant made in a hurry only
// briefly.
func TestHurriedVariant(t *testing.T) {
	for _, status := range []string{"200", "206", "412"} {
		for _, hurried := range []bool{false, true} {
			origin, err := readResponse([]byte(`{"status":"` + status + `","headers":{` +
				`"cache-control":[{"key":"Cache-Control","value":"public, max-age=31536000"}],` +
				`"expires":[{"key":"Expires","value":"Thu, 01 Jan 2099 00:00:00 GMT"}]}}`))
			if err != nil {
				t.Fatal(err)
			}
			v := &resize.Variant{Data: []byte("bytes"), Format: resize.JPEG, Hurried: hurried}
			data, err := variantResponse(origin, v, `"abc"`, DefaultConfig())
			if err != nil {
				t.Fatal(err)
			}
			var got Response
			if err := decode(data, &got); err != nil {
				t.Fatal(err)
			}
			soon := strings.Contains(got.Headers.Get("Cache-Control"), "max-age=10")
			switch {
			case status == "412":
				if got.Headers.Get("Cache-Control") != "no-store" {
					t.Errorf("%s, hurried %v: %v", status, hurried, got.Headers)
				}
			case soon != hurried, hurried != (got.Headers.Get("ETag") == ""), hurried != (got.Headers.Get("Expires") == ""):
				t.Errorf("%s, hurried %v: %v", status, hurried, got.Headers)
			}
		}
	}
}
