package realtest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/s3fault"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

func newHandler(p *proxy, timeout time.Duration) *edge.Handler {
	config := edge.DefaultConfig()
	config.TimeoutMS = int(timeout.Milliseconds())
	source := s3origin.New(s3origin.Options{Endpoint: p.url, Credentials: credentials})
	return edge.New(config, source, 0, slog.New(slog.DiscardHandler))
}

func recorded(t *testing.T, name string) []byte {
	t.Helper()
	event, err := os.ReadFile(filepath.Join(testdata, "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// handle answers an event, and checks for a variant of the size asked for, or
// for the original because of reason.
func handle(t *testing.T, h *edge.Handler, event []byte, reason edge.Reason) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // Lambda's limit
	defer cancel()
	payload, outcome, err := h.Handle(ctx, event)
	if err != nil {
		t.Fatal(err)
	}
	var response edge.Response
	if err := json.Unmarshal(payload, &response); err != nil {
		t.Fatal(err)
	}
	if outcome.Reason != reason {
		t.Errorf("outcome %s (%v), want %q", outcome, outcome.Err, reason)
	}
	if reason != "" {
		if response.Body != "" || response.Status != "200" {
			t.Errorf("status %s with %d bytes of body, want the original", response.Status, len(response.Body))
		}
		return
	}
	body, err := base64.StdEncoding.DecodeString(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	picture, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil || picture.Width != outcome.Asked.Width || picture.Height != outcome.Asked.Height {
		t.Errorf("%dx%d, %v; want %s", picture.Width, picture.Height, err, outcome.Asked)
	}
}

// Recorded events become variants of the server's objects.
func TestHandler(t *testing.T) {
	for event, name := range map[string]string{
		"resize-jpeg":          "PHOTO.jpg",
		"resize-png":           "png-rgba.png",
		"resize-gif":           "gif-animated-disposals.gif",
		"resize-webp":          "webp-lossy.webp",
		"resize-upright":       "jpeg-orientation-6.jpg",
		"resize-unicode-key":   "été +1 %.jpg",
		"resize-raw-plus-key":  "été +1 %.jpg",
		"resize-s3-website":    "PHOTO.jpg",
		"resize-s3-dual-stack": "PHOTO.jpg",
	} {
		t.Run(event, func(t *testing.T) {
			store(t, name, original(t, name))
			handle(t, newHandler(newProxy(t), 10*time.Second), recorded(t, event), "")
		})
	}
}

// Whatever S3 does, the original is served, and the next request is resized.
func TestHandlerFaults(t *testing.T) {
	store(t, "PHOTO.jpg", original(t, "PHOTO.jpg"))
	event := recorded(t, "resize-jpeg")
	for _, tt := range []struct {
		name    string
		faults  []s3fault.Fault
		reason  edge.Reason
		timeout time.Duration // 0 for 10 seconds
	}{
		{name: "403", faults: []s3fault.Fault{s3fault.Denied}, reason: edge.S3Denied},
		{name: "404", faults: []s3fault.Fault{s3fault.Missing}, reason: edge.S3NotFound},
		{name: "412", faults: []s3fault.Fault{s3fault.Changed}, reason: edge.S3Changed},
		{name: "500", faults: []s3fault.Fault{s3fault.Failing, s3fault.Failing}, reason: edge.S3Failed},
		{name: "SlowDown", faults: []s3fault.Fault{s3fault.Throttled, s3fault.Throttled}, reason: edge.S3Failed},
		{name: "SlowDown once", faults: []s3fault.Fault{s3fault.Throttled}},
		{name: "hang", faults: []s3fault.Fault{s3fault.Hang, s3fault.Hang}, reason: edge.S3Timeout, timeout: 3 * time.Second},
		{name: "hang in the body", faults: []s3fault.Fault{s3fault.HangInBody, s3fault.HangInBody}, reason: edge.S3Timeout, timeout: 3 * time.Second},
		{name: "cut off", faults: []s3fault.Fault{s3fault.ShortBody, s3fault.ShortBody}, reason: edge.S3Failed},
		{name: "reset", faults: []s3fault.Fault{s3fault.Reset, s3fault.Reset}, reason: edge.S3Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.timeout == 0 {
				tt.timeout = 10 * time.Second
			}
			p := newProxy(t)
			h := newHandler(p, tt.timeout)
			p.fail(tt.faults...)
			handle(t, h, event, tt.reason)
			p.fail()
			handle(t, h, event, "")
		})
	}
}
