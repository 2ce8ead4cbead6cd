package cloudfront

import (
	"context"
	"fmt"
	"io"
	"maps"
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

// request is what CloudFront asks the origin, with these conditions.
func (o Origin) request(ctx context.Context, v viewerRequest, conditions http.Header) (*http.Request, error) {
	sent, err := http.NewRequestWithContext(ctx, v.method, o.Base.String()+pathOf(o.Description)+escapedBytes(v.target()), nil)
	if err != nil {
		return nil, err
	}
	maps.Copy(sent.Header, v.forwarded)
	sent.Header.Set("User-Agent", "Amazon CloudFront")
	sent.Header.Set("Via", v.via)
	sent.Header.Set("X-Forwarded-For", v.forwardedFor)
	sent.Header.Set("X-Amz-Cf-Id", v.id)
	maps.Copy(sent.Header, conditions)
	return sent, nil
}

// conditions are the headers of a request to the origin that make it one for a
// part, or for nothing: the viewer's own as far as they are forwarded, and with
// an expired entry those that ask whether it still holds. CloudFront Developer
// Guide, "Request and response behavior for Amazon S3 origins", "Conditional GET
// requests"; see [ConditionalReading], [RangeReading] and [ValidatorReading].
func (d *Distribution) conditions(v viewerRequest, stale *entry) http.Header {
	sent := http.Header{}
	for name, values := range v.conditions {
		if d.forwards(name, stale != nil) {
			sent[name] = values
		}
	}
	if given := sent.Get("Range"); given != "" && d.Readings.Ranges == RangesEnlarged {
		sent.Set("Range", enlarged(given))
	}
	if stale == nil || stale.bare || stale.instead != nil {
		return sent
	}
	etag, modified := stale.header.Get("ETag"), stale.header.Get("Last-Modified")
	if etag != "" && (modified == "" || d.Readings.Validators != ValidatorsDate) {
		sent.Set("If-None-Match", etag)
	}
	if modified != "" && (etag == "" || d.Readings.Validators != ValidatorsETag) {
		sent.Set("If-Modified-Since", modified)
	}
	return sent
}

// forwards reports whether one of a viewer's conditions reaches the origin, where
// the cache has nothing or what has expired.
func (d *Distribution) forwards(name string, expired bool) bool {
	switch name {
	case "Range", "If-Range":
		return d.Readings.Ranges != RangesNever && (!expired || d.Readings.Expired == ExpiredRange)
	case "If-Match", "If-Unmodified-Since":
		return d.Readings.Conditionals == ConditionalsAlways || d.Readings.Conditionals == ConditionalsOnMiss && !expired
	}
	return d.Readings.Conditionals != ConditionalsNever && !expired
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
