package edge

import (
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// variantHeaders returns the headers of a variant: those of the origin's response
// as far as they hold for it, and its own. etag is "" where it has none. It has no
// Last-Modified whatever the origin says: CloudFront revalidates by either, and S3
// would answer 304 by date alone to whoever holds what an older config or version
// made.
func variantHeaders(origin received, format resize.Format, etag string, cfg Config) Headers {
	headers := withoutRepresentation(origin.Headers)
	headers.Set("Content-Type", format.ContentType())
	if etag != "" {
		headers.Set("ETag", etag)
	}
	if cfg.CacheControl != "" {
		headers.Set("Cache-Control", cfg.CacheControl)
	}
	if value, added := revalidated(headers, cfg.StaleWhileRevalidateS); added {
		headers.Set("Cache-Control", value)
	}
	if isRefusal(origin.Status) {
		// It came without the original's own Cache-Control.
		headers.Set("Cache-Control", "no-store")
	}
	origin.tags.add(headers, origin.Headers)
	return headers
}

// withoutRepresentation returns headers without those that describe the origin's
// representation.
func withoutRepresentation(headers Headers) Headers {
	kept := make(Headers, len(headers)+3)
	for name, values := range headers {
		if !describesRepresentation(name) {
			kept[name] = values
		}
	}
	return kept
}

// describesRepresentation reports whether a header says something of what the
// origin has stored or sent, and so nothing of a variant: its representation data
// and metadata, validators and digests (RFC 9110, sections 8 and 14.3, RFC 9530),
// and whatever S3 tells of an object: user metadata, version, encryption key,
// checksums, redirects (Amazon S3 API Reference, "GetObject"). All others are
// about who may use a response and for how long, and hold for variants too. name
// is in lower case.
func describesRepresentation(name string) bool {
	if slices.Contains(policyHeaders, name) {
		return false
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-amz-") ||
		slices.Contains(representationHeaders, name)
}

var (
	// policyHeaders begin with "content-" and are about the viewer's browser (W3C
	// Content Security Policy Level 3, section 3).
	policyHeaders = []string{"content-security-policy", "content-security-policy-report-only"}
	// representationHeaders begin with nothing in common.
	representationHeaders = []string{"accept-ranges", "digest", "etag", "last-modified", "repr-digest"}
)
