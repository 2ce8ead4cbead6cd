package edge

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// shelf is a source of the objects at its keys in the bucket pics. It records
// the keys that it is asked for.
type shelf struct {
	objects map[string][]byte
	asked   []string
}

func (s *shelf) Open(_ context.Context, l Location, _ int64) (Body, error) {
	s.asked = append(s.asked, l.Key)
	data, ok := s.objects[l.Key]
	if !ok || l.Bucket != "pics" || l.Region != "eu-west-1" {
		return nil, Because(S3NotFound, fmt.Errorf("%+v", l))
	}
	return Whole(data, `"f"`), nil
}

// withFallback returns a config with the fallback picture none.jpg.
func withFallback() Config {
	cfg := DefaultConfig()
	cfg.FallbackKey, cfg.CacheTagHeader = "none.jpg", "Edgeresize-Cache-Tag"
	return cfg
}

// answeredWith returns the event after S3 has answered a GET as given.
func answeredWith(query, response string) []byte {
	return bytes.Replace(event(query, "200"), []byte(originResponse), []byte(response), 1)
}

// notFound is S3's answer for a missing key.
const notFound = `{"status":"404","statusDescription":"Not Found","headers":{
	"content-type":[{"key":"Content-Type","value":"application/xml"}],"transfer-encoding":[{"key":"Transfer-Encoding","value":"chunked"}],
	"x-amz-request-id":[{"key":"x-amz-request-id","value":"R"}],"x-amz-id-2":[{"key":"x-amz-id-2","value":"H"}],
	"date":[{"key":"Date","value":"Tue, 03 Feb 2026 04:05:06 GMT"}],"server":[{"key":"Server","value":"AmazonS3"}]},"other":1}`

// A missing original gets the fallback picture at the size asked for, for the
// configured time, with the tag of what is missing.
func TestFallbackPicture(t *testing.T) {
	forbidden := strings.Replace(strings.Replace(notFound, "404", "403", 1), "Not Found", "Forbidden", 1)
	for _, tt := range []struct {
		name, response string
		status         int // configured
		reason         Reason
	}{
		{"404", notFound, 404, NotOK},
		{"404 as 200", notFound, 200, NotOK},
		{"403", forbidden, 404, NotOK},
		{"403 as 200", forbidden, 200, NotOK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := withFallback()
			cfg.FallbackStatus = tt.status
			source := &shelf{objects: map[string][]byte{"none.jpg": photo(t, 64, 48)}}
			payload := answeredWith("width=20&height=10", tt.response)
			response, out, err := New(cfg, source, 0, quiet()).Handle(t.Context(), payload)
			if err != nil || out.Reason != tt.reason || !out.Fallback || out.FallbackErr != nil || out.Err == nil {
				t.Fatalf("got %+v, %v", out, err)
			}
			if out.String() != "fallback "+string(tt.reason) || out.Original.Width != 64 || out.Variant.Width != 20 || out.Stages.Total == 0 {
				t.Errorf("got outcome %v, %+v", out, out)
			}
			r := parseResponse(t, response)
			body, err := base64.StdEncoding.DecodeString(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			if img, _, err := pictest.DecodeFirst(t, body); err != nil || img.Bounds().Dx() != 20 || img.Bounds().Dy() != 10 {
				t.Errorf("got %v", err)
			}
			if want := map[int]string{200: "OK", 404: "Not Found"}[tt.status]; r.Status != fmt.Sprint(tt.status) || r.StatusDescription != want {
				t.Errorf("got status %s %s", r.Status, r.StatusDescription)
			}
			h := r.Headers
			if h.Get("Cache-Control") != "max-age=60" || h.Get("Content-Type") != "image/jpeg" || h.Get("Edgeresize-Cache-Tag") != cachetag.Of("pics", "a.jpg") {
				t.Errorf("got %v", h)
			}
			for name := range h {
				if describesRepresentation(name) && name != "content-type" || name == "expires" {
					t.Errorf("%s is left", name)
				}
			}
			came := originOf(t, payload).Headers
			for _, name := range []string{"transfer-encoding", "date", "server", "via", "x-custom"} {
				if !slices.Equal(h[name], came[name]) {
					t.Errorf("%s was %v and is %v", name, came[name], h[name])
				}
			}
			if tt.response == notFound && !bytes.Contains(response, []byte(`"other":1`)) {
				t.Errorf("an unknown member is lost: %.300s", response)
			}
		})
	}
}

// S3's recorded answers for a missing key get the fallback picture.
func TestFallbackPictureForRecordedEvents(t *testing.T) {
	cfg := DefaultConfig()
	cfg.FallbackKey, cfg.FallbackStatus = "PHOTO.jpg", 200
	for _, name := range []string{"status-403", "status-404"} {
		payload, err := os.ReadFile("../testdata/events/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		response, out, err := New(cfg, originals{"../testdata/originals"}, 0, quiet()).Handle(t.Context(), payload)
		if err != nil || !out.Fallback {
			t.Fatalf("%s: got %+v, %v", name, out, err)
		}
		checkVariant(t, response, "jpeg", out.Asked.Size)
	}
}

// Nothing but a GET for a variant whose original is missing gets the fallback
// picture; without it in the config, nothing does.
func TestNoFallbackPicture(t *testing.T) {
	custom := func(domain string) func([]byte) []byte {
		return func(payload []byte) []byte {
			return bytes.Replace(payload, []byte(`{"s3":{"authMethod":"none","customHeaders":{},"domainName":"pics.s3.eu-west-1.amazonaws.com","path":"","region":"eu-west-1"}}`),
				[]byte(`{"custom":{"domainName":"`+domain+`","path":""}}`), 1)
		}
	}
	method := func(method string) func([]byte) []byte {
		return func(payload []byte) []byte {
			return bytes.Replace(payload, []byte(`"GET"`), []byte(`"`+method+`"`), 1)
		}
	}
	const size = "width=20&height=10"
	pinned := func(c *Config) { c.Bucket, c.Region = "pics", "eu-west-1" }
	for _, tt := range []struct {
		name, query, status string
		change              func([]byte) []byte
		config              func(*Config)
		fallback            bool
		asked               string
	}{
		{"a size", size, "404", nil, nil, true, "none.jpg"},
		{"no size", "", "404", nil, nil, false, ""},
		{"a bad size", "width=asdf&height=10", "404", nil, nil, false, ""},
		{"HEAD", size, "404", method("HEAD"), nil, false, ""},
		{"POST", size, "404", method("POST"), nil, false, ""},
		{"there", size, "200", nil, nil, false, "a.jpg"},
		{"unchanged", size, "304", nil, nil, false, ""},
		{"gone for ever", size, "410", nil, nil, false, ""},
		{"forbidden to sign", size, "401", nil, nil, false, ""},
		{"failing", size, "503", nil, nil, false, ""},
		{"no such page", size, "404", nil, func(c *Config) { c.FallbackKey = "" }, false, ""},
		{"of a prefix", size, "404", nil, func(c *Config) { c.KeyPrefix = "media/" }, true, "media/none.jpg"},
		{"of an origin path", size, "404", func(p []byte) []byte { return bytes.Replace(p, []byte(`"path":""`), []byte(`"path":"/me%64ia"`), 1) }, nil, true, "media/none.jpg"},
		{"of an origin path, as spelled", size, "404", func(p []byte) []byte { return bytes.Replace(p, []byte(`"path":""`), []byte(`"path":"/o%6Cd"`), 1) }, nil, true, "old/none.jpg,o%6Cd/none.jpg"},
		{"of no key", size, "404", func(p []byte) []byte { return bytes.Replace(p, []byte(`/a.jpg`), []byte(`/%zz`), 1) }, nil, true, "none.jpg"},
		{"a key as it is", size, "404", nil, func(c *Config) { c.FallbackKey = "a+b%2B c.jpg" }, true, "a+b%2B c.jpg"},
		{"another server", size, "404", custom("www.example.com"), nil, false, ""},
		{"another server in front of the bucket", size, "404", custom("www.example.com"), pinned, true, "none.jpg"},
		{"another server forbids", size, "403", custom("www.example.com"), pinned, false, ""},
		{"a website", size, "404", custom("pics.s3-website.eu-west-1.amazonaws.com"), nil, true, "none.jpg"},
		{"a website forbids", size, "403", custom("pics.s3-website.eu-west-1.amazonaws.com"), nil, true, "none.jpg"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := withFallback()
			if tt.config != nil {
				tt.config(&cfg)
			}
			picture := photo(t, 64, 48)
			source := &shelf{objects: map[string][]byte{"a.jpg": picture, "none.jpg": picture, "media/none.jpg": picture, "o%6Cd/none.jpg": picture, "a+b%2B c.jpg": picture}}
			payload := answeredWith(tt.query, strings.Replace(notFound, "404", tt.status, 1))
			if tt.change != nil {
				changed := tt.change(payload)
				if bytes.Equal(changed, payload) {
					t.Fatal("nothing is changed")
				}
				payload = changed
			}
			response, out, err := New(cfg, source, 0, quiet()).Handle(t.Context(), payload)
			if err != nil || out.Fallback != tt.fallback || strings.Join(source.asked, ",") != tt.asked {
				t.Fatalf("got %+v, %v; asked for %q", out, err, source.asked)
			}
			if r := parseResponse(t, response); !tt.fallback && tt.status != "200" && (r.Status != tt.status || r.Body != "") {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// The answer to HEAD is not stored: GET for the same key gets the picture.
func TestHeadOfAMissingOriginal(t *testing.T) {
	payload := bytes.Replace(answeredWith("width=20&height=10", notFound), []byte(`"GET"`), []byte(`"HEAD"`), 1)
	for key, want := range map[string]string{"none.jpg": "no-store", "": "max-age=10"} {
		cfg := withFallback()
		cfg.FallbackKey = key
		response, out, err := New(cfg, &shelf{}, 0, quiet()).Handle(t.Context(), payload)
		if err != nil || out.Reason != NotGet || out.Fallback {
			t.Fatalf("got %+v, %v", out, err)
		}
		if r := parseResponse(t, response); r.Status != "404" || r.Headers.Get("Cache-Control") != want {
			t.Errorf("with the key %q: got %s, %v", key, r.Status, r.Headers)
		}
	}
}

// What the origin has is served, even if the function finds no such key.
func TestNoFallbackPictureForWhatTheOriginHas(t *testing.T) {
	payload := answeredWith("width=20&height=10", originResponse)
	response, out, err := New(withFallback(), &shelf{objects: map[string][]byte{"none.jpg": photo(t, 64, 48)}}, 0, quiet()).Handle(t.Context(), payload)
	if err != nil || out.Reason != S3NotFound || out.Fallback || parseResponse(t, response).Status != "200" || out.Variant != (Picture{}) {
		t.Errorf("got %+v, %v", out, err)
	}
}

// If the fallback picture cannot be made, the origin's answer goes out as if
// there were none, and the log has both errors.
func TestFallbackPictureFails(t *testing.T) {
	small := withFallback()
	small.MaxSourceBytes = 10
	for name, tt := range map[string]struct {
		cfg    Config
		source Source
		want   Reason
	}{
		"missing too": {withFallback(), &shelf{}, S3NotFound},
		"no picture":  {withFallback(), serves([]byte("<html>")), Unsupported},
		"corrupt":     {withFallback(), serves(photo(t, 64, 48)[:100]), BadOriginal},
		"empty":       {withFallback(), sourceFunc(func(context.Context, Location) ([]byte, error) { return nil, Because(EmptyOriginal, nil) }), EmptyOriginal},
		"panics":      {withFallback(), sourceFunc(func(context.Context, Location) ([]byte, error) { panic("odd") }), Panicked},
		"S3 fails":    {withFallback(), sourceFunc(func(context.Context, Location) ([]byte, error) { return nil, Because(S3Timeout, nil) }), S3Timeout},
	} {
		t.Run(name, func(t *testing.T) {
			payload := answeredWith("width=20&height=10", notFound)
			var log bytes.Buffer
			h := New(tt.cfg, tt.source, 0, slog.New(slog.NewJSONHandler(&log, nil)))
			response, out, err := h.Handle(t.Context(), payload)
			if err != nil || out.Reason != NotOK || out.Fallback || ReasonOf(out.FallbackErr) != tt.want || out.Variant != (Picture{}) || out.Original != (Picture{}) {
				t.Fatalf("got %+v, %v", out, err)
			}
			plain := withFallback()
			plain.FallbackKey = ""
			want, _, err := New(plain, tt.source, 0, quiet()).Handle(t.Context(), payload)
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, "response", response, want)
			h.Record(out)
			var line struct{ Level, Outcome, Reason, Error string }
			if err := json.Unmarshal(log.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if line.Level != "WARN" || line.Outcome != "original" || line.Reason != "origin-not-200" ||
				line.Error != NotOK.Meaning()+"; the fallback picture: "+out.FallbackErr.Error() {
				t.Errorf("got %s", &log)
			}
			h.source = serves(photo(t, 64, 48))
			if _, out, err := h.Handle(t.Context(), event("width=20&height=10", "200")); err != nil || out.Reason != "" || out.Fallback || out.FallbackErr != nil {
				t.Errorf("the next picture: got %+v, %v", out, err)
			}
		})
	}
}

// Caches keep a fallback picture no longer than the origin lets them keep its
// own answer, and cannot keep it alive by asking whether it has changed.
func TestFallbackPictureInCaches(t *testing.T) {
	for _, tt := range []struct {
		headers map[string]string
		maxAge  int
		want    string
	}{
		{nil, 60, "max-age=60"},
		{nil, 0, "max-age=0"},
		{map[string]string{"Cache-Control": "max-age=5", "ETag": `"x"`}, 60, "max-age=5"},
		{map[string]string{"Cache-Control": "public, max-age=31536000, immutable", "Last-Modified": "Tue, 03 Feb 2026 04:05:06 GMT"}, 60, "max-age=60"},
		{map[string]string{"Cache-Control": "private, max-age=600"}, 60, "private, max-age=60"},
		{map[string]string{"Cache-Control": "no-store"}, 60, "no-store"},
		{map[string]string{"Expires": "0"}, 60, "max-age=0"},
		{map[string]string{"Expires": "Thu, 01 Jan 2099 00:00:00 GMT"}, 60, "max-age=60"},
	} {
		cfg := withFallback()
		cfg.FallbackMaxAgeS, cfg.CacheControl = tt.maxAge, "public, max-age=99999"
		payload := answeredWith("width=20&height=10", responseOf(t, "404", tt.headers))
		response, out, err := New(cfg, serves(photo(t, 64, 48)), 0, quiet()).Handle(t.Context(), payload)
		h := parseResponse(t, response).Headers
		if err != nil || !out.Fallback || h.Get("Cache-Control") != tt.want || h.Get("ETag")+h.Get("Last-Modified")+h.Get("Expires") != "" {
			t.Errorf("%v: got %+v, %v, %v", tt.headers, out, err, h)
		}
	}
	hurried := &resize.Variant{Format: resize.JPEG, Hurried: true}
	for maxAge, want := range map[int]string{60: "max-age=10", 5: "max-age=5"} {
		cfg := withFallback()
		cfg.FallbackMaxAgeS = maxAge
		response, err := fallbackResponse(mustRead(t, notFound), hurried, cfg)
		if err != nil || parseResponse(t, response).Headers.Get("Cache-Control") != want {
			t.Errorf("made in a hurry: got %s, %v, want %s", response, err, want)
		}
	}
}

// The fallback picture is as long as its own headers leave room for.
func TestFallbackPictureBudget(t *testing.T) {
	cfg := withFallback()
	cfg.MaxResponseBytes, cfg.CacheControl = 2000, "no-store"
	origin := mustRead(t, responseOf(t, "404", map[string]string{"Cache-Control": "no-transform, must-revalidate, proxy-revalidate, private", "X-A": strings.Repeat("x", 100)}))
	budget, err := bodyBudget(origin, true, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range resize.Written() {
		if _, err := fallbackResponse(origin, &resize.Variant{Format: format, Data: make([]byte, budget)}, cfg); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
	if _, err := fallbackResponse(origin, &resize.Variant{Format: resize.JPEG, Data: make([]byte, budget+30)}, cfg); ReasonOf(err) != DoesNotFit {
		t.Errorf("got %v", err)
	}
	long := mustRead(t, responseOf(t, "404", map[string]string{"X-A": strings.Repeat("x", 3000)}))
	if _, err := bodyBudget(long, true, cfg); ReasonOf(err) != DoesNotFit {
		t.Errorf("got %v", err)
	}
}

// The Cache-Control of variants takes no room from the fallback picture.
func TestFallbackPictureBesideLongHeaders(t *testing.T) {
	cfg := withFallback()
	cfg.MaxResponseBytes, cfg.CacheControl = 3000, `no-cache="`+strings.Repeat("x", 2980)+`"`
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	h := New(cfg, serves(photo(t, 64, 48)), 0, quiet())
	if _, out, err := h.Handle(t.Context(), event("width=20&height=10", "200")); err != nil || out.Reason != DoesNotFit {
		t.Errorf("a variant: got %+v, %v", out, err)
	}
	if _, out, err := h.Handle(t.Context(), answeredWith("width=20&height=10", notFound)); err != nil || !out.Fallback {
		t.Errorf("got %+v, %v", out, err)
	}
}

// A fallback picture that is smaller than the size asked for is not refused.
func TestFallbackPictureIsTheLargest(t *testing.T) {
	for _, larger := range []string{LargerOriginal, LargerLargest} {
		cfg := withFallback()
		cfg.Larger = larger
		h := New(cfg, nil, 0, quiet())
		for _, fallback := range []bool{false, true} {
			r := h.request(&Outcome{Asked: Ask{Size: Size{500, 300}}, Fallback: fallback}, Whole(nil, ""), 5)
			if want := fallback || larger == LargerLargest; r.Largest != want {
				t.Errorf("larger %s, fallback %v: got %+v", larger, fallback, r)
			}
		}
	}
	h := New(withFallback(), serves(photo(t, 64, 48)), 0, quiet())
	for query, want := range map[string]Size{
		"width=500&height=300": {64, 38}, "width=64&height=48": {64, 48}, "width=4096&height=1": {64, 1}, "width=50&height=48": {50, 48},
	} {
		response, out, err := h.Handle(t.Context(), answeredWith(query, strings.Replace(notFound, "404", "403", 1)))
		if err != nil || !out.Fallback || (Size{out.Variant.Width, out.Variant.Height}) != want || parseResponse(t, response).Body == "" {
			t.Errorf("%s: got %+v, %v; want %v", query, out, err, want)
		}
	}
}

// The log says that the fallback picture was served, and counts it.
func TestLogOfAFallbackPicture(t *testing.T) {
	var log bytes.Buffer
	h := New(withFallback(), serves(photo(t, 64, 48)), 0, slog.New(slog.NewJSONHandler(&log, nil)))
	if _, err := h.Invoke(t.Context(), answeredWith("width=20&height=10", notFound)); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"outcome": ServedFallback, "fallback_pictures": 1.0, "missing": "origin-not-200", "level": "INFO", "error": NotOK.Meaning()} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	for _, name := range []string{"reason", "resized", "served_original"} {
		if _, ok := line[name]; ok {
			t.Errorf("got %s", name)
		}
	}
	if names := slices.Collect(maps.Keys(line)); !slices.Contains(names, "variant") {
		t.Errorf("got %v", names)
	}
	checkMetrics(t, line)
}
