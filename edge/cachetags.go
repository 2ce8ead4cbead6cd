package edge

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge/cachetag"
)

// CacheTagHeaderHeader is a custom header of the origin. Its value names the
// response header from which the distribution reads cache tags, unless the
// config names one. Whoever sets up the distribution's CacheTagConfig sets it
// there too, and so needs no package with a config of its own.
const CacheTagHeaderHeader = "Edgeresize-Cache-Tag-Header"

// tagging says how the responses to a request are tagged (CloudFront Developer
// Guide, "Invalidating content by cache tags"). The zero value adds no tags.
type tagging struct {
	header string   // the name of the header that holds tags
	tags   []string // of the objects that the request may name
}

// taggingOf returns the tags for responses to req: one for each object that req
// may name, whether or not it exists. If cfg pins another bucket or prefix than
// the event names, it tags both: variants are made of the pinned object,
// originals come from the event's.
func taggingOf(req requested, cfg Config) tagging {
	header := cmp.Or(cfg.CacheTagHeader, req.Origin.cacheTagHeader())
	if !IsCacheTagHeader(header) {
		return tagging{}
	}
	t := tagging{header: header}
	for _, pinned := range []Config{cfg, {}} {
		places, err := candidates(req, pinned)
		if err != nil {
			continue
		}
		for _, p := range places {
			if tag := cachetag.Of(p.Bucket, p.Key); !slices.Contains(t.tags, tag) {
				t.tags = append(t.tags, tag)
			}
		}
	}
	if len(t.tags) == 0 {
		return tagging{}
	}
	return t
}

// cacheTagHeader returns the value of the origin's custom header
// [CacheTagHeaderHeader], or "".
func (o *originRead) cacheTagHeader() string {
	var custom json.RawMessage
	switch {
	case o != nil && o.S3 != nil:
		custom = o.S3.CustomHeaders
	case o != nil && o.Custom != nil:
		custom = o.Custom.CustomHeaders
	}
	var headers Headers
	if decode(custom, &headers) != nil {
		return ""
	}
	return headers.Get(CacheTagHeaderHeader)
}

// any reports whether t adds tags.
func (t tagging) any() bool { return t.header != "" }

// add writes t's tags into headers, followed by the tags of the origin's
// response. t's come first because CloudFront reads 50 tags of an object, and
// the object's own metadata may have more.
func (t tagging) add(headers, origin Headers) {
	if !t.any() {
		return
	}
	tags := slices.Clone(t.tags)
	for _, value := range origin[strings.ToLower(t.header)] {
		for tag := range strings.SplitSeq(value.Value, ",") {
			if tag = strings.Trim(tag, " \t"); tag != "" && !slices.ContainsFunc(tags, func(t string) bool { return strings.EqualFold(t, tag) }) {
				tags = append(tags, tag)
			}
		}
	}
	headers.Set(t.header, strings.Join(tags, ","))
}

// plainHeaderName matches the names that a header of cache tags may have; HTTP
// allows more.
var plainHeaderName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)

// IsCacheTagHeader reports whether name can be the header of cache tags.
// CloudFront must not keep it from functions (CloudFront Developer Guide,
// "Restrictions on all edge functions"), and HTTP and S3 must not use it.
func IsCacheTagHeader(name string) bool {
	name = strings.ToLower(name)
	return plainHeaderName.MatchString(name) && !slices.Contains(takenNames, name) &&
		!slices.ContainsFunc(takenPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) &&
		(!strings.HasPrefix(name, "x-amz-") || strings.HasPrefix(name, "x-amz-meta-"))
}

var (
	takenPrefixes = []string{"content-", "access-control-", "proxy-", "x-amzn-", "x-edge-", "x-accel-", "client-cert", "if-", "cloudfront-"}
	takenNames    = []string{
		"accept-ranges", "age", "allow", "alt-svc", "cache-control", "connection", "date", "etag", "expect", "expires",
		"host", "keep-alive", "last-modified", "link", "location", "pragma", "range", "referrer-policy", "retry-after", "server",
		"server-timing", "set-cookie", "strict-transport-security", "te", "timing-allow-origin", "trailer", "transfer-encoding",
		"upgrade", "vary", "via", "warning", "www-authenticate", "x-cache", "x-content-type-options", "x-forwarded-proto",
		"x-frame-options", "x-real-ip", "x-xss-protection",
	}
)
