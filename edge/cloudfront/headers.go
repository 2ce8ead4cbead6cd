package cloudfront

import (
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// disallowed lists the headers that functions do not see and must not add; a
// name that ends in "-" is a prefix. CloudFront Developer Guide, "Restrictions
// on all edge functions", "Disallowed headers".
var disallowed = []string{
	"client-cert", "client-cert-chain", "cloudfront-viewer-cert-pem", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization",
	"proxy-connection", "trailer", "upgrade", "x-accel-buffering", "x-accel-charset",
	"x-accel-limit-rate", "x-accel-redirect", "x-amz-cf-", "x-amzn-auth",
	"x-amzn-cf-billing", "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype",
	"x-amzn-fle-profile", "x-amzn-header-count", "x-amzn-header-order",
	"x-amzn-lambda-integration-tag", "x-amzn-requestid", "x-cache", "x-edge-",
	"x-forwarded-proto", "x-real-ip",
}

// readOnly lists the headers that an origin-response function must not add,
// change or remove (same page, "Read-only headers in origin response events").
var readOnly = []string{"transfer-encoding", "via"}

// isDisallowed reports whether CloudFront keeps the header with that lower-case
// name from functions.
func isDisallowed(name string) bool {
	return slices.ContainsFunc(disallowed, func(d string) bool {
		return name == d || strings.HasSuffix(d, "-") && strings.HasPrefix(name, d)
	})
}

// eventHeaders returns HTTP headers as events have them.
func eventHeaders(header http.Header) edge.Headers {
	headers := make(edge.Headers, len(header))
	for name, values := range header {
		lower := strings.ToLower(name)
		if isDisallowed(lower) {
			continue
		}
		for _, value := range values {
			headers[lower] = append(headers[lower], edge.Header{Key: spelling(name), Value: value})
		}
	}
	return headers
}

// spelling returns S3's spelling of a header whose name net/http has made
// canonical.
func spelling(name string) string {
	switch {
	case name == "Etag":
		return "ETag"
	case strings.HasPrefix(name, "X-Amz-"):
		return strings.ToLower(name)
	}
	return name
}

// notForViewers lists the headers of an origin's answer that concern the
// connection to the origin, or that CloudFront writes itself. It includes
// Set-Cookie because the behaviour forwards no cookies. CloudFront Developer
// Guide, "Request and response behavior for Amazon S3 origins", "HTTP response
// headers that CloudFront removes or updates".
var notForViewers = []string{
	"Set-Cookie", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "X-Amz-Id-2", "X-Amz-Request-Id",
}

// viewerHeader converts headers of an event for the viewer. forwarded are the
// request headers that the policy forwards.
func viewerHeader(headers edge.Headers, forwarded []string) http.Header {
	header := make(http.Header, len(headers))
	for name, values := range headers {
		for _, h := range values {
			header.Add(name, h.Value)
		}
	}
	for _, name := range notForViewers {
		header.Del(name)
	}
	if kept := varyFor(header.Values("Vary"), forwarded); kept == "" {
		header.Del("Vary")
	} else {
		header.Set("Vary", kept)
	}
	return header
}

// varyFor returns the names in Vary that the viewer sees: the headers that the
// policy forwards, Accept-Encoding, Cookie and "*". Same guide, "Request and
// response behavior for custom origins", "HTTP response headers that CloudFront
// removes or replaces".
func varyFor(values, forwarded []string) string {
	var kept []string
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.TrimSpace(name)
			same := func(other string) bool { return strings.EqualFold(name, other) }
			if slices.ContainsFunc([]string{"Accept-Encoding", "Cookie", "*"}, same) || slices.ContainsFunc(forwarded, same) {
				kept = append(kept, name)
			}
		}
	}
	return strings.Join(kept, ", ")
}

// variesByAll reports whether Vary has "*": CloudFront asks for such a response
// each time, without validators. Same page, "Content negotiation".
func variesByAll(headers edge.Headers) bool {
	return slices.ContainsFunc(headers["vary"], func(h edge.Header) bool {
		return slices.ContainsFunc(strings.Split(h.Value, ","), func(name string) bool { return strings.TrimSpace(name) == "*" })
	})
}

// httpBytes returns the size in bytes of headers as HTTP/1.1 writes them.
func httpBytes(header http.Header) int {
	n := 0
	for name, values := range header {
		for _, value := range values {
			n += len(name) + len(": ") + len(value) + len("\r\n")
		}
	}
	return n
}
