package edge

import (
	"context"
	"net/http"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// isMissing reports whether the config has a fallback picture for a request
// whose original is missing according to the origin's status. What the origin
// has is served, even if the function finds no such key.
func (h *Handler) isMissing(request requested, status string) bool {
	return h.config.FallbackKey != "" && request.Method == http.MethodGet &&
		(status == statusNotFound || status == statusForbidden && request.Origin.isS3())
}

// Statuses of S3 for a missing key: 403 to callers who must not list the bucket
// (Amazon S3 API Reference, "GetObject", "Permissions").
const (
	statusForbidden = "403"
	statusNotFound  = "404"
)

// isS3 reports whether an origin is a bucket, by REST or as a website.
func (o *originRead) isS3() bool {
	switch {
	case o == nil:
		return false
	case o.S3 != nil:
		return true
	case o.Custom == nil:
		return false
	}
	_, _, ok := ParseS3Domain(o.Custom.DomainName)
	return ok
}

// answerMissing returns the response with the fallback picture, made in place
// of an original that is missing. If that fails it returns missing, the error
// that says so, and out says why.
func (h *Handler) answerMissing(ctx context.Context, request requested, origin received, missing error, out *Outcome) ([]byte, error) {
	attempt := *out
	attempt.Fallback = true
	folders, err := foldersOf(request.Origin, h.config)
	var response []byte
	if err == nil {
		var places []Location
		for _, folder := range folders {
			places = append(places, folder.at(h.config.FallbackKey))
		}
		response, err = h.make(ctx, places, origin, &attempt)
	}
	if err != nil {
		out.FallbackErr = err
		return nil, missing
	}
	*out = attempt
	out.Reason, out.Err = ReasonOf(missing), missing
	return response, nil
}

// fallbackResponse returns the origin's response with v, a variant of the
// fallback picture, as its body.
func fallbackResponse(origin received, v *resize.Variant, cfg Config) ([]byte, error) {
	seconds := cfg.FallbackMaxAgeS
	if v.Hurried {
		seconds = min(seconds, cfg.TransientMaxAgeS)
	}
	return origin.withPicture(cfg.FallbackStatus, fallbackHeaders(origin, v.Format, seconds), v.Data, cfg)
}

// fallbackHeaders returns the headers of a fallback picture: its own, those of
// the origin's response that say who may use it, and the cache tag of what is
// missing. Caches may keep it for seconds, if the origin allows that, and cannot
// revalidate it: the original may appear at any time.
func fallbackHeaders(origin received, format resize.Format, seconds int) Headers {
	headers := withoutRepresentation(origin.Headers)
	headers.Set("Content-Type", format.ContentType())
	expireSoon(headers, shortened(headers, seconds, time.Now()))
	origin.tags.add(headers, origin.Headers)
	return headers
}
