package edge

import (
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// variantHeaders returns the headers of a variant: its own, and those of the
// origin's response that hold for it too. etag may be "". It never sets
// Last-Modified: CloudFront revalidates by ETag or date, and by date alone S3
// would answer 304 for a variant that an older config or version made.
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
		// A refusal comes without the original's own Cache-Control.
		headers.Set("Cache-Control", "no-store")
	}
	origin.tags.add(headers, origin.Headers)
	return headers
}

// withoutRepresentation returns the headers that do not describe the origin's
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

// describesRepresentation reports whether a header describes what the origin
// has stored or sent, and so not a variant: representation data and metadata,
// validators and digests (RFC 9110, sections 8 and 14.3, RFC 9530), and S3's
// headers about an object: user metadata, version, encryption key, checksums,
// redirects (Amazon S3 API Reference, "GetObject"). All other headers say who
// may use a response and for how long, which holds for variants too. name is in
// lower case.
func describesRepresentation(name string) bool {
	if slices.Contains(policyHeaders, name) {
		return false
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-amz-") ||
		slices.Contains(representationHeaders, name)
}

var (
	// policyHeaders begin with "content-" but concern the viewer's browser (W3C
	// Content Security Policy Level 3, section 3).
	policyHeaders = []string{"content-security-policy", "content-security-policy-report-only"}
	// representationHeaders have no common prefix.
	representationHeaders = []string{"accept-ranges", "digest", "etag", "last-modified", "repr-digest"}
)
