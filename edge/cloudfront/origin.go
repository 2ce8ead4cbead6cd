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

// originTimeout is the time limit for an origin's whole answer. CloudFront
// waits that long for each packet.
const originTimeout = 30 * time.Second

// Origin is where a distribution fetches from.
type Origin struct {
	// Description is how events describe the origin; its path goes in front of
	// every request's.
	Description edge.Origin
	// Base is where requests are sent: Description's domain, or a stand-in.
	Base *url.URL
	// Transport sends the requests, and signs them if the origin demands it. It
	// must not ask for compression by itself.
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

// request returns CloudFront's request to the origin, with conditions.
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

// conditions returns the headers that make a request to the origin one for a
// part, or for nothing: the viewer's own that are forwarded, and the validators
// of an expired entry. CloudFront Developer Guide, "Request and response
// behavior for Amazon S3 origins", "Conditional GET requests"; see
// [ConditionalReading], [RangeReading] and [ValidatorReading].
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

// forwards reports whether the viewer's condition called name reaches the
// origin. expired says that the cache has an expired response, rather than
// nothing.
func (d *Distribution) forwards(name string, expired bool) bool {
	switch name {
	case "Range", "If-Range":
		return d.Readings.Ranges != RangesNever && (!expired || d.Readings.Expired == ExpiredRange)
	case "If-Match", "If-Unmodified-Since":
		return d.Readings.Conditionals == ConditionalsAlways || d.Readings.Conditionals == ConditionalsOnMiss && !expired
	}
	return d.Readings.Conditionals != ConditionalsNever && !expired
}

// escapedBytes escapes the bytes of a URL that are not ASCII. Package net/url
// would also change the spelling of other characters.
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
