package edge

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// maxHeaderBytes is the most bytes of headers that CloudFront accepts from a
// function. CloudFront Developer Guide, "General quotas", "Headers".
const maxHeaderBytes = 20_480

// variantResponse returns the origin's response with the variant as its body.
// etag is the variant's, or "". A variant that was made in a hurry gets a short
// time in caches, so that a better one soon replaces it.
func variantResponse(origin received, v *resize.Variant, etag string, cfg Config) ([]byte, error) {
	headers := variantHeaders(origin, v.Format, etag, cfg)
	if v.Hurried && !isRefusal(origin.Status) {
		expireSoon(headers, shortened(headers, cfg.TransientMaxAgeS, time.Now()))
	}
	return origin.withPicture(http.StatusOK, headers, v.Data, cfg)
}

// withPicture returns r with the given status, headers and body in place of its
// own.
func (r received) withPicture(status int, headers Headers, body []byte, cfg Config) ([]byte, error) {
	size := headerBytes(headers)
	if size > maxHeaderBytes {
		return nil, Because(DoesNotFit, fmt.Errorf("the headers have %d bytes, more than %d", size, maxHeaderBytes))
	}
	if size += base64.StdEncoding.EncodedLen(len(body)); size > cfg.MaxResponseBytes {
		return nil, Because(DoesNotFit, fmt.Errorf("the response has %d bytes, more than %d", size, cfg.MaxResponseBytes))
	}
	return r.patched(headers, object{
		"status":            []byte(strconv.Quote(strconv.Itoa(status))),
		"statusDescription": []byte(strconv.Quote(http.StatusText(status))),
		"bodyEncoding":      []byte(`"base64"`),
	}, body)
}

// bodyBudget returns how many bytes a variant, or one of the fallback picture,
// may have so that its base64 text and the headers stay within the limit, in any
// format, with or without an ETag. The guide does not say whether CloudFront
// counts the body before or after decoding, so it counts the longer base64 text.
// If the headers leave no room, the error's reason is DoesNotFit.
func bodyBudget(origin received, fallback bool, cfg Config) (int, error) {
	longest := slices.MaxFunc(resize.Written(), func(a, b resize.Format) int {
		return cmp.Compare(len(a.ContentType()), len(b.ContentType()))
	})
	var headers int
	if fallback {
		headers = headerBytes(fallbackHeaders(origin, longest, cfg.FallbackMaxAgeS))
	} else {
		headers = headerBytes(variantHeaders(origin, longest, strings.Repeat("x", etagBytes), cfg))
	}
	budget := (cfg.MaxResponseBytes - headers) / 4 * 3
	if most := min(maxHeaderBytes, cfg.MaxResponseBytes); headers > most || budget < 1 {
		return 0, Because(DoesNotFit, fmt.Errorf("headers of %d bytes, of %d", headers, most))
	}
	return budget, nil
}

// headerBytes returns the size in bytes of headers as HTTP/1.1 writes them.
func headerBytes(headers Headers) int {
	n := 0
	for name, values := range headers {
		for _, v := range values {
			n += len(name) + len(": ") + len(v.Value) + len("\r\n")
		}
	}
	return n
}
