package edge

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

var _ lambda.Handler = (*Handler)(nil)

// photo returns a JPEG of the given size.
func photo(t testing.TB, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// event returns the event that CloudFront sends when S3 has answered a GET with
// status.
func event(query, status string) []byte {
	return fmt.Appendf(nil, `{"Records":[{"cf":{
		"config":{"distributionDomainName":"d.cloudfront.net","distributionId":"E","eventType":"origin-response","requestId":"R"},
		"request":{"clientIp":"203.0.113.9","headers":{},"method":"GET","querystring":%q,"uri":"/a.jpg",
			"origin":{"s3":{"authMethod":"none","customHeaders":{},"domainName":"pics.s3.eu-west-1.amazonaws.com","path":"","region":"eu-west-1"}}},
		"response":%s}}]}`, query, strings.Replace(originResponse, `"200"`, `"`+status+`"`, 1))
}

// originOf returns the response in an event.
func originOf(t testing.TB, payload []byte) received {
	t.Helper()
	event, err := partsOf(payload)
	if err != nil {
		t.Fatal(err)
	}
	return mustRead(t, string(event.Response))
}

// serves returns a source that has data for every original.
func serves(data []byte) Source {
	return sourceFunc(func(context.Context, Location) ([]byte, error) { return data, nil })
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestHandlerResizes(t *testing.T) {
	var asked Location
	source := sourceFunc(func(_ context.Context, l Location) ([]byte, error) {
		asked = l
		return photo(t, 64, 48), nil
	})
	response, out, err := New(DefaultConfig(), source, 0, quiet()).Handle(t.Context(), event("width=20&height=10", "200"))
	if err != nil || out.Reason != "" {
		t.Fatalf("got %v, %v: %v", out, err, out.Err)
	}
	if want := (Location{"pics", "eu-west-1", "a.jpg", `"e"`}); asked != want {
		t.Errorf("asked for %+v, want %+v", asked, want)
	}
	body, err := base64.StdEncoding.DecodeString(parseResponse(t, response).Body)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(body))
	if err != nil || cfg.Width != 20 || cfg.Height != 10 {
		t.Errorf("got a picture of %dx%d, %v", cfg.Width, cfg.Height, err)
	}
	if out.RequestID != "R" || out.URI != "/a.jpg" || out.Asked.Size != (Size{20, 10}) ||
		out.Original.Width != 64 || out.Original.Height != 48 || out.Original.Format != "jpeg" ||
		out.Variant != (Picture{"jpeg", 20, 10, len(body)}) || out.Quality != 80 || !out.ColdStart {
		t.Errorf("got outcome %+v", out)
	}
}

func TestHandlerKeepsTheRatio(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Missing = MissingKeepRatio
	_, out, err := New(cfg, serves(photo(t, 64, 48)), 0, quiet()).Handle(t.Context(), event("width=32", "200"))
	if err != nil || out.Variant.Width != 32 || out.Variant.Height != 24 {
		t.Errorf("got %+v, %v", out, err)
	}
}

// The variant has the format that was asked for, if that is possible.
func TestHandlerWritesTheFormatAskedFor(t *testing.T) {
	for query, want := range map[string]resize.Format{
		"": resize.JPEG, "&format=jpeg": resize.JPEG, "&format=png": resize.PNG, "&format=gif": resize.JPEG,
		"&format=avif": resize.AVIF, "&format=webp": resize.WebP,
	} {
		response, out, err := New(DefaultConfig(), serves(photo(t, 64, 48)), 0, quiet()).Handle(t.Context(), event("width=60&height=40"+query, "200"))
		if err != nil || out.Reason != "" || out.Variant.Format != want || parseResponse(t, response).Headers.Get("Content-Type") != want.ContentType() {
			t.Errorf("%s: got %+v, %v", query, out, err)
		}
	}
}

// tagged is a source that has data with the given ETag for every original.
type tagged struct {
	data []byte
	etag string
}

func (s tagged) Open(context.Context, Location, int64) (Body, error) {
	return Whole(s.data, s.etag), nil
}

// A variant's ETag depends on the ETag of the original that was read, not on
// the origin's answer; a variant has no Last-Modified.
func TestHandlerGivesAVariantItsOwnETag(t *testing.T) {
	etags := map[string]bool{}
	for _, etag := range []string{`"e"`, `"f"`, ""} {
		response, out, err := New(DefaultConfig(), tagged{photo(t, 64, 48), etag}, 0, quiet()).Handle(t.Context(), event("width=20&height=10", "200"))
		if err != nil || out.Reason != "" {
			t.Fatalf("got %v, %v", out, err)
		}
		h := parseResponse(t, response).Headers
		if h.Get("Last-Modified") != "" || h.Get("ETag") == etag && etag != "" || h.Get("ETag") == `"e"` {
			t.Errorf("got %v", h)
		}
		etags[h.Get("ETag")] = true
	}
	if len(etags) != 3 || !etags[""] {
		t.Errorf("got %v", etags)
	}
}

// Two bodies never share a strong ETag, even if all that is known beforehand is
// the same. A body's ETag does not depend on other headers.
func TestHandlerTellsBodiesApart(t *testing.T) {
	etag := func(original []byte, age string) string {
		came := bytes.Replace(event("width=20&height=10", "200"), []byte(`"accept-ranges":`), []byte(`"age":[{"value":"`+age+`"}],"accept-ranges":`), 1)
		response, out, err := New(DefaultConfig(), tagged{original, `"e"`}, 0, quiet()).Handle(t.Context(), came)
		if err != nil || out.Reason != "" {
			t.Fatalf("got %v, %v", out, err)
		}
		return parseResponse(t, response).Headers.Get("ETag")
	}
	one, again, other := etag(photo(t, 64, 48), "9"), etag(photo(t, 64, 48), "1000"), etag(photo(t, 64, 50), "9")
	if one != again || one == other {
		t.Errorf("got %s and %s for one body, %s for another one", one, again, other)
	}
}

// A piece of the original becomes the whole variant or is not stored.
func TestHandlerAnswersARange(t *testing.T) {
	response, out, err := New(DefaultConfig(), serves(photo(t, 64, 48)), 0, quiet()).Handle(t.Context(), event("width=20&height=10", "206"))
	if r := parseResponse(t, response); err != nil || out.Reason != "" || r.Status != "200" || r.Body == "" || r.Headers.Get("Content-Range") != "" {
		t.Errorf("got %v, %v, %+v", out, err, r)
	}
	for query, source := range map[string]Source{
		"width=65&height=5": serves(photo(t, 64, 48)),
		"width=5&height=5":  serves([]byte("<html>")),
		"width=20&height=5": sourceFunc(func(context.Context, Location) ([]byte, error) { return nil, Because(S3Timeout, nil) }),
	} {
		response, out, err := New(DefaultConfig(), source, 0, quiet()).Handle(t.Context(), event(query, "206"))
		r := parseResponse(t, response)
		if err != nil || out.Reason == "" || r.Status != "206" || r.Headers.Get("Cache-Control") != "no-store" || r.Headers.Get("ETag") != "" {
			t.Errorf("%s: got %v, %v, %+v", query, out, err, r)
		}
	}
}

// If anything prevents resizing, the response goes out unchanged.
func TestHandlerServesTheOriginal(t *testing.T) {
	small := DefaultConfig()
	small.MaxSourceBytes, small.MaxSourcePixels, small.MaxResponseBytes = 1<<20, 64*48-1, 1024
	fails := func(err error) Source {
		return sourceFunc(func(context.Context, Location) ([]byte, error) { return nil, err })
	}
	panics := sourceFunc(func(context.Context, Location) ([]byte, error) { panic("odd") })
	picture := serves(photo(t, 64, 48))
	for _, tt := range []struct {
		name          string
		cfg           Config
		source        Source
		memory        int64
		query, status string
		want          Reason
	}{
		{"no query", DefaultConfig(), picture, 0, "", "200", NoSize},
		{"bad query", DefaultConfig(), picture, 0, "width=a&height=1", "200", BadSize},
		{"not modified", DefaultConfig(), picture, 0, "width=5&height=5", "304", NotOK},
		{"larger", DefaultConfig(), picture, 0, "width=65&height=5", "200", LargerThan},
		{"same", DefaultConfig(), picture, 0, "width=64&height=48", "200", SameSize},
		{"no picture", DefaultConfig(), serves([]byte("<html>")), 0, "width=5&height=5", "200", Unsupported},
		{"truncated", DefaultConfig(), serves(photo(t, 64, 48)[:700]), 0, "width=5&height=5", "200", BadOriginal},
		{"no bytes", DefaultConfig(), serves(nil), 0, "width=5&height=5", "200", Unsupported},
		{"too many bytes", small, serves(make([]byte, 1<<20+1)), 0, "width=5&height=5", "200", TooManyBytes},
		{"too many pixels", small, picture, 0, "width=5&height=5", "200", TooManyPixels},
		{"does not fit", func() Config { c := DefaultConfig(); c.MaxResponseBytes = 1700; return c }(),
			serves(photo(t, 640, 480)), 0, "width=600&height=400", "200", DoesNotFit},
		{"little memory", DefaultConfig(), picture, processMemory + 1000, "width=5&height=5", "200", OutOfMemory},
		{"S3 refuses", DefaultConfig(), fails(Because(S3Denied, nil)), 0, "width=5&height=5", "200", S3Denied},
		{"S3 fails oddly", DefaultConfig(), fails(errors.New("odd")), 0, "width=5&height=5", "200", InternalError},
		{"panic", DefaultConfig(), panics, 0, "width=5&height=5", "200", Panicked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sent := event(tt.query, tt.status)
			response, out, err := New(tt.cfg, tt.source, tt.memory, quiet()).Handle(t.Context(), sent)
			if err != nil || out.Reason != tt.want {
				t.Fatalf("got reason %q (%v), %v; want %q", out.Reason, out.Err, err, tt.want)
			}
			origin := originOf(t, sent)
			sameJSON(t, "response", response, fallback(origin, out, tt.cfg))
			if !tt.want.Passing() && !bytes.Equal(response, origin.untouched) {
				t.Errorf("got %s, want it untouched", response)
			}
		})
	}
}

// treacherous is an error that panics the second time that errors.As asks it.
type treacherous struct{ looks int }

func (e *treacherous) Error() string { return "treacherous" }

func (e *treacherous) As(target any) bool {
	if _, ok := target.(**ReasonError); !ok {
		return false
	}
	if e.looks++; e.looks == 2 {
		panic("told you")
	}
	return false
}

// A panic outside the resize leaves the response unchanged.
func TestHandlerPanicsBesideTheResize(t *testing.T) {
	source := sourceFunc(func(context.Context, Location) ([]byte, error) { return nil, &treacherous{} })
	h := New(DefaultConfig(), source, 0, quiet())
	sent := event("width=20&height=10", "200")
	response, out, err := h.Handle(t.Context(), sent)
	if err != nil || out.Reason != Panicked || out.RequestID != "R" || !bytes.Equal(response, originOf(t, sent).untouched) {
		t.Errorf("got %s, %+v, %v", response, out, err)
	}
	if _, out, err := h.Handle(t.Context(), []byte(`{}`)); err == nil || out.Reason != BadEvent {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestHandlerHandsBackWhatItCannotRead(t *testing.T) {
	h := New(DefaultConfig(), serves(nil), 0, quiet())
	for _, odd := range []string{`{"status":200,"a":1}`, `{"status":206,"headers":{}}`, `{"headers":[]}`, `{"headers":{"a":[1]}}`, `5`, `null`} {
		for _, request := range []string{`"odd"`, `null`, `{"method":"GET","querystring":"width=5&height=5","uri":"/a.jpg"}`} {
			response, out, err := h.Handle(t.Context(), fmt.Appendf(nil, `{"Records":[{"cf":{"request":%s,"response":%s}}]}`, request, odd))
			if err != nil || string(response) != odd || out.Reason != BadEvent && odd != "null" {
				t.Errorf("%s: got %s, %v, %v", odd, response, out, err)
			}
		}
	}
	const twice = `{"RECORDS":1,"Records":[{"CF":{},"cf":{"RESPONSE":{"a":2},"response":{"a":1},"Response":{}}}]}`
	if response, out, err := h.Handle(t.Context(), []byte(twice)); err != nil || string(response) != `{"a":1}` {
		t.Errorf("got %s, %v, %v", response, out, err)
	}
	for _, payload := range []string{``, `null`, `[]`, `{}`, `{"Records":[]}`, `{"Records":[{"cf":{}}]}`, `{"Records":`} {
		if response, _, err := h.Handle(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%q: got %s, want an error", payload, response)
		}
	}
}

// The answer goes out before Lambda's deadline although S3 hangs, and a later
// request is served once the first one has noticed.
func TestHandlerAnswersInTime(t *testing.T) {
	for _, tt := range []struct {
		lambda, configured, want time.Duration
	}{
		{30 * time.Second, 10 * time.Second, 10*time.Second + handOverTime},
		{3 * time.Second, 10 * time.Second, 3*time.Second - deadlineMargin(0) + handOverTime},
		{100 * time.Millisecond, 10 * time.Second, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			released := make(chan struct{})
			deaf := sourceFunc(func(context.Context, Location) ([]byte, error) {
				<-released
				return nil, errors.New("released")
			})
			cfg := DefaultConfig()
			cfg.TimeoutMS = int(tt.configured.Milliseconds())
			h := New(cfg, deaf, 0, quiet())
			ctx, cancel := context.WithTimeout(t.Context(), tt.lambda)
			defer cancel()
			start := time.Now()
			_, out, err := h.Handle(ctx, event("width=5&height=5", "200"))
			if took := time.Since(start); err != nil || out.Reason != OutOfTime || took != tt.want {
				t.Errorf("%v: got %v, %v after %v; want it after %v", tt, out, err, took, tt.want)
			}
			if tt.want > 0 {
				if _, out, _ := h.Handle(t.Context(), event("width=5&height=5", "200")); out.Reason != Busy {
					t.Errorf("got %v while a resize hangs, want %q", out, Busy)
				}
			}
			close(released)
			synctest.Wait()
			h.source = serves(photo(t, 64, 48))
			if _, out, _ := h.Handle(t.Context(), event("width=5&height=5", "200")); out.Reason != "" {
				t.Errorf("got %v: %v after the release", out, out.Err)
			}
		})
	}
}

// If there is no time to begin with, the reason is OutOfTime, whether or not a
// resize is running.
func TestHandlerWithoutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), deadlineMargin(0))
		defer cancel()
		h := New(DefaultConfig(), serves(photo(t, 64, 48)), 0, quiet())
		for _, busy := range []bool{false, true} {
			if busy {
				h.busy <- struct{}{}
			}
			for range 50 {
				if _, out, err := h.Handle(ctx, event("width=5&height=5", "200")); err != nil || out.Reason != OutOfTime {
					t.Errorf("busy %v: got %v, %v", busy, out, err)
				}
			}
		}
	})
}

// closing is a body whose Close takes wait.
type closing struct {
	Body
	wait time.Duration
}

func (c closing) Open(context.Context, Location, int64) (Body, error) { return c, nil }

func (c closing) Close() { time.Sleep(c.wait) }

// A variant that is ready when the time ends, or at once after, goes out.
func TestHandlerTakesAVariantThatIsReady(t *testing.T) {
	timeout := time.Duration(DefaultConfig().TimeoutMS) * time.Millisecond
	for after, want := range map[time.Duration]Reason{-1: "", 0: "", handOverTime - 1: "", handOverTime + 1: OutOfTime} {
		synctest.Test(t, func(t *testing.T) {
			source := closing{Whole(photo(t, 64, 48), `"e"`), timeout + after}
			response, out, err := New(DefaultConfig(), source, 0, quiet()).Handle(t.Context(), event("width=20&height=10", "200"))
			if err != nil || out.Reason != want || (parseResponse(t, response).Body != "") != (want == "") {
				t.Errorf("%v after the time: got %+v, %v", after, out, err)
			}
			time.Sleep(time.Second)
		})
	}
}

// The log of a resize that took too long shows its progress.
func TestHandlerSaysHowFarItGot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const after = 5 * time.Millisecond
		timeout := time.Duration(DefaultConfig().TimeoutMS) * time.Millisecond
		data := photo(t, 640, 480)
		slow := &unreliable{data: data, after: len(data) / 2, happen: func(ctx context.Context) error {
			time.Sleep(timeout + after)
			return Because(S3Denied, ctx.Err())
		}}
		start := time.Now()
		_, out, err := New(DefaultConfig(), slow, 0, quiet()).Handle(t.Context(), event("width=20&height=10", "200"))
		took := time.Since(start)
		if err != nil || out.Reason != OutOfTime || took != timeout+after || out.Stages.Total != took || out.Stages.Fetch != took ||
			out.Original != (Picture{"jpeg", 640, 480, len(data)}) {
			t.Errorf("got %+v after %v, %v", out, took, err)
		}
	})
}

// The next event overwrites the payload of the one before. A resize that has
// overrun its time does not read it.
func TestHandlerKeepsNothingOfThePayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timeout := time.Duration(DefaultConfig().TimeoutMS) * time.Millisecond
		h := New(DefaultConfig(), nil, 0, quiet())
		payload := event("width=20&height=10", "200")
		want, err := partsOf(bytes.Clone(payload))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := partsOf(payload)
		if err != nil {
			t.Fatal(err)
		}
		origin, err := readResponse(kept.Response)
		if err != nil {
			t.Fatal(err)
		}
		var late Location
		over := false
		h.source = sourceFunc(func(_ context.Context, l Location) ([]byte, error) {
			time.Sleep(timeout + time.Second)
			late, over = l, true
			return photo(t, 64, 48), nil
		})
		if _, out, err := h.Handle(t.Context(), payload); err != nil || out.Reason != OutOfTime {
			t.Errorf("got %+v, %v", out, err)
		}
		for i := range payload {
			payload[i] = 'x'
		}
		time.Sleep(time.Minute)
		synctest.Wait() // so that the test may read what the source wrote
		if place := (Location{"pics", "eu-west-1", "a.jpg", `"e"`}); !over || late != place {
			t.Errorf("got %+v, want %+v", late, place)
		}
		if string(kept.Config) != string(want.Config) || string(kept.Request) != string(want.Request) || string(kept.Response) != string(want.Response) {
			t.Errorf("got %s, want %s", kept, want)
		}
		if got, err := origin.patched(origin.Headers, nil, nil); err != nil || bytes.Contains(got, []byte("xxx")) {
			t.Errorf("got %s, %v", got, err)
		}
	})
}

// Waiting for S3 must leave time to resize.
func TestHandlerLeavesTimeToResize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := sourceFunc(func(ctx context.Context, _ Location) ([]byte, error) {
			<-ctx.Done()
			return nil, Because(S3Timeout, ctx.Err())
		})
		start := time.Now()
		_, out, _ := New(DefaultConfig(), hangs, 0, quiet()).Handle(t.Context(), event("width=5&height=5", "200"))
		if took := time.Since(start); out.Reason != S3Timeout || took > 7*time.Second {
			t.Errorf("got %v after %v", out, took)
		}
	})
}

func TestInvokeLogsOneLine(t *testing.T) {
	config := DefaultConfig()
	config.Parameters = []string{"gravity"}
	for _, tt := range []struct {
		query string
		want  map[string]any
	}{
		{"width=20&height=10", map[string]any{"outcome": "resized", "resized": 1.0, "asked": "20x10", "level": "INFO", "format": "jpeg", "effort": "", "focus": nil}},
		{"width=20&height=40&gravity=left", map[string]any{"outcome": "resized", "asked_query": "width=20&height=40&gravity=left", "focus": "0.188,0.5"}},
		{"width=60&height=40&format=avif", map[string]any{"outcome": "resized", "format": "avif", "effort": "medium", "asked_format": "avif"}},
		{"width=2&height=2&format=avif", map[string]any{"outcome": "resized", "format": "jpeg", "effort": "", "passed_over": map[string]any{"avif": map[string]any{"why": "not-smaller"}}}},
		{"width=20", map[string]any{"outcome": "original", "reason": "one-side-missing", "served_original": 1.0}},
	} {
		var b bytes.Buffer
		h := New(config, serves(photo(t, 64, 48)), 0, slog.New(slog.NewJSONHandler(&b, nil)))
		if _, err := h.Invoke(t.Context(), event(tt.query, "200")); err != nil {
			t.Fatal(err)
		}
		var line map[string]any
		if err := json.Unmarshal(b.Bytes(), &line); err != nil {
			t.Fatalf("%v in %s", err, &b)
		}
		for name, want := range tt.want {
			if name == "passed_over" { // varies
				delete(line[name].(map[string]any)["avif"].(map[string]any), "ms")
			}
			if !reflect.DeepEqual(line[name], want) {
				t.Errorf("%s: %s is %v, want %v", tt.query, name, line[name], want)
			}
		}
		if line["request_id"] != "R" || line["uri"] != "/a.jpg" || line["cold_start"] != true {
			t.Errorf("%s: got %s", tt.query, &b)
		}
		if strings.Contains(b.String(), "203.0.113.9") {
			t.Errorf("the viewer's address is in the log: %s", &b)
		}
		checkMetrics(t, line)
	}
}

// TestLogSaysWhatOutgrew checks that the log has the size that a variant had at
// the configured quality, if that was larger than its original.
func TestLogSaysWhatOutgrew(t *testing.T) {
	var coarse bytes.Buffer
	if err := jpeg.Encode(&coarse, pictest.Scene(300, 200), &jpeg.Options{Quality: 30}); err != nil {
		t.Fatal(err)
	}
	for query, outgrows := range map[string]bool{"width=290&height=195": true, "width=50&height=40": false} {
		var b bytes.Buffer
		h := New(DefaultConfig(), serves(coarse.Bytes()), 0, slog.New(slog.NewJSONHandler(&b, nil)))
		if _, err := h.Invoke(t.Context(), event(query, "200")); err != nil {
			t.Fatal(err)
		}
		var line struct {
			Variant  struct{ Bytes int }
			Outgrown int `json:"outgrown_bytes"`
		}
		if err := json.Unmarshal(b.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.Variant.Bytes == 0 || outgrows != (line.Outgrown > coarse.Len()) || outgrows != (line.Outgrown > line.Variant.Bytes) {
			t.Errorf("%s of %d bytes: %+v", query, coarse.Len(), line)
		}
	}
}

// checkMetrics checks a log line against the embedded metric format: every
// metric and dimension that _aws names is a member at the top of the line.
func checkMetrics(t *testing.T, line map[string]any) {
	t.Helper()
	var doc metricDocument
	raw, err := json.Marshal(line["_aws"])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &doc); err != nil || doc.Timestamp == 0 || len(doc.CloudWatchMetrics) == 0 {
		t.Fatalf("got _aws %s, %v", raw, err)
	}
	for _, directive := range doc.CloudWatchMetrics {
		if directive.Namespace == "" || len(directive.Metrics) == 0 || len(directive.Dimensions) == 0 {
			t.Errorf("got %s", raw)
		}
		for _, m := range directive.Metrics {
			if _, ok := line[m.Name].(float64); !ok || m.Unit == "" {
				t.Errorf("metric %s in %s is %v", m.Name, m.Unit, line[m.Name])
			}
		}
		for _, set := range directive.Dimensions {
			for _, name := range set {
				if value, ok := line[name].(string); !ok || value == "" {
					t.Errorf("dimension %s is %v", name, line[name])
				}
			}
		}
	}
}
