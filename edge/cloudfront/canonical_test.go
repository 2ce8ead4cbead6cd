package cloudfront_test

import (
	"slices"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// canonical is the viewer function of a site.
func canonical(r cloudfront.ViewerRequest) (cloudfront.ViewerRequest, string, *cloudfront.Refusal) {
	if !slices.Contains(sizes, r.Query) {
		r.Query = ""
	}
	if r.Query != "" {
		r.Header.Del("Range")
		r.Header.Del("If-Range")
	}
	r.Header.Del("If-Match")
	r.Header.Del("If-Unmodified-Since")
	return r, "", nil
}
