package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// TestSignedURLs wants variants for signed URLs alone, and says why others get the
// original.
func TestSignedURLs(t *testing.T) {
	config := edge.DefaultConfig()
	config.Parameters = []string{"signature"}
	keys, err := viewerrequest.ParseKeys(strings.Repeat("k", 43))
	if err != nil {
		t.Fatal(err)
	}
	const size = "/jpeg-420.jpg?width=50&height=30"
	tomorrow, yesterday := time.Now().Add(24*time.Hour).Unix(), time.Now().Add(-24*time.Hour).Unix()
	signed := func(expires int64) string {
		return fmt.Sprintf("%s&expires=%d&signature=%s", size, expires, keys.Signature(size, expires))
	}
	s := start(t, config, folder(testOriginals), false, keys)
	for _, tt := range []struct{ url, outcome, request string }{
		{signed(tomorrow), "resized", size},
		{size, "original unsigned", "/jpeg-420.jpg"},
		{signed(tomorrow) + "A", "original unsigned", "/jpeg-420.jpg"},
		{signed(yesterday), "original expired", "/jpeg-420.jpg"},
		{"/jpeg-420.jpg", "original no-size", "/jpeg-420.jpg"},
	} {
		got := ask(t, http.MethodGet, s.url+tt.url, nil)
		if got.status != http.StatusOK || got.outcome() != tt.outcome || got.header.Get(requestHeader) != tt.request {
			t.Errorf("%s: got %d, %q for %q; want %q for %q", tt.url, got.status, got.outcome(), got.header.Get(requestHeader), tt.outcome, tt.request)
		}
	}
	// The cache's answer is for the signed alone too.
	if got := ask(t, http.MethodGet, s.url+size, nil); got.outcome() != "original unsigned" {
		t.Errorf("from the cache: got %q", got.outcome())
	}
	without := start(t, config, folder(testOriginals), false, viewerrequest.Keys{})
	if got := ask(t, http.MethodGet, without.url+signed(tomorrow), nil); got.outcome() != "original unsigned" {
		t.Errorf("without keys: got %q", got.outcome())
	}
}
