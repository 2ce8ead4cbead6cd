package edge

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// describesBytes names the headers that say something about the original's
// bytes and would be wrong about the variant's. ETag and Last-Modified stay:
// CloudFront revalidates the variant with them, and S3 answers 304 for as
// long as the original is what it was.
var describesBytes = []string{
	"accept-ranges", "content-digest", "content-encoding", "content-length",
	"content-md5", "content-range", "content-type", "digest", "repr-digest",
}

// maxHeaderBytes is the most that CloudFront takes of headers from a function.
// CloudFront Developer Guide, "General quotas", "Headers".
const maxHeaderBytes = 20_480

// checksumPrefix begins the names of S3's checksum headers.
const checksumPrefix = "x-amz-checksum-"

// variantHeaders are the origin's headers as far as they hold for a variant.
func variantHeaders(origin Headers, format resize.Format, cfg Config) Headers {
	headers := make(Headers, len(origin)+2)
	for name, values := range origin {
		if !strings.HasPrefix(name, checksumPrefix) {
			headers[name] = values
		}
	}
	for _, name := range describesBytes {
		delete(headers, name)
	}
	headers.Set("Content-Type", format.ContentType())
	if cfg.CacheControl != "" {
		headers.Set("Cache-Control", cfg.CacheControl)
	}
	return headers
}

// variantResponse is the origin's response with the variant as its body.
func variantResponse(origin Response, v *resize.Variant, cfg Config) ([]byte, error) {
	origin.Status, origin.StatusDescription = "200", "OK"
	origin.Headers = variantHeaders(origin.Headers, v.Format, cfg)
	origin.Body = base64.StdEncoding.EncodeToString(v.Data)
	origin.BodyEncoding = "base64"
	if size := headerBytes(origin.Headers); size > maxHeaderBytes {
		return nil, Because(DoesNotFit, fmt.Errorf("headers of %d bytes, more than %d", size, maxHeaderBytes))
	}
	if size := len(origin.Body) + headerBytes(origin.Headers); size > cfg.MaxResponseBytes {
		return nil, Because(DoesNotFit, fmt.Errorf("%d bytes, more than %d", size, cfg.MaxResponseBytes))
	}
	return origin.MarshalJSON()
}

// bodyBudget is how many bytes a variant may have so that its base64 text and
// the headers stay within the limit. The guide does not say whether CloudFront
// counts the body before or after decoding: the base64 text is the safe side.
func bodyBudget(origin Response, cfg Config) int {
	headers := headerBytes(variantHeaders(origin.Headers, resize.JPEG, cfg))
	return max(1, (cfg.MaxResponseBytes-headers)/4*3)
}

// headerBytes counts headers as HTTP/1.1 writes them, in bytes.
func headerBytes(headers Headers) int {
	n := 0
	for name, values := range headers {
		for _, v := range values {
			n += len(name) + len(": ") + len(v.Value) + len("\r\n")
		}
	}
	return n
}

// original is the origin's response, served for reason: untouched where the
// reason is permanent. What was served for a transient reason must not stay in
// the cache, nor be kept alive there by revalidation: it goes out with a short
// Cache-Control and without validators.
func original(untouched json.RawMessage, reason Reason, cfg Config) []byte {
	if !reason.Transient() {
		return untouched
	}
	var r Response
	if err := json.Unmarshal(untouched, &r); err != nil {
		return untouched
	}
	if r.Headers == nil {
		r.Headers = Headers{}
	}
	most := max(maxHeaderBytes, headerBytes(r.Headers))
	for _, name := range []string{"etag", "last-modified", "expires"} {
		delete(r.Headers, name)
	}
	if !notCached(r.Headers) {
		r.Headers.Set("Cache-Control", "max-age="+strconv.Itoa(cfg.TransientMaxAgeS))
	}
	out, err := r.MarshalJSON()
	if err != nil || headerBytes(r.Headers) > most {
		return untouched
	}
	return out
}

// notCached reports whether a response's Cache-Control keeps it out of shared
// caches anyway (RFC 9111, section 5.2.2). It may be spread over several values.
func notCached(headers Headers) bool {
	for _, value := range headers["cache-control"] {
		for directive := range strings.SplitSeq(strings.ToLower(value.Value), ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(directive), "=")
			if name == "no-store" || name == "no-cache" || name == "private" {
				return true
			}
		}
	}
	return false
}
