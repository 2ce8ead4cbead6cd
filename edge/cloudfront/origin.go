package cloudfront

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge"
)

// originTimeout is how long an origin may take for its whole answer. CloudFront
// waits as long for each packet.
const originTimeout = 30 * time.Second

// Origin is where a distribution fetches from.
type Origin struct {
	// Description is what events say about the origin; its path goes in front
	// of every request's.
	Description edge.Origin
	// Base is where requests really go: Description's domain, or a stand-in.
	Base *url.URL
	// Transport sends the requests; it signs them where the origin wants it.
	// It must not ask for compression by itself.
	Transport http.RoundTripper
}

func domainOf(o edge.Origin) string {
	switch {
	case o.S3 != nil:
		return o.S3.DomainName
	case o.Custom != nil:
		return o.Custom.DomainName
	}
	return ""
}

func pathOf(o edge.Origin) string {
	switch {
	case o.S3 != nil:
		return o.S3.Path
	case o.Custom != nil:
		return o.Custom.Path
	}
	return ""
}

// request is what CloudFront asks the origin. With a stale entry it asks
// whether that still holds; else the viewer's own conditions go along.
// CloudFront Developer Guide, "Request and response behavior for Amazon S3
// origins", "Conditional GET requests" and "HTTP request headers that
// CloudFront removes or updates".
func (o Origin) request(ctx context.Context, v viewerRequest, stale *entry) (*http.Request, error) {
	sent, err := http.NewRequestWithContext(ctx, v.method, o.Base.String()+pathOf(o.Description)+escapedBytes(v.url), nil)
	if err != nil {
		return nil, err
	}
	sent.Header.Set("User-Agent", "Amazon CloudFront")
	sent.Header.Set("Via", v.via)
	sent.Header.Set("X-Forwarded-For", v.forwardedFor)
	sent.Header.Set("X-Amz-Cf-Id", v.id)
	if stale == nil {
		for name, values := range v.conditions {
			sent.Header[name] = values
		}
		return sent, nil
	}
	for from, to := range map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
		if value := stale.header.Get(from); value != "" {
			sent.Header.Set(to, value)
		}
	}
	return sent, nil
}

// escapedBytes escapes what is not ASCII in a URL, which package net/url would
// do only together with other characters, spelling those anew.
func escapedBytes(url string) string {
	var b strings.Builder
	for i := range len(url) {
		if url[i] < utf8.RuneSelf {
			b.WriteByte(url[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", url[i])
		}
	}
	return b.String()
}

// ask sends a request and reads the whole answer.
func (o Origin) ask(sent *http.Request) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(sent.Context(), originTimeout)
	defer cancel()
	got, err := o.Transport.RoundTrip(sent.WithContext(ctx))
	if err != nil {
		return nil, nil, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	return got, body, err
}
