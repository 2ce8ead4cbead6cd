package cloudfront

import (
	"context"
	"net/http"
	"net/url"

	"github.com/edgeresize/edgeresize/edge"
)

// Origin is where a distribution fetches from.
type Origin struct {
	// Description is what events say about the origin; its path goes in front
	// of every request's.
	Description edge.Origin
	// Base is where requests really go: Description's domain, or a stand-in.
	Base *url.URL
	// Transport sends the requests; it signs them where the origin wants it.
	Transport http.RoundTripper
}

// domain is the origin's domain name.
func (o Origin) domain() string {
	switch {
	case o.Description.S3 != nil:
		return o.Description.S3.DomainName
	case o.Description.Custom != nil:
		return o.Description.Custom.DomainName
	}
	return ""
}

// path goes in front of every request's.
func (o Origin) path() string {
	switch {
	case o.Description.S3 != nil:
		return o.Description.S3.Path
	case o.Description.Custom != nil:
		return o.Description.Custom.Path
	}
	return ""
}

// request is what CloudFront asks the origin. cached is what the cache has,
// stale, or nil. CloudFront Developer
// Guide, "Request and response behavior for Amazon S3 origins".
func (o Origin) request(ctx context.Context, method, key, clientIP string, cached *entry) (*http.Request, error) {
	sent, err := http.NewRequestWithContext(ctx, method, o.Base.String()+o.path()+key, nil)
	if err != nil {
		return nil, err
	}
	sent.Header.Set("User-Agent", "Amazon CloudFront")
	sent.Header.Set("Via", "1.1 localhost (CloudFront)")
	sent.Header.Set("X-Forwarded-For", clientIP)
	sent.Header.Set("X-Amz-Cf-Id", newRequestID())
	if cached != nil {
		for from, to := range map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
			if v := cached.header.Get(from); v != "" {
				sent.Header.Set(to, v)
			}
		}
	}
	return sent, nil
}
