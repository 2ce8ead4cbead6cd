package cloudfront_test

import (
	"slices"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// canonical is the viewer function of a site.
func canonical(r cloudfront.ViewerRequest) (cloudfront.ViewerRequest, string, *cloudfront.Refusal) {
	if !slices.Contains(sizes, r.QueryString) {
		r.QueryString = ""
	}
	if r.QueryString != "" {
		r.Headers.Del("Range")
		r.Headers.Del("If-Range")
	}
	r.Headers.Del("If-Match")
	r.Headers.Del("If-Unmodified-Since")
	return r, "", nil
}
