package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

const (
	// shortMaxTTLS is the least maximum TTL for variants in seconds: each variant is
	// made again when it has expired.
	shortMaxTTLS = 3600
	// longErrorTTLS is the longest good TTL for errors in seconds. CloudFront's default
	// is 10.
	longErrorTTLS = 60
)

// checkTTLs checks how long CloudFront keeps responses, whatever the function says. The
// TTLs are in seconds; nil is CloudFront's default: 0, a day and a year.
func (d *Doctor) checkTTLs(subject string, least, usual, most *int64) {
	if n := aws.ToInt64(least); n > 0 {
		d.problem(subject, d.cachePolicyFix(), "the minimum TTL is %d s: an original served because S3 failed for a moment is cached that long, "+
			"and so is a response that the function marks no-store", n)
	}
	if most != nil && *most < shortMaxTTLS {
		d.note(subject, d.cachePolicyFix(), "the maximum TTL is %d s: each variant is made again after that time, and none is served stale for longer", *most)
	}
	if usual != nil && *usual == 0 && d.options.Config.CacheControl == "" {
		d.note(subject, d.cachePolicyFix(),
			"the default TTL is 0 s: a variant of an original without Cache-Control is made again for each view")
	}
}

// checkErrors checks the error pages and their TTLs. CloudFront Developer Guide,
// "Control how long CloudFront caches errors" and "Change response codes returned by
// CloudFront".
func (d *Doctor) checkErrors(responses *types.CustomErrorResponses) {
	const subject = "custom error responses"
	if responses == nil {
		return
	}
	var pages, kept, hiding []string
	for _, r := range responses.Items {
		code := aws.ToInt32(r.ErrorCode)
		if aws.ToString(r.ResponsePagePath) != "" && strings.HasPrefix(aws.ToString(r.ResponseCode), "2") {
			pages = append(pages, fmt.Sprintf("%d is answered with %s and status %s", code, *r.ResponsePagePath, *r.ResponseCode))
		}
		if aws.ToString(r.ResponsePagePath) != "" && (code == http.StatusForbidden || code == http.StatusNotFound) {
			hiding = append(hiding, fmt.Sprintf("%s for %d", *r.ResponsePagePath, code))
		}
		if ttl := aws.ToInt64(r.ErrorCachingMinTTL); ttl > longErrorTTLS {
			kept = append(kept, fmt.Sprintf("%d for %d s", code, ttl))
		}
	}
	if len(pages) > 0 {
		d.note(subject, d.edit(".CustomErrorResponses.Items|=map(if (.ResponseCode//\"\")|startswith(\"2\") then .ResponseCode=(.ErrorCode|tostring) else . end)")+
			" (this changes every behaviour of the distribution; a behaviour that needs such a page can serve it from a function of its own)",
			"%s, for pictures too: browsers and caches take the page for a picture that is missing or that CloudFront may not read", strings.Join(pages, ", "))
	}
	if len(hiding) > 0 && d.options.Config.FallbackKey != "" {
		d.note(subject, d.edit(".CustomErrorResponses.Items|=map(if .ErrorCode==403 or .ErrorCode==404 then .ResponsePagePath=\"\"|.ResponseCode=\"\" else . end)")+
			" (this changes every behaviour of the distribution)",
			"viewers may get %s instead of the fallback picture: AWS's guide does not say whether the origin's status or the function's chooses the page", strings.Join(hiding, ", "))
	}
	if len(kept) > 0 {
		d.note(subject, d.edit(fmt.Sprintf(".CustomErrorResponses.Items|=map(if .ErrorCachingMinTTL>%d then .ErrorCachingMinTTL=10 else . end)", longErrorTTLS)),
			"errors are cached at least that long, whatever the function says: %s. A picture that is requested before it is uploaded stays missing until then", strings.Join(kept, ", "))
	}
}

// ownHeaders maps each header that the function sets per response to the harm that one
// value for all responses does.
var ownHeaders = map[string]string{
	"cache-control": "an original served because S3 failed for a moment stays in viewers' caches as long as a variant",
	"etag":          "viewers keep a picture that has changed, because its ETag is the same",
	"content-type":  "a variant in another format is labelled with this one",
}

// editPolicy returns the instructions to make the change to in a response headers
// policy. They name the console: other behaviours may share the policy.
func editPolicy(id, to string) string {
	return "in the console: CloudFront > Policies > Response headers > " + id + " > Edit > " + to
}

// checkResponseHeaders checks whether a policy leaves the function's headers alone.
// CloudFront Developer Guide, "Understand response headers policies".
func (d *Doctor) checkResponseHeaders(ctx context.Context, id string, f filter) {
	const subject = "response headers policy"
	const noVary = "the format depends on Accept, but the response has no Vary: Accept: a cache between CloudFront and viewers serves the first viewer's format to all"
	const scripts = "an SVG or HTML file among the originals can run scripts in the site's origin: "
	if id == "" {
		if len(f.site.Formats) > 0 {
			d.note(subject, d.responseHeadersFix(), noVary)
		} else {
			d.note(subject, d.responseHeadersFix(), scripts+"there is no policy with a Content-Security-Policy and nosniff")
		}
		return
	}
	out, err := d.cloudFront.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
	if err != nil {
		d.unknown(subject, "cloudfront:GetResponseHeadersPolicy", err)
		return
	}
	config, before := out.ResponseHeadersPolicy.ResponseHeadersPolicyConfig, len(d.findings)
	varies := false
	if config.CustomHeadersConfig != nil {
		for _, h := range config.CustomHeadersConfig.Items {
			varies = varies || strings.EqualFold(aws.ToString(h.Header), "Vary") && strings.EqualFold(aws.ToString(h.Value), "Accept") && aws.ToBool(h.Override)
			if harm, ok := ownHeaders[strings.ToLower(aws.ToString(h.Header))]; ok && aws.ToBool(h.Override) {
				d.problem(subject, editPolicy(id, "Custom headers: remove "+*h.Header+", or its override"), "it replaces the function's header with %s: %s: %s", *h.Header, aws.ToString(h.Value), harm)
			}
		}
	}
	if config.RemoveHeadersConfig != nil {
		for _, h := range config.RemoveHeadersConfig.Items {
			if _, ok := ownHeaders[strings.ToLower(aws.ToString(h.Header))]; ok {
				d.note(subject, editPolicy(id, "Remove headers: keep "+*h.Header), "it removes %s, which viewers need to cache and revalidate pictures", *h.Header)
			}
		}
	}
	if len(f.site.Formats) > 0 && !varies {
		d.note(subject, editPolicy(id, "Custom headers: Vary, with the value Accept and Override origin"), noVary)
	}
	if s := config.SecurityHeadersConfig; s == nil || s.ContentSecurityPolicy == nil {
		d.note(subject, editPolicy(id, "Security headers: Content-Security-Policy and X-Content-Type-Options as in deploy/template/policies/response-headers-policy.json"),
			scripts+"the policy has no Content-Security-Policy")
	}
	if len(d.findings) == before {
		d.good(subject, "leaves the function's headers unchanged and blocks scripts")
	}
}
