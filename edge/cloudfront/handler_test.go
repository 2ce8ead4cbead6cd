package cloudfront_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	"image/jpeg"
	_ "image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// source answers every request for an original alike.
type source func() ([]byte, error)

func (s source) Open(context.Context, edge.Location, int64) (edge.Body, error) {
	data, err := s()
	if err != nil {
		return nil, err
	}
	return edge.Whole(data, ""), nil
}

// handled returns the handler's response to an event.
func handled(t *testing.T, cfg edge.Config, from edge.Source, event edge.Event) ([]byte, edge.Outcome) {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	response, outcome, err := edge.New(cfg, from, 0, slog.New(slog.DiscardHandler)).Handle(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	return response, outcome
}

func recordedEvent(t *testing.T, file string) edge.Event {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var event edge.Event
	if err := json.Unmarshal(data, &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return names
}

// picture returns a JPEG slightly larger than the largest variant in the
// recorded events.
func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 520, 320))
	for i := range img.Pix {
		img.Pix[i] = byte(i*i/520 + 7*i)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const resizeEvent = "../../testdata/events/resize-jpeg.json"

// CloudFront accepts the handler's response to any event, with or without an
// original.
func TestHandlerPassesForEveryEvent(t *testing.T) {
	photo := picture(t)
	sources := map[string]source{
		"an original": func() ([]byte, error) { return photo, nil },
		"S3 denied":   func() ([]byte, error) { return nil, edge.Because(edge.S3Denied, nil) },
		"S3 failed":   func() ([]byte, error) { return nil, edge.Because(edge.S3Failed, errors.New("503")) },
		"a panic":     func() ([]byte, error) { panic("odd") },
	}
	resized := 0
	for _, file := range files(t, "../../testdata/events/*.json") {
		event := recordedEvent(t, file)
		before := event.Records[0].CF.Response
		before.Headers["via"] = []edge.Header{{Key: "Via", Value: "1.1 a"}, {Key: "Via", Value: "1.1 b"}}
		before.Headers["transfer-encoding"] = []edge.Header{{Key: "Transfer-Encoding", Value: "chunked"}}
		for name, from := range sources {
			response, outcome := handled(t, edge.DefaultConfig(), from, event)
			result, err := cloudfront.Check(response, before)
			if err != nil {
				t.Errorf("%s, %s: %v", filepath.Base(file), name, err)
			}
			if (result.Body != nil) != (outcome.Reason == "") {
				t.Errorf("%s, %s: %v with a body of %d bytes", filepath.Base(file), name, outcome, len(result.Body))
			}
			if outcome.Reason == "" {
				resized++
			}
		}
	}
	if resized == 0 {
		t.Error("nothing was resized")
	}
}

// CloudFront accepts the handler's response for any original, and its body is a
// picture of the promised size and type.
func TestHandlerPassesForEveryOriginal(t *testing.T) {
	size := edge.Size{Width: 24, Height: 18}
	event := recordedEvent(t, resizeEvent)
	cf := &event.Records[0].CF
	cf.Request.QueryString = fmt.Sprintf("width=%d&height=%d", size.Width, size.Height)
	resized := 0
	for _, file := range files(t, "../../testdata/originals/*") {
		original, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		response, outcome := handled(t, edge.DefaultConfig(), source(func() ([]byte, error) { return original, nil }), event)
		result, err := cloudfront.Check(response, cf.Response)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if outcome.Reason != "" {
			continue
		}
		resized++
		cfg, format, err := image.DecodeConfig(bytes.NewReader(result.Body))
		if err != nil || (edge.Size{Width: cfg.Width, Height: cfg.Height}) != size ||
			result.Headers.Get("Content-Type") != "image/"+format {
			t.Errorf("%s: %s, %dx%d, %q, %v; want %v", file, format, cfg.Width, cfg.Height,
				result.Headers.Get("Content-Type"), err, size)
		}
	}
	if resized < 50 {
		t.Errorf("%d variants, want most of the originals", resized)
	}
}

// A variant that goes out stays within the limit, however much of it the
// origin's headers take.
func TestHandlerPassesAtTheLimit(t *testing.T) {
	photo := picture(t)
	event := recordedEvent(t, resizeEvent)
	cf := &event.Records[0].CF
	cf.Request.QueryString = "width=300&height=200"
	cfg := edge.DefaultConfig()
	cfg.Quality = 100
	reasons := map[edge.Reason]int{}
	for n := 0; n <= 18_000; n += 5_999 {
		cf.Response.Headers.Set("x-long", strings.Repeat("x", n))
		cfg.MaxResponseBytes = 24_000
		response, outcome := handled(t, cfg, source(func() ([]byte, error) { return photo, nil }), event)
		result, err := cloudfront.Check(response, cf.Response)
		if err != nil {
			t.Errorf("%d bytes of headers: %v", n, err)
		}
		reasons[outcome.Reason]++
		if outcome.Reason == "" && len(result.Body)*4/3+n > cfg.MaxResponseBytes {
			t.Errorf("%d bytes of headers and a body of %d, more than %d", n, len(result.Body), cfg.MaxResponseBytes)
		}
	}
	if reasons[""] == 0 {
		t.Errorf("nothing was resized: %v", reasons)
	}
}
